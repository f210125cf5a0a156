/** How well reading keeps up with the sensors. */

/** Delays that are remembered for the figures: a minute of pictures. */
const remembered = 300

export class Pace {
  readonly pictures: number
  /** Pictures left out because the one before was still being read. */
  readonly dropped: number
  /** Seconds of sound that wait. */
  readonly soundWaiting: number
  readonly #delays: readonly number[]

  constructor(pictures: number, dropped: number, soundWaiting: number, delays: readonly number[]) {
    this.pictures = pictures
    this.dropped = dropped
    this.soundWaiting = soundWaiting
    this.#delays = delays
  }

  /** A picture was read and shown `delayMs` after the camera took it. */
  read(delayMs: number): Pace {
    const delays = [...this.#delays, delayMs].slice(-remembered)
    return new Pace(this.pictures + 1, this.dropped, this.soundWaiting, delays)
  }

  leftOut(): Pace {
    return new Pace(this.pictures, this.dropped + 1, this.soundWaiting, this.#delays)
  }

  waiting(seconds: number): Pace {
    return new Pace(this.pictures, this.dropped, seconds, this.#delays)
  }

  /** Milliseconds from the camera to the screen that this share of pictures did not exceed; null before one. */
  delay(share: number): number | null {
    const sorted = this.#delays.toSorted((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null
  }
}

export const noPace = new Pace(0, 0, 0, [])
