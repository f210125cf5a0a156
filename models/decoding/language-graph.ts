/** The port through which decoding reaches a compiled model: one call evaluates new rows over a cache. */
import type { KvCache, KvShape } from './kv-cache.ts'

/** New rows of one step, S of them. */
export interface Step {
  /** Token ids, [S]. */
  readonly ids: readonly number[]
  /** Rows of S at which a next token is chosen; empty while a prompt is still being read. */
  readonly chooseAt: readonly number[]
  /** Whether all V logits of those rows are needed, or the largest alone. */
  readonly logits: boolean
  /** Whether the rows' last states are needed, for a drafter that guesses from them. */
  readonly states?: boolean
  /**
   * For rows that are not a chain (a tree of guesses): each row's distance from the last cached
   * token less one, and which earlier rows it sees. Without it row i sees rows 0..i.
   */
  readonly tree?: {
    readonly depths: readonly number[]
    readonly sees: (row: number, other: number) => boolean
  }
}

export interface StepResult {
  /** Id of the largest logit at each row of `chooseAt`. */
  readonly best: readonly number[]
  /** [chooseAt.length, V], or null when not asked for. */
  readonly logits: Float32Array | null
  /** State of each row after the last layer, before the final norm, [S, d]; null when not asked for. */
  readonly states: Float32Array | null
  /** Per layer [Hkv, D, S], for `KvCache.append`. */
  readonly newKeys: readonly Float32Array[]
  /** Per layer [Hkv, S, D]. */
  readonly newValues: readonly Float32Array[]
}

export interface LanguageGraph extends KvShape {
  readonly vocabulary: number
  /** Computes; writes nothing into the cache, so that the caller decides which rows stay. */
  evaluate(step: Step, cache: KvCache): Promise<StepResult>
}
