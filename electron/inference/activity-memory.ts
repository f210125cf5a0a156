/**
 * What the voice-activity network gave for a window of sound, so that the next window, which mostly holds the
 * same samples, costs only what is new in it.
 */
import { activityChunk } from '../../models/emotion/voice/speech.ts'

export interface KnownActivity {
  /** Probability of speech of each whole chunk that is known already, from the window's first on. */
  readonly probabilities: Float32Array
  /** The network's state after each of them. */
  readonly states: readonly Float32Array[]
}

/** How long sound is held that nothing follows, in ms: a microphone that is off leaves nothing behind. */
const heldMs = 5_000

export class ActivityMemory {
  #samples = new Float32Array(0)
  #probabilities = new Float32Array(0)
  /** After each whole chunk. */
  #states: readonly Float32Array[] = []
  #end: NodeJS.Timeout | null = null

  /**
   * The beginning of `samples` that the window before also held; null when it held none of it. Sound counts as
   * the same when every sample is equal, and only whole chunks do, so windows must begin whole chunks apart.
   */
  known(samples: Float32Array): KnownActivity | null {
    const chunks = this.#probabilities.length
    for (let skipped = 0; skipped < chunks; skipped++) {
      const shared = Math.min(chunks - skipped, Math.floor(samples.length / activityChunk))
      if (shared > 0 && this.#holds(samples, skipped, shared))
        return {
          probabilities: this.#probabilities.slice(skipped, skipped + shared),
          states: this.#states.slice(skipped, skipped + shared),
        }
    }
    return null
  }

  /** @param states after each whole chunk of `samples` */
  keep(samples: Float32Array, probabilities: Float32Array, states: readonly Float32Array[]): void {
    this.#samples = samples.slice(0, states.length * activityChunk)
    this.#probabilities = probabilities.slice(0, states.length)
    this.#states = states
    if (this.#end) clearTimeout(this.#end)
    this.#end = setTimeout(() => this.#forget(), heldMs).unref()
  }

  #forget(): void {
    this.#samples.fill(0)
    this.#samples = new Float32Array(0)
    this.#probabilities = new Float32Array(0)
    this.#states = []
  }

  #holds(samples: Float32Array, skipped: number, shared: number): boolean {
    const from = skipped * activityChunk
    for (let index = 0; index < shared * activityChunk; index++)
      if (samples[index] !== this.#samples[from + index]) return false
    return true
  }
}
