/**
 * What steps cost on this machine right now, measured while they run: a plain step, and steps of more rows in
 * plain steps. Processors do not charge every row alike, so each number of rows has its own measurement.
 */

/** Weight of a new measurement. */
const rate = 0.15
/** Weight with which any step says that the machine, or a longer text, made all steps slower. */
const driftRate = 0.03
/** Assumed share of a plain step that one row more takes, until measured; low, so that it gets measured. */
const assumedPerRow = 0.06
/** Weight of a step of several rows that was faster than plain steps are held to be. */
const catchingUp = 0.5
/** Plain steps before anything is believed. */
const fewestPlain = 3
/** A stall of the machine must not count for more than this. */
const mostSurprise = 1.5

export class StepCosts {
  #plainMs: number | null = null
  readonly #firstPlain: number[] = []
  /** Per number of rows the cost in plain steps; holes where nothing was measured. */
  readonly #measured: (number | undefined)[] = []

  constructor() {
    this.#measured[1] = 1
  }

  /** Milliseconds of a step of one row; null before enough of them were seen. */
  get plainMs(): number | null {
    return this.#plainMs
  }

  /** Notes a step of `rows` rows that took `ms`, guessing not included. */
  note(rows: number, ms: number): void {
    if (this.#plainMs === null) {
      if (rows !== 1) return
      this.#firstPlain.push(ms)
      // The first step after a prompt finds its memory cold, so that the fastest is believed.
      if (this.#firstPlain.length === fewestPlain) this.#plainMs = Math.min(...this.#firstPlain)
      return
    }
    const first = this.#measured[rows] === undefined
    const known = first ? this.relative(rows) : this.#measured[rows]!
    const expected = known * this.#plainMs
    const surprise = expected > 0 ? Math.min(mostSurprise, Math.max(1 / mostSurprise, ms / expected)) : 1
    if (rows === 1) this.#plainMs *= 1 + rate * (surprise - 1)
    else {
      this.#measured[rows] = Math.max(1, known * (1 + (first ? 1 : rate) * (surprise - 1)))
      this.#plainMs *= 1 + driftRate * (surprise - 1)
      // Fewer rows never take longer: where one seems to, it was measured in a bad moment.
      if (ms < this.#plainMs) this.#plainMs += catchingUp * (ms - this.#plainMs)
    }
  }

  /** What a step of `rows` rows takes, in plain steps; at least 1. */
  relative(rows: number): number {
    let below = rows
    while (this.#measured[below] === undefined) below--
    let above = rows
    while (above < this.#measured.length && this.#measured[above] === undefined) above++
    const start = this.#measured[below]!
    const end = this.#measured[above]
    if (end === undefined) return start + assumedPerRow * (rows - below)
    const between = above === below ? end : start + ((end - start) * (rows - below)) / (above - below)
    // More rows never cost less; where they seem to, fewer rows were measured in a bad moment.
    return Math.min(between, ...this.#measured.slice(rows).filter((cost) => cost !== undefined))
  }

  /** Tokens per plain step's time of checking the first `rows` of rows this likely, after `draftMs` of guessing. */
  worth(likelihoods: readonly number[], draftMs: number): number {
    return this.#best(likelihoods, draftMs).perTime
  }

  /**
   * The number of rows that yields most tokens per time.
   *
   * @param likelihoods per row the probability that it is accepted, the largest first, the root (1) at 0
   * @param draftMs what guessing them took
   * @returns 1 when guesses do not pay
   */
  bestRows(likelihoods: readonly number[], draftMs: number): number {
    return this.#best(likelihoods, draftMs).rows
  }

  #best(likelihoods: readonly number[], draftMs: number): { rows: number; perTime: number } {
    const draft = this.#plainMs === null || this.#plainMs === 0 ? 0 : draftMs / this.#plainMs
    let best = { rows: 1, perTime: 1 / (1 + draft) }
    let tokens = 1
    for (let rows = 2; rows <= likelihoods.length; rows++) {
      tokens += likelihoods[rows - 1]!
      const perTime = tokens / (this.relative(rows) + draft)
      if (perTime > best.perTime) best = { rows, perTime }
    }
    return best
  }
}
