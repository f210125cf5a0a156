/**
 * The inputs and outputs of compiled draft heads: where compiler and engine agree on names.
 *
 * d model width, V' draft vocabulary, K guesses per row; S accepted positions, B rows of guesses. Tokens are
 * places in the draft vocabulary, 0 <= x <= V': V' stands for every token outside it.
 *
 * Clover, `block`: what was accepted becomes the state that guessing starts from. Its `ids`, `positions`,
 * `mask`, `past_key_{l}` and `past_value_{l}` are those of graph-interface.ts, as are the new rows.
 *
 * | input   | type    | shape  |                                                          |
 * |---------|---------|--------|----------------------------------------------------------|
 * | states  | float32 | [S, d] | the target's `hidden` of each position                   |
 * | ids     | int64   | [1, S] | the token that follows each position                     |
 * | output  |         |        |                                                          |
 * | state   | float32 | [1, d] | recurrent state after the last position                  |
 * | guess   | float32 | [1, d] | what the first head says of it: an input of `guess`      |
 *
 * Clover, `guess`: the likeliest tokens, from a guess made already or one step further.
 *
 * | input   | type    | shape  |                                                          |
 * |---------|---------|--------|----------------------------------------------------------|
 * | states  | float32 | [B, d] | recurrent states before                                  |
 * | ids     | int64   | [1, B] | the token guessed from each                              |
 * | ready   | uint8   | [B, 1] | 1 where `given` holds the guess, 0 where it is computed  |
 * | given   | float32 | [B, d] |                                                          |
 * | output  |         |        |                                                          |
 * | next    | float32 | [B, d] | recurrent states after                                   |
 * | tokens  | int64   | [B, K] | likeliest first                                          |
 * | chances | float32 | [B, K] | their probabilities among the draft vocabulary           |
 *
 * Medusa, `guess`: all heads from one state; B is the number of heads.
 *
 * | input   | type    | shape  |
 * |---------|---------|--------|
 * | states  | float32 | [1, d] |
 * | output  |         |        |
 * | tokens  | int64   | [B, K] |
 * | chances | float32 | [B, K] |
 */
export const headInputs = { states: 'states', ready: 'ready', given: 'given' } as const

export const headOutputs = {
  state: 'state',
  guess: 'guess',
  next: 'next',
  tokens: 'tokens',
  chances: 'chances',
} as const

/** Names of the graphs per kind of heads. */
export const headGraphs = { clover: ['block', 'guess'], medusa: ['guess'] } as const
export type HeadGraph = (typeof headGraphs)[keyof typeof headGraphs][number]

/** Guesses that leave a graph per row at most, K: no tree has more children at one row. */
export const guessesPerRow = 8
