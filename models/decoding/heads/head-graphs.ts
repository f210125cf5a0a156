/** The ports through which drafters reach compiled heads. Tokens are ids of the target's vocabulary. */
import type { KvCache, KvShape } from '../kv-cache.ts'

/** The likeliest tokens of several rows. */
export interface Guesses {
  /** Guesses per row, K. */
  readonly perRow: number
  /** Row by row, likeliest first, [rows * K]. */
  readonly tokens: readonly number[]
  /** Their probabilities among the draft vocabulary, as the heads see it, [rows * K]. */
  readonly chances: Float32Array
}

export interface CloverGraph {
  /** Width of states, d. */
  readonly width: number
  /** Of the Augmenting Block. */
  readonly block: KvShape
  /**
   * Takes the block over positions that follow those of `cache`; writes nothing into it.
   *
   * @param states the target's states of the positions, [S, d]
   * @param following per position the token after it, [S]
   */
  advance(
    states: Float32Array,
    following: readonly number[],
    cache: KvCache,
  ): Promise<{
    /** Recurrent state after the last position, [d]. */
    readonly state: Float32Array
    /** The first head's word on it, [d]. */
    readonly guess: Float32Array
    readonly newKeys: readonly Float32Array[]
    readonly newValues: readonly Float32Array[]
  }>
  /** The likeliest tokens by the first head's word: one row. */
  rank(guess: Float32Array): Promise<Guesses>
  /**
   * One head further.
   *
   * @param states recurrent states, [B, d]
   * @param tokens the guess made from each, [B]
   */
  next(states: Float32Array, tokens: readonly number[]): Promise<Guesses & { readonly states: Float32Array }>
}

export interface MedusaGraph {
  readonly width: number
  /** Row i: what comes i + 2 tokens after the state's own token; the one between is known. */
  guess(state: Float32Array): Promise<Guesses>
}
