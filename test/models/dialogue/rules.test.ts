import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Dialogue } from '../../../models/dialogue/dialogue.ts'
import {
  agreement,
  compareTurns,
  dialogueVerdicts,
  evaluateDialogue,
  rankDialogues,
  rankTurns,
  rules,
  unexplainedJargon,
  type LabelPair,
  type VerdictName,
} from '../../../models/dialogue/rules/index.ts'
import { writeClosing } from '../../../models/dialogue/turns.ts'

const dialogue = (turns: string, turnBudget = 12): Dialogue => ({
  turnBudget,
  turns: turns
    .trim()
    .split('\n')
    .map((line) => ({
      speaker: line.trim().startsWith('D') ? 'doctor' : line.trim().startsWith('R') ? 'result' : 'patient',
      text: line.trim().slice(3),
    })),
})
const verdictAt = (read: Dialogue, rule: string, turn: number): VerdictName | undefined =>
  evaluateDialogue(read)
    .turns.find((one) => one.turn === turn)
    ?.verdicts.find((one) => one.rule === rule)?.verdict

const closing = writeClosing(
  'Migraine',
  ['Tension-type headache', 'Subarachnoid haemorrhage'],
  ['throbbing headache'],
  ['Take ibuprofen early'],
  'Come back if it comes on within seconds',
)
const opening = `P: My head is throbbing.
D: When did it start?
P: On Monday.`
const explored = `${opening}
D: Where does it hurt?
P: On the left.
D: What makes it worse?
P: Light.
D: Any weakness, numbness or trouble speaking?
P: No.
D: Do you take any medicines?
P: No.
D: Are you allergic to anything?
P: No.
D: I would like to examine: vital signs.
R: Normal.`

