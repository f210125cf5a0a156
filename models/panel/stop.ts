/** A cancellation that can follow another one and be pulled by its owner. */
import type { Cancellation } from '../core/cancellation.ts'
import { FailureError } from '../core/failure.ts'

export class Stop implements Cancellation {
  #aborted = false
  readonly #listeners = new Set<() => void>()

  /** @param follows when it is stopped, this one is too */
  constructor(follows?: Cancellation) {
    if (follows?.aborted) this.#aborted = true
    else follows?.addEventListener('abort', () => this.stop(), { once: true })
  }

  get aborted(): boolean {
    return this.#aborted
  }

  stop(): void {
    if (this.#aborted) return
    this.#aborted = true
    for (const listener of [...this.#listeners]) listener()
    this.#listeners.clear()
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener)
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener)
  }

  throwIfAborted(): void {
    if (this.#aborted) throw new FailureError({ code: 'cancelled', message: 'Stopped.' })
  }
}
