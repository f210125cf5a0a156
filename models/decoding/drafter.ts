/** The port behind which guesses are made: from the text itself, or by trained heads. */
import type { Conversation } from './conversation.ts'
import type { DraftTree } from './draft-tree.ts'

/** What guesses may cost, and what they are worth. */
export interface DraftBudget {
  /** Most guesses, the root not counted. */
  readonly nodes: number
  /** Most guesses on one path. */
  readonly depth: number
  /**
   * Tokens per plain step's time that checking the best rows of a tree would yield.
   *
   * @param likelihoods of its rows, the largest first, the root's 1 among them
   * @param draftMs time spent on guessing them
   */
  worth(likelihoods: readonly number[], draftMs: number): number
}

/** Guesses what follows; what it guesses changes the speed of decoding, never the text. */
export interface Drafter {
  /**
   * Starts over with a conversation, which it may read from then on.
   *
   * @param pending the token after the conversation's
   */
  reset(conversation: Conversation, pending: number): void
  /** Notes tokens that were chosen since, in order; the conversation holds them, all but the last. */
  observe(ids: readonly number[]): void
  /** Guesses what follows the last token noted, which is the root. The likeliest rows come first. */
  propose(budget: DraftBudget): Promise<DraftTree>
}
