import { describe, expect, it } from 'vitest'
import { calibration, emotionFigures, type Judged } from '../../../models/emotion/measures.ts'
import { distribution, type Emotion } from '../../../models/emotion/reading.ts'

const judged = (label: Emotion, answer: Emotion | null, share = 0.9): Judged => ({
  label,
  scores: answer === null ? null : distribution((emotion) => (emotion === answer ? share : (1 - share) / 5)),
})

describe('figures of emotion readings', () => {
  const items = [
    judged('happy', 'happy'),
    judged('happy', 'happy'),
    judged('happy', 'sad'),
    judged('sad', 'sad'),
    judged('angry', null),
  ]

  it('counts what could not be read as a miss of its label and of no other', () => {
    const figures = emotionFigures(items)!
    expect(figures.labelled).toBe(5)
    expect(figures.accuracy).toBeCloseTo(3 / 5)
    expect(figures.confusion.angry.missing).toBe(1)
    expect(figures.confusion.happy).toMatchObject({ happy: 2, sad: 1, missing: 0 })
  })

  it('gives the F1 of scikit-learn for the same answers', () => {
    // f1: happy 0.8, sad 2/3, angry 0
    const figures = emotionFigures(items)!
    expect(figures.macroF1).toBeCloseTo((0.8 + 2 / 3) / 3)
    expect(figures.weightedF1).toBeCloseTo((3 * 0.8 + 2 / 3) / 5)
  })

  it('has none without labels', () => {
    expect(emotionFigures([])).toBeNull()
  })

  it('finds no calibration error where confidence is the share of hits, and the gap where not', () => {
    const fair = Array.from({ length: 10 }, (_, index) => judged('sad', index < 8 ? 'sad' : 'happy', 0.8))
    expect(calibration(fair).error).toBeCloseTo(0)
    const vain = Array.from({ length: 10 }, (_, index) => judged('sad', index < 5 ? 'sad' : 'happy', 0.95))
    expect(calibration(vain).error).toBeCloseTo(0.45)
  })
})
