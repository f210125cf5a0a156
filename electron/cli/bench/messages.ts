/** What the benchmark and its children say to each other; both ends are this program. */
import type { Failure } from '../../../models/core/failure.ts'
import type { DecoderName, Message, Precision } from '../../../models/decoding/language-model.ts'
import type { EnginePaths } from '../../inference/protocol.ts'

/** What one child is asked to load. */
export type Opening =
  | {
      readonly engine: 'ours'
      readonly paths: EnginePaths
      readonly model: string
      readonly precision: Precision
      readonly threads: number
    }
  | {
      readonly engine: 'node-llama-cpp'
      /** Weights of a model that drafts for it, by the peer's own predictor; null for none. */
      readonly draft: string | null
      /** Folder whose node_modules holds the peer. */
      readonly packageFolder: string
      readonly weights: string
      readonly threads: number
      readonly contextTokens: number
    }

/** Ours by name; the peer's own are plain, lookup and draft, a second model that guesses. */
export type BenchDecoder = DecoderName | 'draft'

export interface Decoded {
  /** Greedy choices, end tokens included. */
  readonly ids: readonly number[]
  /** From the prompt to the first choice. */
  readonly firstTokenMs: number
  /** Mean of the later choices. */
  readonly msPerToken: number
  /** Processor time of the process per later choice, all threads: what load of the machine disturbs least. */
  readonly cpuMsPerToken: number
  readonly tokensPerStep: number
  /** What came of guessing; null for plain decoding. */
  readonly guesses: Guesses | null
}

export interface Guesses {
  /** Share of the decoding time that went into guessing, 0..1. */
  readonly draftShare: number
  /** Of the steps that guessed 1, 2, ... tokens ahead, the share in which so many were kept. */
  readonly acceptanceByDepth: readonly number[]
}

/** Of a child that has collected its garbage, in MB; null where the system does not tell. */
export interface ChildMemory {
  /** Its own: what it has written. */
  readonly anonymousMb: number | null
  /** All of it, weights that are mapped from files included. */
  readonly residentMb: number | null
}

export interface Calls {
  open: { request: Opening; reply: { version: string } }
  /** Ids of a prompt through the chat template; ours only. */
  encodePrompt: { request: { messages: readonly Message[] }; reply: readonly number[] }
  /** Ids of plain text; ours only. */
  encodeText: { request: { text: string }; reply: readonly number[] }
  /** Greedy decoding of `tokens` tokens from an empty context, end tokens ignored. */
  decode: {
    request: { prompt: readonly number[]; tokens: number; decoder: BenchDecoder }
    reply: Decoded
  }
  /** Median milliseconds of a step of 1, 2, ... `rows` rows after a prompt; ours only. */
  costs: { request: { prompt: readonly number[]; rows: number }; reply: readonly number[] }
  /** The greedy choice for each id from index `first` on, when the ids themselves are fed. */
  choices: { request: { ids: readonly number[]; first: number }; reply: readonly number[] }
  /** Sum of -ln p over ids 1.. of a window; ours only. */
  loss: { request: { ids: readonly number[] }; reply: number }
  /** Ours only. */
  memory: { request: null; reply: ChildMemory }
}

export type CallName = keyof Calls
export type Request = {
  [K in CallName]: { readonly id: number; readonly call: K; readonly with: Calls[K]['request'] }
}[CallName]
export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly failure: Failure }

/** The implementations of one kind of child. */
export type Handlers = {
  readonly [K in CallName]: (request: Calls[K]['request']) => Promise<Calls[K]['reply']>
}
