import { describe, expect, it } from 'vitest'
import { openNormaliser } from '../../../../electron/condition-names.ts'
import { openKnowledge } from '../../../../electron/knowledge-files.ts'
import { seededRandom } from '../../../../models/core/random.ts'
import { expertDialogue } from '../../../../models/dialogue/generation/expert-dialogue.ts'
import { flaws, type Flaw } from '../../../../models/dialogue/generation/flaws.ts'
import { simulatePerson } from '../../../../models/dialogue/generation/simulated-person.ts'
import { Wordings } from '../../../../models/dialogue/generation/wordings.ts'
import { dialogueVerdicts, evaluateDialogue } from '../../../../models/dialogue/rules/index.ts'
import { readDoctorTurn } from '../../../../models/dialogue/turns.ts'

const base = openKnowledge('resources')

/** Dialogues with persons of every so many conditions, with the rules that each violates. */
function dialogues(flaw: Flaw | null, every: number, seed: number) {
  const random = seededRandom(seed)
  return [...base.conditions.keys()]
    .filter((_, index) => index % every === 0)
    .flatMap((condition, index) => {
      const budget = index % 3 === 0 ? 5 : 8 + (index % 5)
      const who = simulatePerson(base, random, condition)
      const dialogue = expertDialogue(base, random, who, new Wordings('train'), budget, flaw)
      if (!dialogue) return []
      const evaluation = evaluateDialogue({
        patient: who.person,
        turnBudget: budget,
        turns: dialogue.turns,
      })
      const violated = Object.entries(dialogueVerdicts(evaluation))
        .filter(([, verdict]) => verdict === 'violated')
        .map(([rule]) => rule)
      return [{ dialogue, violated, evaluation }]
    })
}

describe('the expert’s dialogues', () => {
  const made = dialogues(null, 2, 17)

  it('keep every rule in nearly all cases', () => {
    expect(made.length).toBeGreaterThan(70)
    expect(made.filter(({ violated }) => violated.length > 0).length / made.length).toBeLessThan(0.03)
  })

  it('always ask for a sign of danger before the diagnosis', () => {
    for (const { violated } of made) expect(violated).not.toContain('red-flags-before-diagnosis')
  })

  it('take up distress and answer questions wherever they are voiced', () => {
    const counts = made.map(({ evaluation }) => evaluation.rules)
    const applied = (rule: string): number =>
      counts.reduce((sum, each) => sum + (each[rule]?.satisfied ?? 0), 0)
    expect(applied('empathy')).toBeGreaterThan(10)
    expect(applied('answers-patient')).toBeGreaterThan(10)
    for (const { violated } of made) {
      expect(violated).not.toContain('empathy')
      expect(violated).not.toContain('answers-patient')
    }
  })

  it('know closings that name first what the illness is mistaken for', () => {
    const read = openNormaliser('resources')
    const mistaken = made.flatMap(({ dialogue }) =>
      dialogue.worse.flatMap(({ flaw, at, text }) =>
        flaw === 'mistaken' ? [{ right: dialogue.turns[at]?.text, wrong: text, dialogue }] : [],
      ),
    )
    expect(mistaken.length).toBeGreaterThan(made.length * 0.9)
    for (const { right, wrong, dialogue } of mistaken) {
      expect(wrong).not.toBe(right)
      const [leader] = readDoctorTurn(wrong).diagnoses
      expect(read(leader ?? '')).not.toBe(dialogue.ranked[0]?.condition)
    }
  })

  it('put one question a turn', () => {
    for (const { dialogue } of made)
      for (const { speaker, text } of dialogue.turns)
        if (speaker === 'doctor') expect(readDoctorTurn(text).questions.length).toBeLessThan(3)
  })

  it('say the same thing in many ways', () => {
    const closings = new Set(
      made.map(({ dialogue }) => dialogue.turns.at(-1)?.text.split(/[:.]/)[0]?.slice(0, 24)),
    )
    expect(closings.size).toBeGreaterThan(12)
  })
})

describe('a flawed doctor', () => {
  const expected: Readonly<Record<Flaw, string>> = {
    premature: 'background-before-diagnosis',
    endless: 'reaches-diagnosis',
    repetitive: 'no-repetition',
    jargon: 'plain-words',
    unsafe: 'safety-net-given',
    crowded: 'one-question',
    dismissive: 'empathy',
  }

  it.each(flaws)('who is %s breaks the rule for it far more often than the expert', (flaw) => {
    const made = dialogues(flaw, 8, 23)
    expect(made.length).toBeGreaterThan(12)
    expect(
      made.filter(({ violated }) => violated.includes(expected[flaw])).length / made.length,
    ).toBeGreaterThan(0.5)
  })
})
