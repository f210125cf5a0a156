import { describe, expect, it } from 'vitest'
import type { DetectedFace } from '../../../models/emotion/face/detection.ts'
import { PresenceMemory } from '../../../models/emotion/face/presence-memory.ts'
import type { FacePresence } from '../../../models/emotion/face/quality.ts'

const faceAt = (left: number): DetectedFace => ({
  score: 0.9,
  box: { left, top: 0, right: left + 100, bottom: 100 },
  points: [],
})
const upright: FacePresence = { asItStands: 0.999, turnedAround: 0.01 }

/** What is asked of each of so many pictures, at five a second. */
async function asked(
  pictures: number,
  face: (picture: number) => DetectedFace = () => faceAt(0),
  presence: (picture: number) => FacePresence = () => upright,
  at: (picture: number) => number = (picture) => picture / 5,
): Promise<readonly string[]> {
  const memory = new PresenceMemory()
  const out: string[] = []
  for (let picture = 0; picture < pictures; picture++) {
    memory.nextPicture(at(picture))
    let looks = ''
    await memory.of(face(picture), (view) => {
      looks += view === 'asItStands' ? 's' : 't'
      return Promise.resolve(presence(picture)[view])
    })
    out.push(looks)
  }
  return out
}

describe('the memory of a face’s presence', () => {
  it('asks of a face that keeps still every other picture, and turned around once a second', async () => {
    expect(await asked(11)).toEqual(['st', '', 's', '', 's', 't', 's', '', 's', '', 'st'])
  })

  it('asks of a face that moves in every picture, and of one that jumps everything', async () => {
    expect(await asked(4, (picture) => faceAt(12 * picture))).toEqual(['st', 's', 's', 's'])
    expect(await asked(3, (picture) => faceAt(60 * picture))).toEqual(['st', 'st', 'st'])
  })

  it('does not turn a face around that the mesh is as sure of as it can be, and does so once it is less sure', async () => {
    const looks = await asked(
      5,
      (picture) => faceAt(12 * picture),
      (picture) => ({ asItStands: picture < 3 ? 1 : 0.999, turnedAround: 0.01 }),
    )
    expect(looks).toEqual(['s', 's', 's', 'st', 's'])
  })

  it('asks everything of every picture of a face upside down, or hardly one', async () => {
    const down = { asItStands: 0.9, turnedAround: 0.99 }
    const doubtful = { asItStands: 0.5, turnedAround: 0.4 }
    for (const presence of [down, doubtful])
      expect(
        await asked(
          3,
          () => faceAt(0),
          () => presence,
        ),
      ).toEqual(['st', 'st', 'st'])
  })

  it('notices within two pictures that a still face is covered', async () => {
    const looks = await asked(
      4,
      () => faceAt(0),
      (picture) => (picture < 1 ? upright : { asItStands: 0.02, turnedAround: 0.01 }),
    )
    expect(looks).toEqual(['st', '', 'st', 'st'])
  })

  it('remembers nothing over a gap', async () => {
    expect(
      await asked(
        2,
        () => faceAt(0),
        () => upright,
        (picture) => 5 * picture,
      ),
    ).toEqual(['st', 'st'])
  })
})
