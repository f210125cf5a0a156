import { describe, expect, test } from 'vitest'
import { openGuide } from '../../../../electron/guide-files.ts'
import { openKnowledge } from '../../../../electron/knowledge-files.ts'
import { resourcesFolder } from '../../../../electron/resources.ts'
import type { DialogueTurn } from '../../../../models/dialogue/dialogue.ts'
import { listedThemes } from '../../../../models/dialogue/guide/listed-themes.ts'
import {
  backgroundQuestions,
  openingQuestions,
  themeQuestions,
} from '../../../../models/dialogue/guide/questions.ts'
import { readDoctorTurn } from '../../../../models/dialogue/turns.ts'

const base = openKnowledge(resourcesFolder())
const guide = openGuide(resourcesFolder(), base)
const woman = { age: 30, sex: 'female' } as const
const patient = (text: string): DialogueTurn => ({ speaker: 'patient', text })
const doctor = (text: string): DialogueTurn => ({ speaker: 'doctor', text })
const result = (text: string): DialogueTurn => ({ speaker: 'result', text })

describe('questions as data', () => {
  test('name only findings of the knowledge base', () => {
    const named = [...openingQuestions, ...themeQuestions, ...backgroundQuestions, ...listedThemes].flatMap(
      ({ findings }) => findings,
    )
    expect(named.filter((id) => !base.findings.has(id))).toEqual([])
  })

  test('have ids of their own', () => {
    for (const questions of [[...openingQuestions, ...themeQuestions, ...backgroundQuestions], listedThemes])
      expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length)
  })

  test('are each one question to a reader of turns', () => {
    for (const { text } of [...openingQuestions, ...themeQuestions, ...backgroundQuestions])
      expect(readDoctorTurn(text)).toMatchObject({ questions: [text], orders: [], closing: false })
  })
})

describe('the guide', () => {
  test('asks first when it began', () => {
    expect(guide.next([patient('My belly hurts.')], woman, 12)).toMatchObject({
      action: { kind: 'ask', themes: ['onset'] },
    })
  })

  test('never asks the same theme twice and closes within the budget', () => {
    for (const budget of [5, 12]) {
      const turns: DialogueTurn[] = [patient('I have a pain low down on the right and I have been sick.')]
      const asked: string[] = []
      for (let turn = 0; turn < budget; turn++) {
        const { text, action } = guide.next(turns, woman, budget)
        if (action.kind === 'ask') asked.push(...action.themes)
        turns.push(doctor(text), patient('No, not that I know of.'))
        if (action.kind === 'close') break
      }
      expect(new Set(asked).size).toBe(asked.length)
      const last = turns.at(-2)
      expect(last && readDoctorTurn(last.text).closing).toBe(true)
    }
  })

  test('one plain no answers a list', () => {
    const { evidence } = guide.hear(
      [patient('I feel ill.'), doctor('Have you had any fever, cough or headache?'), patient('No, nothing.')],
      woman,
    )
    for (const finding of ['fever', 'cough', 'headache'])
      expect(evidence.find((each) => each.finding === finding)).toMatchObject({ present: false, turn: 2 })
  })

  test('a long answer that begins with no does not deny what it does not name', () => {
    const { evidence } = guide.hear(
      [
        patient('I feel ill.'),
        doctor('Have you had any fever, cough or headache?'),
        patient(
          'No, the thermometer was fine every morning. But I do cough all night long, and it wakes me.',
        ),
      ],
      woman,
    )
    expect(evidence.find(({ finding }) => finding === 'cough')).toMatchObject({ present: true })
    expect(evidence.some(({ finding, present }) => finding === 'headache' && !present)).toBe(false)
  })

  test('a result moves the belief to what it shows', () => {
    const before = [patient('I have a sharp pain in my chest and I am short of breath.')]
    const after = [
      ...before,
      doctor('I would like to order: CT pulmonary angiogram.'),
      result('CT pulmonary angiogram: Filling defects in the right lower lobe artery.'),
    ]
    const chance = (turns: readonly DialogueTurn[]): number =>
      guide
        .ranked(guide.hear(turns, woman), woman)
        .find(({ condition }) => condition === 'pulmonary-embolism')?.probability ?? 0
    expect(chance(after)).toBeGreaterThan(chance(before))
    expect(guide.ranked(guide.hear(after, woman), woman)[0]?.condition).toBe('pulmonary-embolism')
  })

  test('with one turn left it closes', () => {
    expect(guide.next([patient('My head hurts.')], woman, 1).action.kind).toBe('close')
  })
})
