/**
 * The language-model port: what the product asks of a model, whichever runtime answers.
 * The inference child implements it; handlers and commands call it.
 */
import type { Cancellation } from '../core/cancellation.ts'
import type { OnProgress } from '../core/progress.ts'

/** f32: reference. row8: row-wise int8 weights and activations. q4: MatMulNBits, 4 bit with zero points. */
export const precisions = ['f32', 'row8', 'q4'] as const
export type Precision = (typeof precisions)[number]

/**
 * plain: one token per step. The others guess and check several tokens per step: lookup from the text so far,
 * medusa and clover by trained heads, clover+lookup by both. Without heads that fit the model, those that need
 * them look up instead and say so.
 *
 * In f32 and row8 all say the same: row8 to the last bit, because its sums are exact
 * (compiler/exact-attention.ts). In q4 rounding depends on how many rows a step has, so near ties may fall
 * otherwise, and not the same way in every run, because measured times decide what is guessed.
 */
export const decoders = ['plain', 'lookup', 'medusa', 'clover', 'clover+lookup'] as const
export type DecoderName = (typeof decoders)[number]

/**
 * Which guesses are kept when sampling. exact: those that leave the distribution of the text as it is.
 * typical: all that the model finds plausible (Medusa, section 2.3.1), which is faster and changes what is said.
 */
export const acceptances = ['exact', 'typical'] as const
export type Acceptance = (typeof acceptances)[number]

/** `base`: the untouched bundled weights. `default`: what the app uses. Otherwise an imported model's id. */
export type ModelId = string

export interface Message {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

export interface Sampling {
  /** 0 is greedy; otherwise 0 < temperature <= 5. */
  readonly temperature: number
  /** Nucleus mass kept, 0 < topP <= 1. */
  readonly topP: number
  /** Unsigned 32-bit. The same seed, prompt and model give the same text. */
  readonly seed: number
}

export interface GenerateRequest {
  readonly model: ModelId
  /** null: what the model was prepared with on this machine. */
  readonly precision: Precision | null
  readonly decoder: DecoderName
  /** Absent: exact. */
  readonly acceptance?: Acceptance
  /** Key under which the engine keeps the KV rows for the next call; null keeps nothing. */
  readonly conversation: string | null
  readonly messages: readonly Message[]
  /**
   * First words of the reply, already decided: the model continues them. They count as prompt and
   * come back at the head of the text and of the first delta; '' or absent lets it start freely.
   */
  readonly opening?: string
  readonly sampling: Sampling
  readonly maxTokens: number
}

export interface TokenDelta {
  /** Text that became final since the last delta (whole code points only). */
  readonly text: string
  /** Tokens generated so far. */
  readonly tokens: number
  /** Tokens per second over the last steps. */
  readonly tokensPerSecond: number
  readonly context: ContextUse
}

export interface ContextUse {
  readonly usedTokens: number
  readonly capacityTokens: number
}

export interface ModelIdentity {
  readonly id: ModelId
  readonly name: string
  /** sha256 of the weights as imported, hex. */
  readonly weightsHash: string
  readonly adapterHash: string | null
  readonly precision: Precision
  readonly provider: 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml'
}

export interface Generation {
  readonly text: string
  /** Generated ids without the end token. */
  readonly tokens: readonly number[]
  readonly finish: 'end' | 'length' | 'cancelled'
  readonly promptTokens: number
  /** Prompt tokens whose KV rows were still there from an earlier call. */
  readonly reusedTokens: number
  /** What had to be left out to fit the context; null when everything fitted. */
  readonly dropped: { readonly messages: number; readonly tokens: number } | null
  readonly context: ContextUse
  readonly timing: {
    readonly prefillMs: number
    readonly prefillTokensPerSecond: number
    readonly decodeMs: number
    readonly msPerToken: number
    readonly tokensPerStep: number
  }
  /** What came of guessing; absent when nothing was to be guessed. */
  readonly speculation?: Speculation
  readonly model: ModelIdentity
}

export interface Speculation {
  /** What guessed. */
  readonly decoder: DecoderName
  /** Why it is not what was asked for, and what to do; null when it is. */
  readonly refusal: string | null
  /** Guesses checked, and those of them kept. */
  readonly drafted: number
  readonly accepted: number
  /** Of the steps that guessed 1, 2, ... tokens ahead, the share in which so many were kept. */
  readonly acceptanceByDepth: readonly number[]
  /** Share of the decoding time that went into guessing, 0..1. */
  readonly draftShare: number
  /** Times as fast as one token per step would have been, by the measured time of such steps; null when none was. */
  readonly speedup: number | null
  /** Why guessing was given up on the way; null when it was not. */
  readonly switchedOff: string | null
}

/** utility: a process of Electron. node: a plain Node process, for models whose tables do not fit there. */
export type ProcessKind = 'utility' | 'node'

export interface ModelSummary {
  readonly id: ModelId
  readonly name: string
  readonly origin: 'bundled' | 'imported'
  readonly architecture: string
  readonly parameters: number
  readonly contextTokens: number
  readonly bytes: number
  readonly licence: string
  readonly weightsHash: string
  /** Precisions already compiled for this machine. */
  readonly prepared: readonly Precision[]
  readonly fit: { readonly verdict: 'fits' | 'tight' | 'too-large'; readonly reason: string }
  /** In which kind of process it runs, and why in the user's words. */
  readonly process: { readonly kind: ProcessKind; readonly reason: string }
}

export interface EngineStatus {
  readonly state: 'stopped' | 'starting' | 'ready' | 'busy' | 'backing-off' | 'open-circuit'
  readonly model: ModelIdentity | null
  readonly providers: readonly string[]
  readonly threads: number
  readonly loadMs: number | null
  /** Anonymous resident memory of the inference process in MB; null where the system does not tell. */
  readonly anonymousMb: number | null
  readonly restarts: number
  /** What the inference process is now; null while there is none. */
  readonly process: ProcessKind | null
  /** Why it is not ready, and what to do, in the user's words. */
  readonly reason: string | null
  /** How the newest reply of the loaded model was decoded; absent before the first. */
  readonly lastReply?: LastReply
}

export interface LastReply {
  readonly tokensPerStep: number
  /** null when nothing was to be guessed. */
  readonly speculation: Speculation | null
}

export interface LanguageModels {
  list(): Promise<readonly ModelSummary[]>
  /** Compiles if needed and loads. Rejects with a FailureError. */
  prepare(
    model: ModelId,
    precision: Precision | null,
    onProgress: OnProgress,
    signal: Cancellation,
  ): Promise<ModelIdentity>
  /** Streams; a cancelled call resolves with finish `cancelled` and the text so far. */
  generate(
    request: GenerateRequest,
    onDelta: (delta: TokenDelta) => void,
    onProgress: OnProgress,
    signal: Cancellation,
  ): Promise<Generation>
  /** Copies a GGUF file or safetensors folder into the app's model folder after checking it. */
  importModel(path: string, onProgress: OnProgress, signal: Cancellation): Promise<ModelSummary>
  remove(model: ModelId): Promise<void>
  /**
   * Drops what the engine remembers of every conversation whose key begins with `prefix`; '' drops
   * all. Used when a session is destroyed or the vault locks, so that no patient text stays behind.
   */
  forget(prefix: string): Promise<void>
  status(): EngineStatus
  onStatus(listener: (status: EngineStatus) => void): () => void
  dispose(): Promise<void>
}
