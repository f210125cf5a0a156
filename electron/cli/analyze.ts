/** `consilium analyze`: the readings of a recording as JSON and CSV. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { fail } from '../../models/core/failure.ts'
import { resourcesFolder } from '../resources.ts'
import { analysisCsv, analyzeVideo } from './analyze-video.ts'
import { numberArgument } from './arguments.ts'
import { answer, progressLines, type OutputOptions } from './output.ts'

interface AnalyzeOptions extends OutputOptions {
  readonly out: string
  readonly framesPerSecond: number
}

export function addAnalyze(program: Command): void {
  program
    .command('analyze')
    .description('read face and voice of a recording of one person, passage by passage')
    .argument('<video>', 'WebM (VP8 or VP9 with Opus) or WAV')
    .requiredOption('--out <folder>', 'for readings.json and readings.csv')
    .option('--frames-per-second <n>', 'frames whose faces are read', numberArgument(1, 30, false), 5)
    .option('--json', 'one JSON object on standard output')
    .action((video: string, options: AnalyzeOptions) =>
      answer(
        options,
        () => analyze(video, options),
        ({ json, csv }) => `${json}\n${csv}`,
      ),
    )
}

async function analyze(video: string, options: AnalyzeOptions) {
  const abort = new AbortController()
  const stop = (): void => abort.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    const analysis = await analyzeVideo(
      video,
      resourcesFolder(),
      options.framesPerSecond,
      progressLines(),
      abort.signal,
    )
    const folder = resolve(options.out)
    const json = join(folder, 'readings.json')
    const csv = join(folder, 'readings.csv')
    try {
      mkdirSync(folder, { recursive: true })
      writeFileSync(json, JSON.stringify(analysis, null, 1))
      writeFileSync(csv, analysisCsv(analysis))
    } catch (error) {
      fail('io', `The readings cannot be written to ${folder}. Name another folder.`, { folder }, error)
    }
    const { seconds, framesRead, passages } = analysis
    return { json, csv, seconds, framesRead, passages: passages.length }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}
