/**
 * `bench decode`: our engine and node-llama-cpp on the same weights, prompts and threads.
 *
 * Every engine and precision lives in a process of its own for the whole run and waits without spinning
 * while the others work. In each round each takes one turn on the same prompt: it reads a context of
 * exactly `contextTokens` tokens into an empty cache and then decodes `tokens` tokens greedily, past end
 * tokens. The order rotates per round. A first, uncounted turn of each warms caches and page tables.
 *
 * Agreement: the tokens that our f32 decoded are fed to each engine, and at each place its own greedy
 * choice is compared with the token that f32 chose there. So one early difference does not count again
 * in everything that follows it, and 1 means equal choices everywhere.
 */
import type { Precision } from '../../../models/decoding/language-model.ts'
import { locateModel } from '../../inference/model-files.ts'
import type { EnginePaths } from '../../inference/protocol.ts'
import { prepareAll } from './compiled.ts'
import { Contestant } from './contestant.ts'
import { machineRecord, type MachineRecord } from './machine-record.ts'
import { contextOf, countEqual, rounded, spread, turnOrder, type Spread } from './measurements.ts'
import type { Decoded, Opening } from './messages.ts'
import { ensurePeer, peerVersion } from './peer-package.ts'
import { peerWeights } from './peer-weights.ts'
import type { Prompt } from '../prompts.ts'

export interface DecodeOptions {
  readonly paths: EnginePaths
  readonly prompts: readonly Prompt[]
  readonly model: string
  readonly precisions: readonly Precision[]
  readonly peer: boolean
  readonly threads: number
  readonly rounds: number
  readonly contextTokens: number
  readonly tokens: number
  readonly log: (line: string) => void
}

export interface DecodeRow {
  readonly engine: Opening['engine']
  readonly model: string
  readonly decoder: 'plain'
  readonly precision: string
  /** Per decoded token after the first, over all turns; a turn's value is the mean of its tokens. */
  readonly msPerToken: Spread
  /** Median: context length over the time from an empty cache to the first token. */
  readonly prefillTokensPerSecond: number
  readonly tokensPerStep: number
  /** Null when our f32 did not take part. */
  readonly agreement: number | null
}

export interface DecodeReport {
  readonly machine: MachineRecord & {
    readonly threads: number
    readonly contextTokens: number
    readonly decodedTokens: number
    readonly rounds: number
    readonly peer: string | null
  }
  readonly rows: readonly DecodeRow[]
}

interface Entrant {
  readonly precision: string
  readonly opening: Opening
}

export async function benchDecode(options: DecodeOptions): Promise<DecodeReport> {
  const { log, rounds, threads, contextTokens, tokens } = options
  const machine = await machineRecord()
  const entrants = await enter(options)
  const contestants: Contestant[] = []
  try {
    for (const { opening, precision } of entrants) {
      log(`Loading ${opening.engine} ${precision} ...`)
      contestants.push(await Contestant.open(opening))
    }
    const contexts = await contextsOf(options, contestants)
    const turns: Decoded[][] = entrants.map(() => [])
    for (let round = -1; round < rounds; round++) {
      log(round < 0 ? 'Warming up ...' : `Round ${round + 1} of ${rounds} ...`)
      const prompt = contexts[Math.max(0, round) % contexts.length]!
      for (const place of turnOrder(entrants.length, Math.max(0, round))) {
        const turn = await contestants[place]!.call('decode', { prompt, tokens: round < 0 ? 8 : tokens })
        if (round >= 0) turns[place]!.push(turn)
      }
    }
    log('Comparing choices ...')
    const agreements = await agreementWithF32(entrants, contestants, contexts, turns, rounds)
    return {
      machine: {
        ...machine,
        threads,
        contextTokens,
        decodedTokens: tokens,
        rounds,
        peer: options.peer ? `node-llama-cpp ${peerVersion()}` : null,
      },
      rows: entrants.map(({ opening, precision }, place) => ({
        engine: opening.engine,
        model: options.model,
        decoder: 'plain',
        precision,
        msPerToken: spread(turns[place]!.map(({ msPerToken }) => msPerToken)),
        prefillTokensPerSecond: spread(
          turns[place]!.map(({ firstTokenMs }) => (contextTokens * 1000) / firstTokenMs),
        ).median,
        tokensPerStep: spread(turns[place]!.map(({ tokensPerStep }) => tokensPerStep)).median,
        agreement: agreements[place] ?? null,
      })),
    }
  } finally {
    for (const contestant of contestants) contestant[Symbol.dispose]()
  }
}

/** Everything that takes part, prepared. */
async function enter(options: DecodeOptions): Promise<readonly Entrant[]> {
  const { paths, model, precisions, threads, contextTokens, tokens, log } = options
  log('Preparing our models ...')
  await prepareAll(paths, model, precisions, () => undefined)
  const ours = precisions.map((precision): Entrant => ({
    precision,
    opening: { engine: 'ours', paths, model, precision, threads },
  }))
  if (!options.peer) return ours
  const packageFolder = await ensurePeer(paths.cache, log)
  const located = locateModel(model, paths.resources, paths.models)
  const theirs = peerWeights(located, paths.cache, log).map(({ precision, path }): Entrant => ({
    precision,
    opening: {
      engine: 'node-llama-cpp',
      packageFolder,
      weights: path,
      threads,
      contextTokens: Math.ceil((contextTokens + tokens + 8) / 256) * 256,
    },
  }))
  return [...ours, ...theirs]
}

async function contextsOf(
  { prompts, contextTokens }: DecodeOptions,
  contestants: readonly Contestant[],
): Promise<readonly (readonly number[])[]> {
  const encoder = contestants.find(({ opening }) => opening.engine === 'ours')
  if (!encoder) throw new Error('at least one of our precisions takes part')
  const contexts: (readonly number[])[] = []
  for (const { messages } of prompts)
    contexts.push(contextOf(await encoder.call('encodePrompt', { messages }), contextTokens))
  return contexts
}

/** Per entrant the share of equal choices, or null when our f32 did not take part. */
async function agreementWithF32(
  entrants: readonly Entrant[],
  contestants: readonly Contestant[],
  contexts: readonly (readonly number[])[],
  turns: readonly (readonly Decoded[])[],
  rounds: number,
): Promise<readonly (number | null)[]> {
  const reference = entrants.findIndex(
    ({ opening, precision }) => opening.engine === 'ours' && precision === 'f32',
  )
  if (reference < 0) return entrants.map(() => null)
  const shares: number[] = []
  for (const contestant of contestants) {
    let equal = 0
    let total = 0
    for (let prompt = 0; prompt < Math.min(contexts.length, rounds); prompt++) {
      const context = contexts[prompt]!
      const expected = turns[reference]![prompt]!.ids
      const ids = [...context, ...expected]
      const counted = countEqual(await contestant.call('choices', { ids, first: context.length }), expected)
      equal += counted.equal
      total += counted.total
    }
    shares.push(rounded(equal / total))
  }
  return shares
}
