import { describe, expect, it } from 'vitest'
import { correctionLines, type CorrectionCounts } from '../../../electron/cli/plan-corrections.ts'
import { openNormaliser } from '../../../electron/condition-names.ts'
import { openKnowledge } from '../../../electron/knowledge-files.ts'
import { resourcesFolder } from '../../../electron/resources.ts'
import { seededRandom } from '../../../models/core/random.ts'
import type { CorrectedVisit, Judged } from '../../../models/practice/spt/corrected-visit.ts'

const resources = resourcesFolder()
const base = openKnowledge(resources)
const read = openNormaliser(resources)
const right = 'herpes-zoster'

const note = (turn: number): string => `Turn ${turn} of 12. Noted: rash.`

const judged = (said: string, ranked: readonly string[]): Judged => ({
  list: ['rash'],
  said,
  ranked: ranked.map((condition, at) => ({ condition, probability: 0.5 / (at + 1) })),
})

const visit: CorrectedVisit = {
  visit: { person: { age: 71, sex: 'female' }, budget: 12 },
  plan: [
    { note: note(1), step: 'Ask about onset.' },
    { note: note(2), step: 'Ask about onset.' },
    { note: note(3), step: 'Conclude.' },
  ],
  decisions: [{ at: 1, step: { kind: 'order', examinations: ['skin examination'], tests: [] } }],
  judged: [],
  turns: [
    { speaker: 'patient', text: 'I have a rash.' },
    { speaker: 'doctor', text: 'When did it start?', note: `${note(1)} Next: ask about onset.` },
    { speaker: 'patient', text: 'I am frightened.' },
    { speaker: 'doctor', text: 'When did it start?', note: `${note(2)} Next: ask about onset.` },
  ],
  words: [{ at: 1, text: 'That sounds frightening. When did it start?' }],
}

interface Line {
  readonly role: string
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly better?: readonly { readonly at: number; readonly text: string; readonly flaw: string }[]
  readonly chosen?: string
  readonly rejected?: string
}

function lessons(corrected: CorrectedVisit, spoken = 1) {
  const counts: CorrectionCounts = { decisions: 0, judgements: 0, words: 0 }
  const use = { base, read, right, spoken, random: seededRandom(1) }
  const lines = correctionLines(corrected, use, counts).map((line) => JSON.parse(line) as Line)
  return { counts, lines }
}

describe('lessons from a visit that a model held', () => {
  it('put a better decision at the place of the model’s, and end there', () => {
    const { messages, better } = lessons(visit, 0).lines[0] ?? { messages: [] }
    expect(better).toEqual([{ flaw: 'strayed', text: 'Examine: skin examination.', at: 4 }])
    expect(messages[4]).toEqual({ role: 'assistant', content: 'Ask about onset.' })
    expect(messages).toHaveLength(5)
  })

  it('put kinder words at the place of the model’s', () => {
    const [, words] = lessons(visit).lines
    const [kinder] = words?.better ?? []
    expect(kinder?.text).toBe('That sounds frightening. When did it start?')
    expect(words?.messages[kinder?.at ?? 0]?.content).toBe(
      `${note(2)} Next: ask about onset.\nWhen did it start?`,
    )
  })

  it('correct a wrong judgement where what was heard tells the right one', () => {
    const wrong = judged('Diagnosis: Cellulitis.', ['cellulitis', right, 'scabies'])
    const [, pair] = lessons({ ...visit, judged: [wrong] }, 0).lines
    expect(pair?.chosen).toMatch(/^Diagnosis: Herpes zoster\./)
    expect(pair?.rejected).toBe('Diagnosis: Cellulitis.')
  })

  it('leave a judgement that is right, and one that nobody could tell', () => {
    const own = judged('Diagnosis: Herpes zoster.', [right, 'cellulitis'])
    const untold = judged('Diagnosis: Cellulitis.', ['cellulitis', 'scabies', right])
    expect(lessons({ ...visit, judged: [own, untold] }, 0).counts.judgements).toBe(0)
  })
})
