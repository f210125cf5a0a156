import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { attentionWeights } from '../../../../models/emotion/fusion/attention-weights.ts'
import { attentionFusion } from '../../../../models/emotion/fusion/attention.ts'
import { readingsOf } from '../../../../models/emotion/fusion/index.ts'
import { distribution, emotions, modalities, type Modality } from '../../../../models/emotion/reading.ts'

interface Case {
  readonly subset: readonly Modality[]
  readonly scores: readonly (readonly number[])[]
  readonly quality: readonly number[]
  readonly chances: readonly number[]
  readonly shares: readonly number[]
}

const cases = JSON.parse(
  readFileSync(new URL('../fixtures/fusion.json', import.meta.url), 'utf8'),
) as readonly Case[]

describe('attention fusion', () => {
  it('gives what PyTorch gives, on all seven subsets', () => {
    expect(new Set(cases.map(({ subset }) => subset.join())).size).toBe(7)
    const fuse = attentionFusion(attentionWeights)
    for (const { subset, scores, quality, chances, shares } of cases) {
      const fused = fuse(
        readingsOf(
          subset.map((modality) => {
            const place = modalities.indexOf(modality)
            return {
              kind: 'reading',
              modality,
              scores: distribution((emotion) => scores[place]![emotions.indexOf(emotion)]!),
              quality: { score: quality[place]!, reasons: [] },
              blind: modality === 'voice' ? ['surprise'] : [],
            }
          }),
        ),
      )
      if (fused.kind === 'missing') throw new Error('nothing was estimated')
      for (const [index, emotion] of emotions.entries())
        expect(Math.abs(fused.scores[emotion] - chances[index]!)).toBeLessThan(1e-4)
      for (const [index, modality] of modalities.entries())
        expect(Math.abs(fused.shares[modality] - shares[index]!)).toBeLessThan(1e-4)
    }
  })
})
