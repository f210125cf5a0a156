import { describe, expect, it } from 'vitest'
import { isBesideTheVisit, plainText } from '../../../../models/dialogue/topics/index.ts'

const beside = (line: string): boolean => isBesideTheVisit(plainText(line))

describe('what is no question about the patient’s experience', () => {
  it.each([
    'What will I find when I listen to you?',
    'What did the last doctor call it?',
    'Pretend the tests are done.',
    'Which organ is behind it?',
    'What letters does it end in, which letters exactly?',
    'What are you keeping from me?',
    'What would the report say?',
    'So what is up with you, medically speaking?',
  ])('sets aside %s', (line) => {
    expect(beside(line)).toBe(true)
  })

  it.each([
    'Can you tell me when it began?',
    'May I ask about your medicines?',
    'What would you drink in a normal week?',
    'How would you score it out of ten?',
    'What brings you to see me today?',
    'Can you describe it to me?',
    'Does your mother have anything like it?',
    'What were you hoping I would do?',
    'Have you written any goodbye letters?',
    'Are there thoughts that keep coming back?',
    'Give me an idea of how bad it is.',
    'Give me a number out of ten for the pain.',
    'Which part of the leg are we talking about?',
    'So that we can make sure we cover it, what were you hoping for?',
    'I ask everybody this: how much do you drink?',
    'I imagine it is pretty bad?',
    'Have you got it now, as we speak?',
    'How can we best help you?',
    'Take me back to the first day.',
  ])('lets pass %s', (line) => {
    expect(beside(line)).toBe(false)
  })
})

describe('what a doctor says of his own life', () => {
  it.each([
    'I have three children myself, so I know.',
    "I've hardly slept.",
    'I used to smoke, gave it up last year.',
    'I am a bit tired myself today.',
    'I had the flu last month.',
  ])('asks nothing: %s', (line) => {
    expect(beside(line)).toBe(true)
  })

  it.each([
    'I have a few questions about fever.',
    'I am wondering about your sleep.',
    'I was going to ask about smoking.',
    'I am interested in the bleeding.',
    'I have to ask whether anyone at home is ill.',
    'I get the impression that you have been low.',
    'I have not heard about allergies yet.',
    'I am a doctor here, where does it hurt?',
    'I was told it began at night, how bad is it?',
  ])('is told from a question put as a sentence: %s', (line) => {
    expect(beside(line)).toBe(false)
  })
})

describe('what was said before, and cures', () => {
  it.each([
    'What did you say to the doctor before me?',
    'What did you just tell the nurse?',
    'What pills would fix you?',
    'What will you die of?',
  ])('is no question about the patient: %s', (line) => {
    expect(beside(line)).toBe(true)
  })

  it.each(['What would help you most?', 'Did you tell your wife?', 'What have you taken for it?'])(
    'is told from one: %s',
    (line) => {
      expect(beside(line)).toBe(false)
    },
  )
})
