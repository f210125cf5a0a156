/** The port behind which guesses are made: from the text itself, or by trained heads. */
import type { DraftTree } from './draft-tree.ts'

/** Guesses what follows; what it guesses changes the speed of decoding, never the text. */
export interface Drafter {
  /** Starts over with the tokens of one conversation, at least one. */
  reset(ids: readonly number[]): void
  /** Notes tokens that were chosen since, in order. */
  observe(ids: readonly number[]): void
  /**
   * Guesses what follows the last token noted, which is the root. The likeliest rows come first.
   *
   * @param nodes most guesses, the root not counted
   * @param depth most guesses on one path
   */
  propose(nodes: number, depth: number): DraftTree
}
