/** What steps cost on this machine right now, measured while they run: a plain step, and each row more. */

/** Weight of a new measurement. */
const rate = 0.2
/** Assumed share of a plain step that one row more takes, until measured; low, so that it gets measured. */
const assumedPerRow = 0.1

export class StepCosts {
  #plainMs: number | null = null
  #perRow = assumedPerRow

  /** Milliseconds of a step of one row; null before the first. */
  get plainMs(): number | null {
    return this.#plainMs
  }

  /** Notes a step of `rows` rows that took `ms`, drafting included. */
  note(rows: number, ms: number): void {
    if (this.#plainMs === null) {
      if (rows === 1) this.#plainMs = ms
      return
    }
    if (rows === 1) {
      // One stall of the machine must not make plain steps look slow for long.
      this.#plainMs += rate * (Math.min(ms, 3 * this.#plainMs) - this.#plainMs)
    } else if (this.#plainMs > 0) {
      const perRow = Math.min(1, Math.max(0, (ms / this.#plainMs - 1) / (rows - 1)))
      this.#perRow += rate * (perRow - this.#perRow)
    }
  }

  /** What a step of `rows` rows takes, in plain steps; at least 1. */
  relative(rows: number): number {
    return 1 + this.#perRow * (rows - 1)
  }

  /**
   * The number of rows that yields most tokens per time.
   *
   * @param likelihoods per row the probability that it is accepted, the largest first, the root (1) at 0
   * @returns 1 when guesses do not pay
   */
  bestRows(likelihoods: readonly number[]): number {
    let best = 1
    let bestYield = 1
    let tokens = 1
    for (let rows = 2; rows <= likelihoods.length; rows++) {
      tokens += likelihoods[rows - 1]!
      const perTime = tokens / this.relative(rows)
      if (perTime > bestYield) {
        best = rows
        bestYield = perTime
      }
    }
    return best
  }
}
