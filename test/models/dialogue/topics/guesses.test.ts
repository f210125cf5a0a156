import { describe, expect, it } from 'vitest'
import { guessesDiagnosis, plainText } from '../../../../models/dialogue/topics/index.ts'

const guess = (question: string, ...candidates: string[]): boolean =>
  guessesDiagnosis(plainText(question), new Set(candidates))

describe('a diagnosis put to the patient', () => {
  it.each([
    'Is it appendicitis?',
    'Could this be lupus?',
    'You have gallstones, don’t you?',
    'Pneumonia?',
    'Would pulmonary embolism explain it?',
    'Have you got meningitis?',
    'Is it migraine?',
    'Confirm: lung cancer.',
  ])('is a guess: %s', (question) => {
    expect(guess(question)).toBe(true)
  })

  it.each([
    'Have you ever had asthma?',
    'Is there diabetes in the family?',
    'Do you have diabetes?',
    'Is he diabetic?',
    'Have you had chickenpox?',
    'Are you worried that it is cancer?',
    'Do you get migraines?',
    'How often do the migraines come?',
    'Have you had your flu shot?',
    'Any heart disease?',
    'Are there clots?',
    'Does your heart flutter?',
    'Is your asthma worse?',
    'Has anyone around you had the flu?',
    'Do you take tablets for high blood pressure?',
  ])('is no guess: %s', (question) => {
    expect(guess(question)).toBe(false)
  })

  it('is one where a long-standing illness is what the visit may be about', () => {
    expect(guess('Do you have diabetes?', 'diabete', 'diabet')).toBe(true)
  })
})
