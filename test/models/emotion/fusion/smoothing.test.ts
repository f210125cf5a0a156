import { describe, expect, it } from 'vitest'
import { Following, logOpinionPool, Smoother } from '../../../../models/emotion/fusion/index.ts'
import {
  distribution,
  emotions,
  type Distribution,
  type Emotion,
  type EmotionReading,
  type Modality,
  type ModalityReading,
} from '../../../../models/emotion/reading.ts'

const certain = (label: Emotion): Distribution => distribution((emotion) => (emotion === label ? 1 : 0))
const reading = (label: Emotion, quality = 1, modality: Modality = 'face'): EmotionReading => ({
  kind: 'reading',
  modality,
  scores: certain(label),
  quality: { score: quality, reasons: [] },
  blind: [],
})
const rules = { fades: 1, holds: 3 }

function scores(reading: ModalityReading): Distribution {
  if (reading.kind === 'missing') throw new Error('nothing was read')
  return reading.scores
}

describe('smoothing over time', () => {
  it('weighs an older reading by how long ago it was', () => {
    const smoother = new Smoother('face', rules)
    smoother.push(reading('sad'), 0)
    smoother.push(reading('happy'), Math.log(3))
    expect(scores(smoother.at(Math.log(3))).sad).toBeCloseTo(0.25)
    expect(scores(smoother.at(Math.log(3))).happy).toBeCloseTo(0.75)
  })

  it('gives the same for readings that come twice as often', () => {
    const at = (step: number): Distribution => {
      const smoother = new Smoother('face', { fades: 1, holds: 3 })
      for (let time = 0; time < 8; time += step) smoother.push(reading(time < 6 ? 'sad' : 'happy'), time)
      return scores(smoother.at(8))
    }
    expect(at(0.05).sad).toBeCloseTo(at(0.1).sad, 1)
  })

  it('weighs a poor reading less', () => {
    const smoother = new Smoother('face', rules)
    smoother.push(reading('sad'), 0)
    smoother.push(reading('angry', 0.5), 0)
    expect(scores(smoother.at(0)).sad).toBeCloseTo(2 / 3)
  })

  it('says nothing once the latest reading is too old, and why', () => {
    const smoother = new Smoother('face', rules)
    expect(smoother.at(0)).toEqual({ kind: 'missing', modality: 'face', reasons: ['not-given'] })
    smoother.push(reading('sad'), 1)
    expect(smoother.at(4).kind).toBe('reading')
    expect(smoother.at(4.1)).toEqual({ kind: 'missing', modality: 'face', reasons: ['stale'] })
    smoother.push({ kind: 'missing', modality: 'face', reasons: ['dark'] }, 4.2)
    expect(smoother.at(4.2)).toEqual({ kind: 'missing', modality: 'face', reasons: ['dark'] })
  })

  it('forgets what was before a gap', () => {
    const smoother = new Smoother('face', rules)
    for (let time = 0; time < 5; time += 0.1) smoother.push(reading('sad'), time)
    smoother.push(reading('happy'), 20)
    expect(scores(smoother.at(20))).toEqual(certain('happy'))
  })

  it('leaves out a reading that comes late', () => {
    const smoother = new Smoother('face', rules)
    smoother.push(reading('sad'), 5)
    smoother.push(reading('happy'), 4)
    expect(scores(smoother.at(5))).toEqual(certain('sad'))
  })

  it('smooths arousal over the readings that have it', () => {
    const smoother = new Smoother('voice', rules)
    smoother.push({ ...reading('sad', 1, 'voice'), arousal: 1 }, 0)
    smoother.push(reading('sad', 1, 'voice'), 0.5)
    const smoothed = smoother.at(0.5)
    expect(smoothed.kind === 'reading' && smoothed.arousal).toBeCloseTo(1)
  })
})

describe('following persons', () => {
  it('never mixes two persons', () => {
    const following = new Following(logOpinionPool())
    following.push('a', reading('sad'), 0)
    following.push('b', reading('happy'), 0)
    expect(scores(following.at('a', 0).readings.face)).toEqual(certain('sad'))
    expect(following.at('c', 0).fused).toMatchObject({ kind: 'missing' })
    following.forget('a')
    expect(following.at('a', 0).fused.kind).toBe('missing')
  })

  it('holds words longer than a face', () => {
    const following = new Following(logOpinionPool())
    following.push('a', reading('sad'), 0)
    following.push('a', reading('sad', 1, 'text'), 0)
    const { fused } = following.at('a', 6)
    expect(fused).toMatchObject({ kind: 'estimate', missing: ['face', 'voice'] })
    const total = fused.kind === 'estimate' && emotions.reduce((sum, label) => sum + fused.scores[label], 0)
    expect(total).toBeCloseTo(1)
  })

  it('forgets a modality on its own', () => {
    const following = new Following(logOpinionPool())
    following.push('a', reading('sad'), 0)
    following.push('a', reading('sad', 1, 'text'), 0)
    following.forgetModality('a', 'face')
    expect(following.at('a', 0).readings).toMatchObject({
      face: { kind: 'missing' },
      text: { kind: 'reading' },
    })
  })
})
