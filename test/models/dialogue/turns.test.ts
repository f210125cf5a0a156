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
    ['Right. You most likely have shingles, so I will start you on tablets.', 'shingles'],
    ['From what you tell me, this is most likely a kidney stone.', 'kidney stone'],
    ["You've got croup.", 'croup'],
    ['The findings are consistent with lobar pneumonia. Does that make sense?', 'lobar pneumonia'],
    ['Everything points to an ectopic pregnancy.', 'ectopic pregnancy'],
    ["I'm fairly sure it's plantar fasciitis rather than a fracture.", 'plantar fasciitis'],
    ['Diagnosis: Guillain-Barré syndrome.', 'Guillain-Barré syndrome'],
    ["You've had a mini-stroke.", 'mini-stroke'],
    ["I'm afraid the diagnosis is bowel cancer.", 'bowel cancer'],
    ['We are dealing with acute pancreatitis.', 'acute pancreatitis'],
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
    'You have had this for three weeks.',
    'So you have pain in the lower back.',
    'That sounds like a lot to carry.',
    'It sounds like the pain gets worse on stairs. Is that right?',
    'This sounds like asthma. Do you wheeze at night?',
    'You might have pneumonia.',
    'I want to be sure this is not meningitis.',
    'If you have gout, we can treat it.',
    'You have been very brave.',
    'You have had a long day.',
    'You have had a few bad weeks.',
    'I am afraid I do not know yet.',
    'It is important that we find out.',
    "I don't think you have cancer.",
    'This is reassuring.',
  ])('finds no diagnosis in: %s', (text) => {
    expect(readDoctorTurn(text).closing).toBe(false)
  })

  it.each([
    ["Let's do an ECG.", ['ECG']],
    ["I'd like to listen to your chest.", ['chest']],
    ['I would like to check your blood pressure and temperature.', ['blood pressure', 'temperature']],
    ['Can I feel your abdomen?', ['abdomen']],
    ['Could we get a chest X-ray and some blood tests?', ['chest X-ray', 'blood tests']],
    ["I'll send you for an ultrasound.", ['ultrasound']],
    ['Let me have a look at your throat, if that is all right.', ['throat']],
    ['We should do a urine dipstick to rule out an infection.', ['urine dipstick']],
    ['I would like to check your blood pressure first.', ['blood pressure']],
    ["I'm ordering a CT scan of your head.", ['CT scan of your head']],
    ['We need an ECG straight away.', ['ECG']],
  ])('reads the order in: %s', (text, orders) => {
    expect(readDoctorTurn(text).orders).toEqual(orders)
  })

  it.each([
    'Please take ibuprofen twice a day.',
    'Let us get you some pain relief.',
    'Can I just check whether you smoke?',
    'Could I get a bit more detail?',
    'I will arrange a follow-up appointment.',
    'Let me ask about your family.',
    'Has anyone done a blood test?',
    'Have you had an ECG before?',
    'I want you to rest.',
    'Can I take a history first?',
  ])('finds no order in: %s', (text) => {
    expect(readDoctorTurn(text).orders).toEqual([])
  })

  it('reads alternatives that are said in plain sentences', () => {
    const said =
      'I think this is a migraine. It could also be a tension headache, or less likely a sinus infection.'
    expect(readDoctorTurn(said).diagnoses.slice(0, 2)).toEqual(['migraine', 'tension headache'])
    expect(
      readDoctorTurn('You most likely have gout. I also considered septic arthritis and pseudogout.')
        .diagnoses,
    ).toEqual(['gout', 'septic arthritis', 'pseudogout'])
  })

  it('reads questions and ignores what is said around them', () => {
    expect(readDoctorTurn('I am sorry to hear that. When did it start? Does it hurt?').questions).toEqual([
      'When did it start?',
      'Does it hurt?',
    ])
  })
})
