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
import type { DecoderName, Precision } from '../../../models/decoding/language-model.ts'
import { locateModel } from '../../inference/model-files.ts'
import type { EnginePaths } from '../../inference/protocol.ts'
import { prepareAll } from './compiled.ts'
import { Contestant } from './contestant.ts'
import { machineRecord, type MachineRecord } from './machine-record.ts'
import { contextOf, countEqual, rounded, spread, turnOrder, type Spread } from './measurements.ts'
import type { BenchDecoder, Decoded, Opening } from './messages.ts'
import { ensurePeer, peerVersion } from './peer-package.ts'
import { peerDraft, peerWeights } from './peer-weights.ts'
import type { Prompt } from '../prompts.ts'

export interface DecodeOptions {
  readonly paths: EnginePaths
  readonly prompts: readonly Prompt[]
  readonly model: string
  readonly precisions: readonly Precision[]
  /** Ours; `plain` is among them, because the others are compared with it. */
  readonly decoders: readonly DecoderName[]
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
  readonly decoder: BenchDecoder
  readonly precision: string
  /** Per decoded token after the first, over all turns; a turn's value is the mean of its tokens. */
  readonly msPerToken: Spread
  /** The same in processor time of all threads, waiting ones that spin included. */
  readonly cpuMsPerToken: Spread
  /** Median: context length over the time from an empty cache to the first token. */
  readonly prefillTokensPerSecond: number
  readonly tokensPerStep: number
  /** Null when our f32 did not take part. */
  readonly agreement: number | null
  /** Median share of the decoding time that went into guessing; null for plain decoding. */
  readonly draftShare: number | null
  /** Per depth, the mean over turns that guessed so far ahead of how often so many guesses were kept. */
  readonly acceptanceByDepth: readonly number[] | null
  /** Share of turns whose tokens are those of the same engine's plain decoding; null for plain itself. */
  readonly identicalToPlain: number | null
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
  /** Per precision of ours, median milliseconds of a step of 1, 2, ... rows: what trees are planned by. */
  readonly costs: Readonly<Record<string, readonly number[]>>
}

interface Entrant {
  readonly precision: string
  /** One process serves all of them. */
  readonly decoders: readonly BenchDecoder[]
  readonly opening: Opening
}

/** Rows of the largest step that is timed. */
const measuredRows = 16

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
    const seats = entrants.flatMap(({ decoders }, contestant) =>
      decoders.map((decoder) => ({ contestant, decoder, turns: [] as Decoded[] })),
    )
    for (let round = -1; round < rounds; round++) {
      log(round < 0 ? 'Warming up ...' : `Round ${round + 1} of ${rounds} ...`)
      const prompt = contexts[Math.max(0, round) % contexts.length]!
      for (const place of turnOrder(seats.length, Math.max(0, round))) {
        const { contestant, decoder, turns } = seats[place]!
        const request = { prompt, tokens: round < 0 ? 8 : tokens, decoder }
        const turn = await contestants[contestant]!.call('decode', request)
        if (round >= 0) turns.push(turn)
      }
    }
    const plainTurns = entrants.map(
      (_, at) => seats.find(({ contestant, decoder }) => contestant === at && decoder === 'plain')!.turns,
    )
    log('Measuring steps of several rows ...')
    const costs: Record<string, readonly number[]> = {}
    for (const [at, { opening, precision }] of entrants.entries())
      if (opening.engine === 'ours')
        costs[precision] = await contestants[at]!.call('costs', { prompt: contexts[0]!, rows: measuredRows })
    log('Comparing choices ...')
    const agreements = await agreementWithF32(entrants, contestants, contexts, plainTurns, rounds)
    return {
      machine: {
        ...machine,
        threads,
        contextTokens,
        decodedTokens: tokens,
        rounds,
        peer: options.peer ? `node-llama-cpp ${peerVersion()}` : null,
      },
      rows: seats.map(({ contestant, decoder, turns }) => ({
        engine: entrants[contestant]!.opening.engine,
        model: options.model,
        decoder,
        precision: entrants[contestant]!.precision,
        msPerToken: spread(turns.map(({ msPerToken }) => msPerToken)),
        cpuMsPerToken: spread(turns.map(({ cpuMsPerToken }) => cpuMsPerToken)),
        prefillTokensPerSecond: spread(turns.map(({ firstTokenMs }) => (contextTokens * 1000) / firstTokenMs))
          .median,
        tokensPerStep: spread(turns.map(({ tokensPerStep }) => tokensPerStep)).median,
        agreement: agreements[contestant] ?? null,
        ...guessing(decoder, turns, plainTurns[contestant]!),
      })),
      costs,
    }
  } finally {
    for (const contestant of contestants) contestant[Symbol.dispose]()
  }
}

/** What a row says of guesses, given the same engine's plain turns on the same prompts. */
function guessing(
  decoder: BenchDecoder,
  turns: readonly Decoded[],
  plain: readonly Decoded[],
): Pick<DecodeRow, 'draftShare' | 'acceptanceByDepth' | 'identicalToPlain'> {
  if (decoder === 'plain') return { draftShare: null, acceptanceByDepth: null, identicalToPlain: null }
  const guesses = turns.flatMap(({ guesses: made }) => made ?? [])
  const depths = Math.max(0, ...guesses.map(({ acceptanceByDepth }) => acceptanceByDepth.length))
  const acceptanceByDepth = Array.from({ length: depths }, (_, depth) => {
    const known = guesses.flatMap(({ acceptanceByDepth: all }) => all[depth] ?? [])
    return rounded(known.reduce((sum, share) => sum + share, 0) / known.length)
  })
  const identical = turns.filter(({ ids }, turn) => {
    const counted = countEqual(ids, plain[turn]!.ids)
    return counted.equal === counted.total
  })
  return {
    draftShare: guesses.length > 0 ? spread(guesses.map(({ draftShare }) => draftShare)).median : null,
    acceptanceByDepth: guesses.length > 0 ? acceptanceByDepth : null,
    identicalToPlain: rounded(identical.length / turns.length),
  }
}

/** Everything that takes part, prepared. */
async function enter(options: DecodeOptions): Promise<readonly Entrant[]> {
  const { paths, model, precisions, threads, contextTokens, tokens, log } = options
  log('Preparing our models ...')
  await prepareAll(paths, model, precisions, () => undefined)
  const ours = precisions.map((precision): Entrant => ({
    precision,
    decoders: options.decoders,
    opening: { engine: 'ours', paths, model, precision, threads },
  }))
  if (!options.peer) return ours
  const packageFolder = await ensurePeer(paths.cache, log)
  const located = locateModel(model, paths.resources, paths.models)
  // The stored file drafts for the larger one: no smaller model of this vocabulary is at hand.
  const drafting = peerDraft(located, paths.cache)
  const guesses = options.decoders.length > 1
  const theirs = peerWeights(located, paths.cache, log).map(({ precision, path }): Entrant => ({
    precision,
    decoders: guesses ? ['plain', 'lookup', ...(path === drafting ? [] : ['draft' as const])] : ['plain'],
    opening: {
      engine: 'node-llama-cpp',
      packageFolder,
      weights: path,
      draft: guesses && path !== drafting ? drafting : null,
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
