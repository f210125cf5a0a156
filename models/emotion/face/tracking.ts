/** Follows faces from frame to frame, so that a reading belongs to one person over time. */
import { overlapOf, type DetectedFace } from './detection.ts'

export interface TrackedFace {
  /** Stable while the person stays in view; never reused. */
  readonly id: number
  readonly face: DetectedFace
  /** Seconds on the shared clock when it was last seen. */
  readonly seen: number
}

/** Seconds out of view after which a face that comes back is a new one: identity is never recognised. */
const forgottenAfter = 1.5
const leastOverlap = 0.25

export class FaceTracker {
  #tracks: readonly TrackedFace[] = []
  #next = 1

  /** Faces of the frame at `time` seconds, each with its track. Frames must come in order. */
  update(faces: readonly DetectedFace[], time: number): readonly TrackedFace[] {
    const open = this.#tracks.filter(({ seen }) => time - seen <= forgottenAfter)
    const pairs = faces
      .flatMap((face, index) =>
        open.map((track) => ({ index, track, overlap: overlapOf(face.box, track.face.box) })),
      )
      .filter(({ overlap }) => overlap >= leastOverlap)
      .toSorted((a, b) => b.overlap - a.overlap)
    const ids = new Map<number, number>()
    const taken = new Set<number>()
    for (const { index, track } of pairs) {
      if (ids.has(index) || taken.has(track.id)) continue
      ids.set(index, track.id)
      taken.add(track.id)
    }
    const current = faces.map((face, index) => ({ id: ids.get(index) ?? this.#next++, face, seen: time }))
    this.#tracks = [...current, ...open.filter(({ id }) => !taken.has(id))]
    return current
  }
}
