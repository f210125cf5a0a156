/** Spares looks of the mesh network at a face, where the pictures just before have answered what it is asked. */
import { overlapOf, type DetectedFace } from './detection.ts'
import { surelyStands, uprightness, type FacePresence } from './quality.ts'

export interface MemoryRules {
  /** Seconds between two pictures after which nothing is remembered. */
  readonly gap: number
  /** Of the look at a face turned around: pictures that one serves, and the overlap of boxes from which it is the same face. */
  readonly turned: { readonly pictures: number; readonly overlap: number }
  /** Logits by which the face must be surer as it stands; nearer than that, both are looked at again. */
  readonly margin: number
  /** The same of the look at a face as it stands, which must also have been at least so probable. */
  readonly standing: { readonly pictures: number; readonly overlap: number; readonly probability: number }
}

/** At five pictures a second: a second for what hardly changes, every other picture of a face that keeps still. */
export const memoryRules: MemoryRules = {
  gap: 1,
  turned: { pictures: 5, overlap: 0.6 },
  margin: 3,
  standing: { pictures: 2, overlap: 0.85, probability: 0.95 },
}

interface Remembered {
  readonly box: DetectedFace['box']
  readonly presence: FacePresence
  /** Pictures that each look has served, the one it was taken of included. */
  readonly served: { readonly turned: number; readonly standing: number }
}

/** For pictures of one camera, in order. */
export class PresenceMemory {
  readonly #rules: MemoryRules
  #before: readonly Remembered[] = []
  #now: Remembered[] = []
  #at = -Infinity

  constructor(rules: MemoryRules = memoryRules) {
    this.#rules = rules
  }

  /**
   * Call before the faces of each picture.
   *
   * @param at seconds on a clock that never stands still
   */
  nextPicture(at: number): void {
    this.#before = at - this.#at > this.#rules.gap ? [] : this.#now
    this.#now = []
    this.#at = at
  }

  /**
   * What the network makes of a face, asking it as little as will do. It is always asked about a face that is new,
   * has moved, or is not clearly one and upright.
   *
   * @param ask gives the probability of a face, 0..1
   */
  async of({ box }: DetectedFace, ask: (view: keyof FacePresence) => Promise<number>): Promise<FacePresence> {
    const { turned, standing, margin } = this.#rules
    const known = this.#before
      .map((face) => ({ ...face, overlap: overlapOf(face.box, box) }))
      .toSorted((a, b) => b.overlap - a.overlap)[0]
    const stands =
      known &&
      known.overlap >= standing.overlap &&
      known.served.standing < standing.pictures &&
      known.presence.asItStands >= standing.probability
    const asItStands = stands ? known.presence.asItStands : await ask('asItStands')
    const sure = surelyStands(asItStands)
    const turns =
      !sure &&
      known &&
      known.overlap >= turned.overlap &&
      known.served.turned < turned.pictures &&
      uprightness({ ...known.presence, asItStands }) >= margin
    const presence = {
      asItStands,
      turnedAround: sure ? 0 : turns ? known.presence.turnedAround : await ask('turnedAround'),
    }
    this.#now.push({
      box,
      presence,
      served: {
        standing: stands ? known.served.standing + 1 : 1,
        // Where nobody looked there is nothing to serve later pictures.
        turned: sure ? turned.pictures : turns ? known.served.turned + 1 : 1,
      },
    })
    return presence
  }
}
