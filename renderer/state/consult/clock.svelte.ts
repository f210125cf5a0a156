/** The session's clock: where the next turn will stand on it, in milliseconds. */
export class SessionClock {
  /** Milliseconds; moves when `tick` is called, at most once a second on screen. */
  position = $state(0)
  running = $state(false)
  readonly #now: () => number
  #base: number
  #startedAt = 0

  /**
   * @param positionMs where the clock stands: after the last turn of a reopened session, 0 in a new one
   * @param now monotonic-enough wall time in milliseconds
   */
  constructor(positionMs: number, now: () => number) {
    this.#base = positionMs
    this.#now = now
    this.position = positionMs
  }

  start(): void {
    if (this.running) return
    this.#startedAt = this.#now()
    this.running = true
  }

  pause(): void {
    if (!this.running) return
    this.#base = this.read()
    this.running = false
    this.position = this.#base
  }

  /** The position now, whole milliseconds, never going back. */
  read(): number {
    const elapsed = this.running ? Math.max(0, this.#now() - this.#startedAt) : 0
    return Math.round(this.#base + elapsed)
  }

  tick(): void {
    this.position = this.read()
  }
}
