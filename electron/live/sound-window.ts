/** The latest seconds of sound, and when they are worth reading again. Every sample passes through a window. */
import { soundRate } from '../../models/contract/emotion.ts'
import { activityChunk } from '../../models/emotion/voice/speech.ts'

export interface SoundRules {
  /**
   * Seconds that are read at once, and up to 32 ms more: the voice network's three, and the quiet around them to
   * compare with.
   */
  readonly window: number
  /** Seconds of new sound between two readings. */
  readonly step: number
}

export const soundRules: SoundRules = { window: 5, step: 1 }

export class SoundWindow {
  readonly #rules: SoundRules
  #samples = new Float32Array(0)
  /** New samples since the last window was taken. */
  #fresh = 0

  constructor(rules: SoundRules = soundRules) {
    this.#rules = rules
  }

  /** Seconds of sound that no window has held yet. */
  get waiting(): number {
    return this.#fresh / soundRate
  }

  clear(): void {
    this.#samples = new Float32Array(0)
    this.#fresh = 0
  }

  /** @param follows whether these come directly after the last ones; otherwise those are forgotten */
  push(samples: Float32Array, follows: boolean): void {
    if (!follows) this.clear()
    const joined = new Float32Array(this.#samples.length + samples.length)
    joined.set(this.#samples)
    joined.set(samples, this.#samples.length)
    this.#samples = joined
    this.#fresh += samples.length
  }

  /**
   * The next window to read, or null while there is less than a step of new sound. It stays the next one
   * until `done`. After a long wait the windows are whole ones side by side, so that nothing is left out and
   * the wait is made up for.
   */
  next(): Float32Array | null {
    if (this.#fresh < this.#rules.step * soundRate) return null
    const { from, to } = this.#span()
    return this.#samples.slice(from, to)
  }

  /** The window that `next` gives has been read. */
  done(): void {
    const { from, to } = this.#span()
    this.#fresh = this.#samples.length - to
    this.#samples = this.#samples.slice(from)
  }

  #span(): { readonly from: number; readonly to: number } {
    const length = this.#rules.window * soundRate
    const to = this.#samples.length - Math.max(0, this.#fresh - length)
    // Windows begin whole chunks apart, so that what two of them share need not be listened to twice.
    const from = activityChunk * Math.floor(Math.max(0, to - length) / activityChunk)
    return { from, to }
  }
}
