import { describe, expect, test } from 'vitest'
import { openGuide } from '../../../../electron/guide-files.ts'
import { openKnowledge } from '../../../../electron/knowledge-files.ts'
import { resourcesFolder } from '../../../../electron/resources.ts'
import type { DialogueTurn } from '../../../../models/dialogue/dialogue.ts'
import { listedThemes, themesIn } from '../../../../models/dialogue/guide/listed-themes.ts'
import { openQuestions } from '../../../../models/dialogue/guide/open-questions.ts'
import { joinedQuestions, singleQuestions } from '../../../../models/dialogue/guide/questions.ts'
import { planned } from '../../../../models/dialogue/guide/plan.ts'
import { readDoctorTurn } from '../../../../models/dialogue/turns.ts'

const base = openKnowledge(resourcesFolder())
const guide = openGuide(resourcesFolder(), base)
const woman = { age: 30, sex: 'female' } as const
const patient = (text: string): DialogueTurn => ({ speaker: 'patient', text })
const doctor = (text: string): DialogueTurn => ({ speaker: 'doctor', text })
const result = (text: string): DialogueTurn => ({ speaker: 'result', text })

describe('questions as data', () => {
  test('name only findings of the knowledge base', () => {
    const named = [...singleQuestions, ...listedThemes].flatMap(({ findings }) => findings)
    expect(named.filter((id) => !base.findings.has(id))).toEqual([])
  })

  test('have ids of their own', () => {
    for (const questions of [singleQuestions, listedThemes])
      expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length)
  })

  test('are each one question to a reader of turns', () => {
    for (const { text } of [...singleQuestions, ...joinedQuestions])
      expect(readDoctorTurn(text)).toMatchObject({ questions: [text], orders: [], closing: false })
  })
})

describe('the guide', () => {
  test('asks first when it began', () => {
    expect(guide.next([patient('My belly hurts.')], woman, 12)).toMatchObject({
      action: { kind: 'ask', themes: ['onset', 'aggravating'] },
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

  test('claims to tell conditions apart only where what was said makes the question', () => {
    const heard = guide.hear([patient('I have a cough and a fever, and I bring up rusty phlegm.')], woman)
    const ranked = guide.ranked(heard, woman)
    const aboutOf = (words: RegExp): readonly string[] | undefined =>
      openQuestions(base, ranked, { person: woman, asked: new Set(), heard }).find(({ text }) =>
        words.test(text),
      )?.about
    expect(aboutOf(/shortness of breath/)).toContain('community-acquired-pneumonia')
    expect(aboutOf(/medicines or allergies/)).toEqual([])
    expect(aboutOf(/trouble passing urine/)).toEqual([])
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

  test('lists only symptoms of one region that were neither told nor denied', () => {
    const told = ['fever', 'cough', 'chest-pain', 'breathing', 'vomiting']
    const turns: DialogueTurn[] = [
      patient(
        'I have a cough with rusty phlegm, a fever, and a stabbing pain in my chest when I breathe in.',
      ),
      doctor('How is your breathing?'),
      patient('I get short of breath on the stairs.'),
      doctor('Have you been sick at all?'),
      patient('No, I have not been sick.'),
    ]
    for (let turn = 0; turn < 9; turn++) {
      const { text, action } = guide.next(turns, { age: 58, sex: 'male' }, 12)
      if (text.includes(' had any ')) {
        const listed = themesIn(text)
        expect(listed.length).toBeGreaterThan(0)
        expect(listed.map(({ id }) => id).filter((id) => told.includes(id))).toEqual([])
        const shared = listed[0]?.regions.filter((region) =>
          listed.every((each) => each.regions.includes(region)),
        )
        expect(shared, text).not.toEqual([])
      }
      if (action.kind === 'close') break
      turns.push(doctor(text), patient('Nothing that I have noticed.'))
    }
  })

  test('asks on about what the first words told of', () => {
    const turns: DialogueTurn[] = [patient('I keep vomiting and my belly hurts.')]
    const said: string[] = []
    for (let turn = 0; turn < 9; turn++) {
      const { text } = guide.next(turns, woman, 12)
      said.push(text)
      turns.push(doctor(text), patient('It is as I said.'))
    }
    expect(said.filter((text) => text.startsWith('Tell me more about the ')).join()).toContain('vomiting')
  })

  test('does not ask again what was asked in other words', () => {
    const turns = [
      patient('My belly hurts.'),
      doctor('How long have you had this?'),
      patient('Since Monday.'),
      doctor('Are you allergic to any medicine?'),
      patient('No, none.'),
    ]
    const { text } = guide.next(turns, woman, 12)
    expect(text).not.toContain('When did this start')
  })

  test('speaks of a child to the one who brings it', () => {
    const turns: DialogueTurn[] = [
      patient('My boy fell off the swing and has been odd since, he is confused.'),
    ]
    for (let turn = 0; turn < 9; turn++) {
      const { text } = guide.next(turns, { age: 5, sex: 'male' }, 12)
      if (text.includes(' had any ')) expect(text.replace('your child', '')).not.toMatch(/\byour?\b/)
      turns.push(doctor(text), patient('No.'))
    }
  })

  test('still asks about allergies when only illnesses and medicines were asked for', () => {
    const turns: DialogueTurn[] = [
      patient('My belly hurts.'),
      doctor('Do you have any long-standing illnesses, or take medicines every day?'),
      patient('No, nothing.'),
    ]
    const said: string[] = []
    for (let turn = 0; turn < 9; turn++) {
      const { text } = guide.next(turns, woman, 12)
      said.push(text)
      turns.push(doctor(text), patient('No.'))
    }
    expect(said).toContain('Is there any medicine or food that you are allergic to?')
    expect(said.join()).not.toContain('other illnesses')
  })

  test('names no dose before allergies are known', () => {
    const give = ['Give aspirin 300 mg at once unless it is unsafe', 'Call an ambulance']
    expect(planned(give, true)).toEqual(give)
    expect(planned(give, false)).toEqual([
      'Check for allergies to medicines, then give aspirin at once unless it is unsafe',
      'Call an ambulance',
    ])
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
