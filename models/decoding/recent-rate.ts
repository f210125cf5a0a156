/** Tokens per second over the last few tokens. */
const window = 16

export class RecentRate {
  readonly #times: number[] = []

  /**
   * Notes one more token.
   *
   * @param ms when it came, on any clock that does not go back
   */
  note(ms: number): number {
    this.#times.push(ms)
    if (this.#times.length > window) this.#times.shift()
    return this.current
  }

  /** 0 until two tokens came. */
  get current(): number {
    const first = this.#times[0]
    const last = this.#times.at(-1)
    if (first === undefined || last === undefined || last <= first) return 0
    return ((this.#times.length - 1) * 1000) / (last - first)
  }
}
