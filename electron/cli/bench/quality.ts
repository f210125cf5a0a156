/** `bench quality`: perplexity of a text under each precision, through the graph that the app runs. */
import type { Precision } from '../../../models/decoding/language-model.ts'
import { fail } from '../../../models/core/failure.ts'
import type { EnginePaths } from '../../inference/protocol.ts'
import { prepareAll } from './compiled.ts'
import { Contestant } from './contestant.ts'
import { machineRecord, type MachineRecord } from './machine-record.ts'
import { countEqual, rounded } from './measurements.ts'

export interface QualityOptions {
  readonly paths: EnginePaths
  readonly text: string
  readonly model: string
  readonly precisions: readonly Precision[]
  readonly threads: number
  /** Tokens of the text that are read, at most. */
  readonly tokens: number
  readonly log: (line: string) => void
}

export interface QualityRow {
  readonly model: string
  readonly precision: Precision
  /** e to the mean of -ln p over every token but the first of each window. */
  readonly perplexity: number
  /** Share of places whose most likely token is that of the first precision. */
  readonly agreement: number
}

export interface QualityReport {
  readonly machine: MachineRecord
  readonly windowTokens: number
  readonly tokens: number
  readonly rows: readonly QualityRow[]
}

/** Each window starts from an empty context. */
const windowTokens = 512

export async function benchQuality(options: QualityOptions): Promise<QualityReport> {
  const { paths, model, precisions, threads, log } = options
  const machine = await machineRecord()
  await prepareAll(paths, model, precisions, () => undefined)
  const rows: QualityRow[] = []
  let windows: readonly (readonly number[])[] = []
  let reference: readonly (readonly number[])[] = []
  for (const precision of precisions) {
    log(`Reading with ${precision} ...`)
    using contestant = await Contestant.open({ engine: 'ours', paths, model, precision, threads })
    if (windows.length === 0)
      windows = split(await contestant.call('encodeText', { text: options.text }), options.tokens)
    let loss = 0
    const choices: (readonly number[])[] = []
    for (const ids of windows) {
      loss += await contestant.call('loss', { ids })
      choices.push(await contestant.call('choices', { ids, first: 1 }))
    }
    if (reference.length === 0) reference = choices
    const { equal, total } = countEqual(choices.flat(), reference.flat())
    rows.push({
      model,
      precision,
      perplexity: rounded(Math.exp(loss / total)),
      agreement: rounded(equal / total),
    })
  }
  return { machine, windowTokens, tokens: windows.flat().length, rows }
}

function split(ids: readonly number[], limit: number): readonly (readonly number[])[] {
  const windows: (readonly number[])[] = []
  for (let at = 0; at < Math.min(ids.length, limit); at += windowTokens) {
    const window = ids.slice(at, Math.min(at + windowTokens, limit))
    if (window.length > 1) windows.push(window)
  }
  if (windows.length === 0) fail('invalid-request', 'The text is too short to measure. Choose a longer file.')
  return windows
}
