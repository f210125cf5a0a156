import { describe, expect, it } from 'vitest'
import { kindOfAnswer, readAnswer, readChoice, readNumber, readYesNo } from '../../../models/panel/answers.ts'

const choices = ['heart failure', 'asthma', 'pulmonary embolism', 'anxiety']

describe('a choice', () => {
  it.each([
    ['B', 'B'],
    ['b', 'B'],
    ['(C)', 'C'],
    ['Answer: B', 'B'],
    ['The answer is (D).', 'D'],
    ['Answer: B. Because: it wheezes. Confidence: 80 %', 'B'],
    ['I first thought of A.\nAnswer: C', 'C'],
    ['B) asthma', 'B'],
    ['asthma', 'B'],
    ['Answer: pulmonary embolism', 'C'],
    ['**Answer:** B', 'B'],
    ['Option C', 'C'],
  ])('%j is %s', (text, letter) => expect(readChoice(text, choices)).toBe(letter))

  it.each([
    'E',
    '',
    'A or B',
    'Either A or C.',
    'Answer: A, B',
    'not A',
    'Answer: B and D',
    'I cannot say.',
    'All of them',
    'Answer: A. asthma',
    'A patient with asthma',
  ])('%j is unreadable', (text) => expect(readChoice(text, choices)).toBe('unreadable'))
})

describe('a number', () => {
  it.each([
    ['42', '42'],
    ['The sum is 42.', '42'],
    ['Answer: 1,250.50 mg', '1250.5'],
    ['6 + 6 is 12, and 12 + 30 makes 42.\nAnswer: 42', '42'],
    ['He has 3 left.\n#### 3', '3'],
    ['-7', '-7'],
    ['$18', '18'],
    ['007', '7'],
    ['0.50', '0.5'],
    ['seven', '7'],
    ['50%', '50'],
    ['12 and again 12', '12'],
  ])('%j is %s', (text, value) => expect(readNumber(text)).toBe(value))

  it.each(['', 'none', '3 or 4', '3-4', 'between 3 and 4', '1/2', 'Answer: many'])(
    '%j is unreadable',
    (text) => expect(readNumber(text)).toBe('unreadable'),
  )
})

describe('yes or no', () => {
  it.each([
    ['Yes', 'yes'],
    ['yes, it does.', 'yes'],
    ['No.', 'no'],
    ['Answer: no. Because: it heals by itself.', 'no'],
    ['It may look so at first.\nAnswer: Yes', 'yes'],
    ['True', 'yes'],
    ['Definitely not', 'no'],
  ])('%j is %s', (text, answer) => expect(readYesNo(text)).toBe(answer))

  it.each(['', 'maybe', 'yes and no', 'It depends', 'yes or no', 'perhaps yes'])('%j is unreadable', (text) =>
    expect(readYesNo(text)).toBe('unreadable'),
  )
})

describe('an answer', () => {
  const condition = (text: string): string => (/^gout\.?$/i.test(text.trim()) ? 'gout' : 'unreadable')

  it('that is a diagnosis is read whole, or where it is committed to', () => {
    const asked = { kind: 'diagnosis', choices: [] } as const
    expect(readAnswer('Gout', asked, condition)).toBe('gout')
    expect(readAnswer('It hurts a lot.\nDiagnosis: gout', asked, condition)).toBe('gout')
    expect(readAnswer('Diagnosis: plague', asked, condition)).toBe('unreadable')
  })

  it('tells what kind of question it answers', () => {
    expect(kindOfAnswer('B', choices, 'Which?')).toBe('choice')
    expect(kindOfAnswer('yes', [], 'Which?')).toBe('yes-no')
    expect(kindOfAnswer('12', [], 'Which?')).toBe('number')
    expect(kindOfAnswer('12.5 mg', [], 'Which?')).toBe('number')
    expect(kindOfAnswer('gout', [], 'Which?')).toBe('diagnosis')
    expect(kindOfAnswer(null, choices, 'Is it so?')).toBe('choice')
  })

  it.each([
    ['What is the most likely diagnosis?', 'diagnosis'],
    ['Is it gout?', 'yes-no'],
    ['Her toe hurts at night. Does she have gout? Explain briefly.', 'yes-no'],
    ['He takes 3 tablets a day for 4 days. How many is that?', 'number'],
    ['What dose would be too much?', 'number'],
    ['Do not guess. What is it?', 'diagnosis'],
    ['Name the diagnosis.', 'diagnosis'],
  ])('is told from the question where none is expected: %j', (text, kind) =>
    expect(kindOfAnswer(null, [], text)).toBe(kind),
  )
})
