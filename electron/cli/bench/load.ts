/**
 * `bench load`: how long preparing a model takes, how soon a prepared one answers, and the memory it
 * holds. Uses the engine as the app does: supervised child, verified files, compiled cache.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Precision } from '../../../models/decoding/language-model.ts'
import { LocalModels } from '../../inference/client.ts'
import { launchNode } from '../../inference/launch-node.ts'
import { locateHeads } from '../../inference/heads/heads-files.ts'
import { locateModel } from '../../inference/model-files.ts'
import type { EnginePaths } from '../../inference/protocol.ts'
import { Contestant } from './contestant.ts'
import { machineRecord, type MachineRecord } from './machine-record.ts'
import { rounded, spread, type Spread } from './measurements.ts'
import type { ChildMemory } from './messages.ts'

export interface LoadOptions {
  readonly paths: EnginePaths
  readonly model: string
  readonly precisions: readonly Precision[]
  readonly threads: number
  readonly rounds: number
  readonly log: (line: string) => void
}

export interface LoadRow {
  readonly model: string
  readonly precision: Precision
  /** From weights to a prepared model, in an empty cache, checking the files included. */
  readonly compileSeconds: number
  /** From starting the child to the first token of the prompt, prepared model. */
  readonly firstTokenMs: Spread
  readonly promptTokens: number
  /** Anonymous memory of the child after that reply; null where the system does not tell. */
  readonly anonymousMb: number | null
  /** What Clover's heads add; null without such heads. */
  readonly heads: HeadsMemory | null
}

/**
 * Median memory of a process that guessed by heads and look-up less that of one that decoded the same texts
 * plainly, in MB: graphs, their workspace, and what a conversation keeps for them.
 */
export interface HeadsMemory {
  /** Memory of its own; null where the system does not tell. */
  readonly anonymousMb: number | null
  /** With the heads' weights, which are mapped from their file; null where the system does not tell. */
  readonly residentMb: number | null
}

export interface LoadReport {
  readonly machine: MachineRecord & { readonly threads: number; readonly rounds: number }
  readonly rows: readonly LoadRow[]
}

const never = new AbortController().signal

// 200 tokens and a few with the chat template of the bundled model.
const messages = [
  { role: 'system', content: 'You help a clinician. Answer in one or two plain sentences.' },
  {
    role: 'user',
    content: [
      'A 54-year-old teacher comes because of tiredness that has grown over three months. She sleeps well',
      'but wakes unrefreshed, and she has put on four kilograms without eating more. Her skin is dry, her',
      'hair comes out when she brushes it, and she feels cold in rooms where the others are comfortable.',
      'Her periods stopped two years ago. She takes a tablet for blood pressure and nothing else, has never',
      'smoked, and drinks a glass of wine at weekends. Her mother had trouble with her thyroid gland. She',
      'has no chest pain, no breathlessness and no swelling of the legs, and her mood is a little low but',
      'she still enjoys her garden. On the telephone she asks whether she should come in this week or wait',
      'until the holidays; a kind neighbour could drive her there. Which question should be asked next, and why?',
    ].join(' '),
  },
] as const

export async function benchLoad(options: LoadOptions): Promise<LoadReport> {
  const machine = await machineRecord()
  const cache = mkdtempSync(join(tmpdir(), 'consilium-bench-'))
  try {
    const paths = { ...options.paths, cache }
    const rows: LoadRow[] = []
    for (const precision of options.precisions) rows.push(await measure({ ...options, paths }, precision))
    return { machine: { ...machine, threads: options.threads, rounds: options.rounds }, rows }
  } finally {
    rmSync(cache, { recursive: true, force: true })
  }
}

async function measure(options: LoadOptions, precision: Precision): Promise<LoadRow> {
  const { model, rounds, log } = options
  log(`Preparing ${precision} ...`)
  const started = performance.now()
  await withModels(options, (models) => models.prepare(model, precision, () => undefined, never))
  const compileSeconds = rounded((performance.now() - started) / 1000)
  const starts: number[] = []
  let promptTokens = 0
  let anonymousMb: number | null = null
  for (let round = 0; round < rounds; round++) {
    log(`Starting ${precision}, ${round + 1} of ${rounds} ...`)
    const asked = performance.now()
    let first = 0
    await withModels(options, async (models) => {
      const sampling = { temperature: 0, topP: 1, seed: 0 }
      const generation = await models.generate(
        { model, precision, decoder: 'plain', conversation: null, messages, sampling, maxTokens: 32 },
        () => (first ||= performance.now()),
        () => undefined,
        never,
      )
      promptTokens = generation.promptTokens
      anonymousMb = models.status().anonymousMb
    })
    starts.push(first - asked)
  }
  const heads = await headsMemory(options, precision)
  return { model, precision, compileSeconds, firstTokenMs: spread(starts), promptTokens, anonymousMb, heads }
}

/** Replies that a process gives before its memory is measured. */
const repliesBeforeMeasuring = 3

async function headsMemory(options: LoadOptions, precision: Precision): Promise<HeadsMemory | null> {
  const { paths, model, rounds, threads, log } = options
  const located = locateModel(model, paths.resources, paths.models)
  if (!locateHeads(located, paths).some(({ kind }) => kind === 'clover')) return null
  const measured: Record<'plain' | 'clover+lookup', ChildMemory[]> = { plain: [], 'clover+lookup': [] }
  for (let round = 0; round < rounds; round++)
    for (const decoder of ['plain', 'clover+lookup'] as const) {
      log(`Memory of ${precision}, ${decoder}, ${round + 1} of ${rounds} ...`)
      using child = await Contestant.open({ engine: 'ours', paths, model, precision, threads })
      const prompt = await child.call('encodePrompt', { messages })
      for (let reply = 0; reply < repliesBeforeMeasuring; reply++)
        await child.call('decode', { prompt, tokens: 32, decoder })
      measured[decoder].push(await child.call('memory', null))
    }
  const added = (of: (memory: ChildMemory) => number | null): number | null => {
    const median = (memories: readonly ChildMemory[]): number | null => {
      const known = memories.map(of).filter((value) => value !== null)
      return known.length > 0 ? spread(known).median : null
    }
    const [without, opened] = [median(measured.plain), median(measured['clover+lookup'])]
    return without === null || opened === null ? null : rounded(opened - without)
  }
  return {
    anonymousMb: added(({ anonymousMb }) => anonymousMb),
    residentMb: added(({ residentMb }) => residentMb),
  }
}

async function withModels<T>(options: LoadOptions, use: (models: LocalModels) => Promise<T>): Promise<T> {
  const models = new LocalModels({ paths: options.paths, launch: launchNode(), threads: options.threads })
  try {
    return await use(models)
  } finally {
    await models.dispose()
  }
}
