import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../../models/core/random.ts'
import { drawnJudgement, heardJudgement } from '../../../../models/dialogue/generation/judgement.ts'
import { readDoctorTurn } from '../../../../models/dialogue/turns.ts'
import { openNormaliser } from '../../../../electron/condition-names.ts'
import { openKnowledge } from '../../../../electron/knowledge-files.ts'

const base = openKnowledge('resources')
const named = openNormaliser('resources')
const leading = (text: string | undefined): string => named(readDoctorTurn(text ?? '').diagnoses[0] ?? '')

const herpes = {
  person: { age: 66, sex: 'female' },
  heard: [
    { finding: 'rash-one-sided-band', present: true, certainty: 0.95 },
    { finding: 'vesicles-dermatomal', present: true, certainty: 0.95 },
    { finding: 'cough', present: false, certainty: 0.9 },
  ],
  right: 'herpes-zoster',
} as const

describe('a list of what a visit heard', () => {
  it('is judged by the right condition, and worse by the nearest other one, which it also considers', () => {
    const pairs = Array.from({ length: 20 }, (_, seed) => heardJudgement(base, seededRandom(seed), herpes))
    const kept = pairs.flatMap((pair) => (pair ? [pair] : []))
    expect(kept.length).toBeGreaterThan(15)
    for (const { messages, worse } of kept) {
      expect(leading(messages.at(-1)?.content)).toBe('herpes-zoster')
      expect(leading(worse)).not.toBe('herpes-zoster')
      expect(readDoctorTurn(worse).diagnoses.map(named)).toContain('herpes-zoster')
    }
  })

  it('that does not tell the condition teaches nothing', () => {
    const vague = { ...herpes, heard: [{ finding: 'cough', present: true, certainty: 0.95 }] }
    expect(heardJudgement(base, seededRandom(1), vague)).toBeNull()
  })
})

describe('a list of a drawn person', () => {
  it('is the same for a seed, and holds what visits mishear', () => {
    const lists = (misheard: readonly string[]) => {
      const random = seededRandom(7)
      return [...base.conditions.keys()].map((condition) => drawnJudgement(base, random, condition, misheard))
    }
    const noisy = lists(['cough'])
    expect(lists(['cough'])).toEqual(noisy)
    const coughs = (all: ReturnType<typeof lists>): number =>
      all.filter((pair) => /Findings:.*(?<!no )\bcough[;.]/.test(pair?.messages[1]?.content ?? '')).length
    expect(coughs(noisy)).toBeGreaterThan(2 * coughs(lists([])))
    expect(noisy.filter(Boolean).length).toBeGreaterThan(100)
  })
})
