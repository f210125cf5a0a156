import { describe, expect, it } from 'vitest'
import { personFace } from '../../../models/emotion/face/person-face.ts'
import { passageReading } from '../../../models/emotion/passage.ts'
import {
  distribution,
  type Emotion,
  type EmotionReading,
  type ModalityReading,
} from '../../../models/emotion/reading.ts'

const reading = (label: Emotion, score = 1): EmotionReading => ({
  kind: 'reading',
  modality: 'face',
  scores: distribution((emotion) => (emotion === label ? 1 : 0)),
  quality: { score, reasons: [] },
  blind: [],
})
const missing = (...reasons: string[]): ModalityReading => ({ kind: 'missing', modality: 'face', reasons })

describe('a passage', () => {
  it('is the mean of its pieces by quality', () => {
    const passage = passageReading('face', [reading('sad'), reading('happy', 0.5)])
    if (passage.kind === 'missing') throw new Error('nothing was read')
    expect(passage.scores.sad).toBeCloseTo(2 / 3)
    expect(passage.quality.score).toBeCloseTo(0.75)
  })

  it('loses quality when few of its pieces could be read, and says why', () => {
    const passage = passageReading('face', [
      reading('sad'),
      missing('dark'),
      missing('dark'),
      missing('no-face'),
    ])
    if (passage.kind === 'missing') throw new Error('nothing was read')
    expect(passage.quality).toEqual({ score: 0.5, reasons: ['dark', 'no-face'] })
  })

  it('is missing when none could be read', () => {
    expect(passageReading('face', [missing('dark'), missing('no-face')])).toEqual(missing('dark', 'no-face'))
    expect(passageReading('face', [])).toEqual(missing('not-given'))
  })
})

describe('the face of a person in a picture', () => {
  const face = (side: number, read: ModalityReading) => ({
    face: { score: 0.9, box: { left: 0, top: 0, right: side, bottom: side }, points: [] },
    reading: read,
  })

  it('is the one that is clearly the largest, at less quality', () => {
    const found = personFace([face(60, reading('happy')), face(120, reading('sad'))])
    if (found.kind === 'missing') throw new Error('nothing was read')
    expect(found.scores.sad).toBe(1)
    expect(found.quality).toEqual({ score: 0.8, reasons: ['several-faces'] })
  })

  it('is not guessed among faces of like size', () => {
    expect(personFace([face(110, reading('happy')), face(120, reading('sad'))])).toEqual(
      missing('several-faces'),
    )
    expect(personFace([])).toEqual(missing('no-face'))
    expect(personFace([face(110, reading('happy'))])).toEqual(reading('happy'))
  })
})
