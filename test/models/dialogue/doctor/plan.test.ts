import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import {
  planMessages,
  readStep,
  repeats,
  stepInNote,
  writeStep,
  type PlannedStep,
} from '../../../../models/dialogue/doctor/plan.ts'

const name = fc.stringMatching(/^[a-z][a-z0-9 -]{0,20}[a-z0-9]$/)
const names = fc.uniqueArray(name, { maxLength: 5 })
const step: fc.Arbitrary<PlannedStep> = fc.oneof(
  fc.record({ kind: fc.constant('ask' as const), about: name }),
  fc
    .record({ kind: fc.constant('order' as const), examinations: names, tests: names })
    .filter(({ examinations, tests }) => examinations.length + tests.length > 0),
  fc.constant({ kind: 'conclude' as const }),
)

describe('a decision', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(step, (each) => {
        expect(readStep(writeStep(each))).toEqual(each)
      }),
    )
  })

  test.each([
    '',
    'Well.',
    'I would conclude that it is gout.',
    'Examine: . Test: .',
    'When did it start?',
    'Diagnosis: gout.',
  ])('is not read from %j', (text) => expect(readStep(text)).toBeNull())

  test('names each order once', () => {
    expect(readStep('Test: ECG; ECG; troponin.')).toEqual({
      kind: 'order',
      examinations: [],
      tests: ['ECG', 'troponin'],
    })
  })

  test('stands in a note without the names of orders', () => {
    expect(stepInNote({ kind: 'order', examinations: ['chest'], tests: ['ECG'] })).toBe('examine and test')
    expect(stepInNote({ kind: 'ask', about: 'fever and cough' })).toBe('ask about fever and cough')
    expect(stepInNote({ kind: 'conclude' })).toBe('conclude')
  })
})

test('a plan holds notes and decisions alone, the last note open, and says how many turns are left', () => {
  const messages = planMessages(
    { age: 54, sex: 'female' },
    [{ note: 'Turn 1 of 12. Noted: cough.', step: 'Ask about onset.' }],
    'Turn 2 of 12. Noted: nothing new.',
  )
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user'])
  expect(messages[0]?.content).toContain('54-year-old woman')
  expect(messages.slice(1).map(({ content }) => content)).toEqual([
    'Turn 1 of 12, 11 left. Noted: cough.',
    'Ask about onset.',
    'Turn 2 of 12, 10 left. Noted: nothing new.',
  ])
})

test.each([
  ['Ask about fever and cough.', true],
  ['Ask about cough.', true],
  ['Ask about cough and rash.', false],
  ['Test: ECG.', true],
  ['Test: ECG; troponin.', false],
  ['Conclude.', false],
])('%s was done before: %s', (text, done) => {
  const taken = ['Ask about cough, fever and sleep.', 'Test: ECG.'].map((step) => ({ note: '', step }))
  const step = readStep(text)
  expect(step && repeats(step, taken)).toBe(done)
})
