import { describe, expect, it } from 'vitest'
import { readDoctorTurn, writeClosing, writeOrder } from '../../../models/dialogue/turns.ts'

describe('a doctor’s turn', () => {
  it('comes back as it was written: orders', () => {
    expect(readDoctorTurn(writeOrder('test', ['ECG', 'troponin'])).orders).toEqual(['ECG', 'troponin'])
    expect(readDoctorTurn(writeOrder('examination', ['abdomen'])).orders).toEqual(['abdomen'])
  })

  it('comes back as it was written: the closing', () => {
    const text = writeClosing(
      'Migraine',
      ['Tension-type headache', 'Subarachnoid haemorrhage'],
      ['throbbing headache', 'light hurts'],
      ['Take ibuprofen early'],
      'Come back at once if it comes on like a thunderclap',
    )
    expect(readDoctorTurn(text)).toEqual({
      questions: [],
      orders: [],
      diagnoses: ['Migraine', 'Tension-type headache', 'Subarachnoid haemorrhage'],
      closing: true,
    })
  })

  it.each([
    ['The most likely diagnosis is acute appendicitis.', 'acute appendicitis'],
    ['I think you have a migraine, because of the light.', 'migraine'],
    ['So this looks like gout.', 'gout'],
    ['I think this is bacterial meningitis, which needs treatment today.', 'bacterial meningitis'],
    ['My working diagnosis is heart failure.', 'heart failure'],
  ])('reads the diagnosis in: %s', (text, diagnosis) => {
    expect(readDoctorTurn(text).diagnoses[0]).toBe(diagnosis)
  })

  it.each([
    'Have you ever had a migraine?',
    'This could be many things, migraine among them.',
    'Do you think it is gout?',
    'We should rule out appendicitis.',
    'Your mother had gout.',
    'Is the diagnosis gout?',
    'I am not sure that this is gout.',
    'The diagnosis is unclear.',
  ])('finds no diagnosis in: %s', (text) => {
    expect(readDoctorTurn(text).closing).toBe(false)
  })

  it.each([
    ["Let's do an ECG.", ['ECG']],
    ["I'd like to listen to your chest.", ['chest']],
    ['I would like to check your blood pressure and temperature.', ['blood pressure', 'temperature']],
    ['Can I feel your abdomen?', ['abdomen']],
  ])('reads the order in: %s', (text, orders) => {
    expect(readDoctorTurn(text).orders).toEqual(orders)
  })

  it('reads questions and ignores what is said around them', () => {
    expect(readDoctorTurn('I am sorry to hear that. When did it start? Does it hurt?').questions).toEqual([
      'When did it start?',
      'Does it hurt?',
    ])
  })
})
