import { describe, expect, it } from 'vitest'
import {
  disagreementSentence,
  logOpinionPool,
  readingsOf,
  trainedFusion,
  type FusedEstimate,
  type JointEstimate,
} from '../../../../models/emotion/fusion/index.ts'
import {
  distribution,
  emotions,
  modalities,
  strongest,
  type Emotion,
  type EmotionReading,
  type Modality,
} from '../../../../models/emotion/reading.ts'

const leaning = (label: Emotion, share = 0.7, blind: readonly Emotion[] = []) => {
  const rest = (1 - share) / (emotions.length - 1 - blind.length)
  return distribution((emotion) => (emotion === label ? share : blind.includes(emotion) ? 0 : rest))
}

const reading = (
  modality: Modality,
  label: Emotion,
  { share = 0.7, quality = 1 }: { share?: number; quality?: number } = {},
): EmotionReading => {
  const blind: readonly Emotion[] = modality === 'voice' ? ['surprise'] : []
  return {
    kind: 'reading',
    modality,
    scores: leaning(label, share, blind),
    quality: { score: quality, reasons: quality < 1 ? ['flawed'] : [] },
    blind,
  }
}

function estimate(fused: FusedEstimate): JointEstimate {
  if (fused.kind === 'missing') throw new Error('nothing was estimated')
  return fused
}

const subsets = Array.from({ length: 7 }, (_, mask) =>
  modalities.filter((_modality, index) => ((mask + 1) >> index) & 1),
)
describe.each([
  { name: 'the log-opinion pool', fuse: logOpinionPool() },
  { name: 'trained attention', fuse: trainedFusion },
])('$name', ({ fuse }) => {
  it('answers for all seven subsets, with shares that sum to one over those present', () => {
    for (const subset of subsets) {
      const fused = estimate(fuse(readingsOf(subset.map((modality) => reading(modality, 'sad')))))
      expect(strongest(fused.scores)).toBe('sad')
      expect(emotions.reduce((sum, emotion) => sum + fused.scores[emotion], 0)).toBeCloseTo(1)
      expect(modalities.reduce((sum, modality) => sum + fused.shares[modality], 0)).toBeCloseTo(1)
      for (const modality of modalities) expect(fused.shares[modality] > 0).toBe(subset.includes(modality))
      expect(fused.missing).toEqual(modalities.filter((modality) => !subset.includes(modality)))
    }
  })

  it('says nothing when nothing was read, and why', () => {
    expect(fuse(readingsOf([{ kind: 'missing', modality: 'voice', reasons: ['no-speech'] }]))).toEqual({
      kind: 'missing',
      missing: ['face', 'voice', 'text'],
      reasons: ['face: not-given', 'voice: no-speech', 'text: not-given'],
    })
  })

  it('is less certain with each modality that is missing', () => {
    const uncertaintyOf = (subset: readonly Modality[], label: Emotion, share: number): number =>
      estimate(fuse(readingsOf(subset.map((modality) => reading(modality, label, { share }))))).uncertainty
    for (const label of emotions.filter((emotion) => emotion !== 'surprise'))
      for (const share of [0.4, 0.7, 0.95])
        for (const larger of subsets)
          for (const smaller of subsets)
            if (smaller.length < larger.length && smaller.every((modality) => larger.includes(modality)))
              expect(uncertaintyOf(smaller, label, share)).toBeGreaterThan(
                uncertaintyOf(larger, label, share),
              )
  })

  it('is less certain when modalities disagree, and names the two that do', () => {
    const together = estimate(fuse(readingsOf([reading('voice', 'sad'), reading('text', 'sad')])))
    const apart = estimate(
      fuse(readingsOf([reading('voice', 'sad', { share: 0.9 }), reading('text', 'happy', { share: 0.9 })])),
    )
    expect(together.disagreement.value).toBeLessThan(0.01)
    expect(together.disagreement.between).toBeNull()
    expect(disagreementSentence(together.disagreement)).toBeNull()
    expect(apart.uncertainty).toBeGreaterThan(together.uncertainty)
    expect(apart.disagreement.between).toEqual(['voice', 'text'])
    expect(disagreementSentence(apart.disagreement)).toBe('Words and tone differ: consider asking.')
  })

  it('does not take the voice for a denial of surprise', () => {
    const alone = estimate(fuse(readingsOf([reading('text', 'surprise')])))
    const heard = estimate(
      fuse(readingsOf([reading('text', 'surprise'), reading('voice', 'neutral', { share: 0.3 })])),
    )
    expect(strongest(heard.scores)).toBe('surprise')
    expect(heard.scores.surprise).toBeGreaterThan(alone.scores.surprise - 0.05)
    expect(heard.disagreement.between).toBeNull()
  })

  it('trusts a reading of poor quality less', () => {
    const worried = (quality: number): number =>
      estimate(fuse(readingsOf([reading('face', 'worried', { quality }), reading('text', 'happy')]))).scores
        .worried
    expect(worried(0.4)).toBeLessThan(worried(1))
    const fused = estimate(
      fuse(readingsOf([reading('face', 'sad', { quality: 0.4 }), reading('text', 'sad')])),
    )
    expect(fused.quality.reasons).toEqual(['face: flawed'])
    expect(fused.quality.score).toBeLessThan(1)
  })

  it('lets none that is sure and wrong overrule the other two', () => {
    const fused = estimate(
      fuse(
        readingsOf([reading('face', 'angry', { share: 1 }), reading('voice', 'sad'), reading('text', 'sad')]),
      ),
    )
    expect(strongest(fused.scores)).toBe('sad')
  })

  it('carries arousal and valence where a modality gives them', () => {
    const fused = estimate(
      fuse(readingsOf([{ ...reading('voice', 'sad'), arousal: -0.5 }, reading('text', 'sad')])),
    )
    expect(fused.arousal).toBeCloseTo(-0.5)
    expect('valence' in fused).toBe(false)
  })

  it('refuses readings that hold no probabilities', () => {
    for (const value of [Number.NaN, -0.1, 2, Infinity]) {
      const broken = reading('text', 'sad')
      expect(() => fuse(readingsOf([{ ...broken, scores: { ...broken.scores, sad: value } }]))).toThrow(
        /holds no probabilities/,
      )
    }
  })
})
