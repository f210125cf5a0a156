/**
 * Turns what heads believe into what comes of it: per depth and per range of their probability, how often
 * guesses were right, counted while decoding. Older counts fade, so that it follows the text.
 */

/** Ranges of probability, equally wide. */
const ranges = 10
/** Depths beyond the last share its counts. */
const depths = 6
/** Guesses' worth of trust in the heads themselves, before anything was counted. */
const prior = 12
const fading = 0.998
/** No guess is certain. */
const mostLikely = 0.98

interface Count {
  right: number
  believed: number
}

export class Calibration {
  readonly #counts: readonly (readonly Count[])[] = Array.from({ length: depths }, () =>
    Array.from({ length: ranges }, (_, range) => {
      const believed = (prior * (range + 0.5)) / ranges
      return { right: believed, believed }
    }),
  )

  /**
   * Probability that a guess is right, given that all before it were.
   *
   * @param depth tokens ahead, from 1
   * @param chance what the heads believe, 0..1
   */
  of(depth: number, chance: number): number {
    const { right, believed } = this.#at(depth, chance)
    return Math.min(mostLikely, (chance * right) / believed)
  }

  /** Notes whether a guess, all before it being right, was right. */
  note(depth: number, chance: number, right: boolean): void {
    const count = this.#at(depth, chance)
    count.right = count.right * fading + (right ? 1 : 0)
    count.believed = count.believed * fading + chance
  }

  #at(depth: number, chance: number): Count {
    return this.#counts[Math.min(depth, depths) - 1]![Math.min(ranges - 1, Math.floor(chance * ranges))]!
  }
}