describe('the process rules', () => {
  it('have distinct ids, a sentence for people and a weight', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
    for (const { sentence, weight } of rules) {
      expect(sentence).toMatch(/\.$/)
      expect(weight).toBeGreaterThan(0)
    }
  })

  it('give every doctor turn a verdict by each rule, with the turn that shows it', () => {
    const read = dialogue(`${explored}\nD: ${closing}`)
    const { turns } = evaluateDialogue(read)
    expect(turns.map(({ turn }) => turn)).toEqual([1, 3, 5, 7, 9, 11, 13, 15])
    for (const { turn, verdicts } of turns) {
      expect(verdicts.map(({ rule }) => rule)).toEqual(rules.map(({ id }) => id))
      for (const { verdict, evidence } of verdicts)
        if (verdict === 'not-applicable') expect(evidence).toEqual([])
        else expect(evidence.length, `${turn}`).toBeGreaterThan(0)
    }
  })

  it('find nothing wrong with a full consultation', () => {
    const all = evaluateDialogue(dialogue(`${explored}\nD: ${closing}`))
    expect(all).toMatchObject({ firstUnmetGoal: null, score: 1, premature: false, endless: false })
    expect(Object.values(dialogueVerdicts(all))).not.toContain('violated')
  })

  it('rank a diagnosis below a question while the information goals are not met', () => {
    expect(compareTurns(dialogue(opening), 'Where does it hurt?', closing)).toBeGreaterThan(0)
    expect(compareTurns(dialogue('P: My head is throbbing.'), 'When did it start?', closing)).toBeGreaterThan(
      0,
    )
    // Even a poor question is better than a diagnosis out of nowhere.
    expect(compareTurns(dialogue(opening), 'When did it start?', closing)).toBeGreaterThan(0)
    expect(evaluateDialogue(dialogue(`${opening}\nD: ${closing}`))).toMatchObject({
      premature: true,
      firstUnmetGoal: 'complaint-before-diagnosis',
    })
  })

  it('rank the diagnosis above one more question once they are met', () => {
    expect(
      compareTurns(dialogue(explored), closing, 'Does anyone in your family have this?'),
    ).toBeGreaterThan(0)
  })

  it('rank a question that a goal still needs above one that serves none', () => {
    const [best] = rankTurns(dialogue(opening), [
      'Do you have any pets?',
      'When did it start?',
      'What does the pain feel like?',
    ])
    expect(best?.item).toBe('What does the pain feel like?')
  })

  it('rank dialogues by the first goal on which they differ, then by the constraints', () => {
    const good = dialogue(`${explored}\nD: ${closing}`)
    const clumsy = dialogue(
      `${explored.replace('Where does it hurt?', 'Any photophobia or phonophobia?')}\nD: ${closing}`,
    )
    const hasty = dialogue(`${opening}\nD: ${closing}`)
    expect(rankDialogues([hasty, clumsy, good]).map(({ item }) => item)).toEqual([good, clumsy, hasty])
  })

  it('call a dialogue endless when its turns are used up without a diagnosis', () => {
    const asked = 'D: Do you like tea?\nP: Yes.\n'.repeat(5).trim()
    expect(evaluateDialogue(dialogue(`P: I am tired.\n${asked}`, 5))).toMatchObject({
      endless: true,
      premature: false,
    })
    expect(evaluateDialogue(dialogue(`P: I am tired.\n${asked}`, 6)).endless).toBe(false)
  })

  it.each([
    ['indication-before-test', 'P: I cough.\nD: I would like to order: CT chest.', 1, 'violated'],
    ['one-question', 'P: I cough.\nD: When did it start and do you smoke?', 1, 'violated'],
    ['one-question', 'P: I cough.\nD: When did it start, and has it changed since?', 1, 'satisfied'],
    [
      'no-repetition',
      'P: I cough.\nD: When did it start?\nP: Monday.\nD: How long have you had it?',
      3,
      'violated',
    ],
    [
      'no-repetition',
      'P: I cough.\nD: Any dyspnoea?\nP: Sorry, what is that?\nD: Any dyspnoea?',
      3,
      'satisfied',
    ],
    ['answers-patient', 'P: Is it serious?\nD: Do you smoke?', 1, 'violated'],
    [
      'answers-patient',
      'P: Is it serious?\nD: I cannot say yet, so I want to ask more. Do you smoke?',
      1,
      'satisfied',
    ],
    ['plain-words', 'P: I cough.\nD: Any haemoptysis?', 1, 'violated'],
    ['plain-words', 'P: I cough.\nD: Any haemoptysis, that is, coughing up blood?', 1, 'satisfied'],
    ['no-invention', 'P: I cough.\nD: You said that you cough up blood, how much?', 1, 'violated'],
    ['empathy', 'P: I am terrified.\nD: When did it start?', 1, 'violated'],
    ['empathy', 'P: I am terrified.\nD: I can see that. When did it start?', 1, 'satisfied'],
    ['follows-danger', 'P: I think about ending it all.\nD: How is your appetite?', 1, 'violated'],
    ['follows-danger', 'P: I think about ending it all.\nD: Are you safe at home tonight?', 1, 'satisfied'],
    ['allergy-before-dose', 'P: It hurts.\nD: Take ibuprofen 400 mg.', 1, 'violated'],
    [
      'allergy-before-dose',
      'P: It hurts, and I have no allergies.\nD: Take ibuprofen 400 mg.',
      1,
      'satisfied',
    ],
    ['no-premature-reassurance', 'P: It hurts.\nD: It is nothing serious.', 1, 'violated'],
    ['not-leading', 'P: It hurts.\nD: You do not smoke, do you?', 1, 'violated'],
    ['stays-in-role', 'P: It hurts.\nD: Where? Patient: In my leg.', 1, 'violated'],
    ['brief', `P: It hurts.\nD: Tell me ${'and more '.repeat(40)}?`, 1, 'violated'],
    ['empathy', 'P: It hurts.\nD: Where does it hurt?', 1, 'not-applicable'],
  ] as const)('%s: %s', (rule, turns, turn, expected) => {
    expect(verdictAt(dialogue(turns), rule, turn)).toBe(expected)
  })

  it('say which clinical words are unexplained and what to say instead', () => {
    expect(unexplainedJargon('Any dysuria?')).toEqual([
      { term: 'dysuria', plain: 'stinging when you pass water' },
    ])
    expect(unexplainedJargon('Any stinging?')).toEqual([])
  })
})

interface Labelled {
  readonly dialogue: Dialogue
  readonly labels: readonly { turn: number; satisfied: string[]; violated: string[] }[]
}

describe.each([
  ['development', 173],
  ['held-out', 165],
] as const)('verdicts and hand labels, %s half', (half, turns) => {
  const folder = new URL(`labelled/${half}/`, import.meta.url)
  const pairs: LabelPair[] = readdirSync(folder).flatMap((name) => {
    const { dialogue: read, labels } = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Labelled
    const judged = evaluateDialogue(read).turns
    return labels.flatMap(({ turn, satisfied, violated }) =>
      (judged.find((one) => one.turn === turn)?.verdicts ?? []).map(({ rule, verdict }) => ({
        rule,
        verdict,
        label: satisfied.includes(rule)
          ? 'satisfied'
          : violated.includes(rule)
            ? 'violated'
            : 'not-applicable',
      })),
    )
  })

  it.each(rules.map(({ id }) => id))('agree on %s', (id) => {
    const found = agreement(id, pairs)
    expect(found.turns).toBe(turns)
    expect(found.accuracy).toBeGreaterThan(0.95)
    expect(found.kappa ?? 1).toBeGreaterThan(0.75)
  })
})
