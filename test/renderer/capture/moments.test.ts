import { describe, expect, it } from 'vitest'
import {
  clarity,
  momentOf,
  shownMs,
  stretches,
  type Moment,
} from '../../../renderer/state/capture/moments.ts'
import { nothingRead } from '../../support/fake-bridge.ts'
import { clearly } from '../../support/scripted-readers.ts'

const at = (seconds: number, label: 'happy' | 'sad' | null): Moment =>
  momentOf({ ...nothingRead, ...(label ? { face: clearly('face', label) } : {}) }, seconds * 1000)

describe('the recent past', () => {
  it('fills its width, with gaps where nothing was read or nothing came', () => {
    const now = 100_000
    const moments = [at(90, 'happy'), at(91, 'happy'), at(92, null), at(98, 'sad'), at(99, 'sad')]
    const drawn = stretches(moments, 'face', now)
    expect(drawn.map(({ shown }) => shown?.label ?? null)).toEqual([null, 'happy', null, 'sad'])
    expect(drawn.map(({ width }) => Math.round((width * shownMs) / 1000))).toEqual([80, 2, 6, 2])
    expect(drawn.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(1, 9)
  })

  it('is one gap before anything was read', () => {
    expect(stretches([], 'voice', 5000)).toEqual([{ shown: null, width: 1 }])
  })
})

describe('a joint estimate', () => {
  it('is never called clear where its sources differ', () => {
    const fused = {
      kind: 'estimate',
      scores: { neutral: 0, angry: 0.99, happy: 0.01, sad: 0, worried: 0, surprise: 0 },
      uncertainty: 0.2,
      shares: { face: 0.5, voice: 0.5, text: 0 },
      missing: ['text'],
      disagreement: { value: 0.5, between: ['face', 'voice'] },
      quality: { score: 1, reasons: [] },
    } as const
    const differing = momentOf({ ...nothingRead, fused }, 0).fused
    expect(clarity(differing!.uncertainty)).toBe('unclear')
    const agreeing = momentOf(
      { ...nothingRead, fused: { ...fused, disagreement: { value: 0, between: null } } },
      0,
    ).fused
    expect(clarity(agreeing!.uncertainty)).toBe('clear')
  })
})
