import { describe, expect, it } from 'vitest'
import { openNormaliser } from '../../../../electron/condition-names.ts'
import { ruleReader } from '../../../../models/dialogue/acts.ts'
import type { Dialogue } from '../../../../models/dialogue/dialogue.ts'
import { preferenceAmong, type Feedback } from '../../../../models/dialogue/generation/preference.ts'
import { writeClosing } from '../../../../models/dialogue/turns.ts'

const read = openNormaliser('resources')
const reader = ruleReader()

const early: Dialogue = {
  patient: { age: 34, sex: 'female' },
  turnBudget: 12,
  turns: [{ speaker: 'patient', text: 'My head is throbbing on one side.' }],
}
const gathered: Dialogue = {
  ...early,
  turns: [
    ...early.turns,
    { speaker: 'doctor', text: 'When did it start?' },
    { speaker: 'patient', text: 'Two days ago.' },
    { speaker: 'doctor', text: 'What makes it worse?' },
    { speaker: 'patient', text: 'Light and noise.' },
    { speaker: 'doctor', text: 'How bad is it?' },
    { speaker: 'patient', text: 'Seven out of ten.' },
    { speaker: 'doctor', text: 'Did it come on within seconds, like a clap of thunder?' },
    { speaker: 'patient', text: 'No, slowly.' },
    { speaker: 'doctor', text: 'Do you take any medicines?' },
    { speaker: 'patient', text: 'No.' },
    { speaker: 'doctor', text: 'Have you any allergies?' },
    { speaker: 'patient', text: 'None.' },
    { speaker: 'doctor', text: 'Have you felt sick with it?' },
    { speaker: 'patient', text: 'Yes, and zigzag lines before my eyes.' },
  ],
}
const close = (diagnosis: string): string =>
  writeClosing(
    diagnosis,
    ['Subarachnoid haemorrhage', 'Cluster headache'],
    ['throbbing headache'],
    ['rest in a dark room'],
    'Come back if it gets worse',
  )
const right = close('Migraine')
const wrong = close('Tension-type headache')
const ask = 'When did it start?'

const among = (dialogue: Dialogue, texts: readonly string[], feedback: Feedback) =>
  preferenceAmong(dialogue, 'migraine', texts, feedback, read, reader)

describe('preferences', () => {
  it('by process: a diagnosis before its time ranks below asking, however right it is', () => {
    expect(among(early, [right, ask], 'process')).toEqual({ chosen: ask, rejected: right })
  })

  it('by outcome: the right diagnosis ranks above asking, and a wrong one below it', () => {
    expect(among(early, [ask, right], 'outcome')).toEqual({ chosen: right, rejected: ask })
    expect(among(early, [wrong, ask], 'outcome')).toEqual({ chosen: ask, rejected: wrong })
  })

  it('by process: of two closings that the rules see alike the right one is better', () => {
    expect(among(gathered, [wrong, right], 'process')).toEqual({ chosen: right, rejected: wrong })
  })

  it('is none where nothing is worse', () => {
    expect(among(early, [ask, ask, ''], 'process')).toBeNull()
    expect(among(early, [ask, 'Where does it hurt?'], 'outcome')).toBeNull()
  })
})
