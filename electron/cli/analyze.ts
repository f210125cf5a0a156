/** `consilium analyze`: the readings of a recording as JSON and CSV. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { fail } from '../../models/core/failure.ts'
import type { Caption } from '../../models/emotion/text/captions.ts'
import { captionsBeside, readCaptions } from '../media/captions-file.ts'
import { resourcesFolder } from '../resources.ts'
import { analysisCsv, analyzeVideo } from './analyze-video.ts'
import { captionsOfPerson } from './analyze-words.ts'
import { numberArgument } from './arguments.ts'
import { answer, progressLines, type OutputOptions } from './output.ts'

interface AnalyzeOptions extends OutputOptions {
  readonly out: string
  readonly framesPerSecond: number
  /** A path, false for none, absent for those beside the recording. */
  readonly captions?: string | false
  readonly speaker?: string
}

export function addAnalyze(program: Command): void {
  program
    .command('analyze')
    .description('read face, voice and captions of a recording of one person, passage by passage')
    .argument('<video>', 'WebM (VP8 or VP9 with Opus) or WAV')
    .requiredOption('--out <folder>', 'for readings.json and readings.csv')
    .option('--frames-per-second <n>', 'frames whose faces are read', numberArgument(1, 30, false), 5)
    .option('--captions <file>', 'WebVTT or SubRip; without it VIDEO.vtt or VIDEO.srt beside the recording')
    .option('--no-captions', 'read no words, even where captions lie beside the recording')
    .option('--speaker <name>', 'whose words count, where the captions name several who speak')
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
    const { file, captions } = await wordsOf(video, options)
    const analysis = await analyzeVideo(
      { path: video, captions, framesPerSecond: options.framesPerSecond },
      resourcesFolder(),
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
    return {
      json,
      csv,
      seconds,
      framesRead,
      passages: passages.length,
      captions: file,
      captionsRead: analysis.captions?.length ?? 0,
    }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

/** The captions that are read, and of which file; both null where there are none. */
async function wordsOf(
  video: string,
  { captions, speaker }: AnalyzeOptions,
): Promise<{ readonly file: string | null; readonly captions: readonly Caption[] | null }> {
  const file = captions === false ? null : (captions ?? captionsBeside(video))
  if (file === null) {
    if (speaker !== undefined)
      fail('invalid-request', '--speaker is of captions, and there are none. Name them with --captions FILE.')
    return { file, captions: null }
  }
  return { file, captions: captionsOfPerson(await readCaptions(file), speaker ?? null) }
}
