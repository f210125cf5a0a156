/** Sound that waits to be read: nothing is dropped, and how much waits can be seen. */
import { soundRate } from '../../models/contract/emotion.ts'

export class SoundQueue {
  #pieces: Float32Array[] = []
  #length = 0

  /** Seconds that wait. */
  get waiting(): number {
    return this.#length / soundRate
  }

  push(samples: Float32Array): void {
    if (samples.length === 0) return
    this.#pieces.push(samples)
    this.#length += samples.length
  }

  /** The oldest sound, at most `seconds` of it; null when there is none. */
  take(seconds: number): Float32Array | null {
    const length = Math.min(this.#length, Math.floor(seconds * soundRate))
    if (length === 0) return null
    const samples = new Float32Array(length)
    let at = 0
    while (at < length) {
      const piece = this.#pieces[0]!
      const part = piece.subarray(0, length - at)
      samples.set(part, at)
      at += part.length
      if (part.length === piece.length) this.#pieces.shift()
      else this.#pieces[0] = piece.subarray(part.length)
    }
    this.#length -= length
    return samples
  }

  clear(): void {
    this.#pieces = []
    this.#length = 0
  }
}
