import { describe, expect, it } from 'vitest'
import { openKnowledge } from '../../../../electron/knowledge-files.ts'
import { resourcesFolder } from '../../../../electron/resources.ts'
import {
  learnedWords,
  nextWords,
  readNote,
  splitNote,
  writeNote,
} from '../../../../models/dialogue/doctor/note.ts'
import { doctorMessages } from '../../../../models/dialogue/doctor/prompt.ts'

const note = writeNote({
  turn: 3,
  budget: 12,
  learned: ['itching all over', 'no fever'],
  suspected: ['scabies', 'atopic eczema'],
  next: nextWords({ kind: 'ask', topic: 'itching contacts' }),
})

describe('a doctor’s note', () => {
  it('is read as it was written', () => {
    expect(readNote(note)).toEqual({
      turn: 3,
      budget: 12,
      learned: ['itching all over', 'no fever'],
      suspected: ['scabies', 'atopic eczema'],
      next: 'ask about itching contacts',
    })
  })

  it('says what the turn does in few words', () => {
    expect(nextWords({ kind: 'order', examines: true, tests: true })).toBe('examine and test')
    expect(nextWords({ kind: 'conclude' })).toBe('conclude')
  })

  it('notes what is there before what was denied, and no normal results', () => {
    expect(
      learnedWords(openKnowledge(resourcesFolder()).findings, [
        { finding: 'vomiting', present: false },
        { finding: 'crp-raised', present: false },
        { finding: 'fever', present: true },
      ]),
    ).toEqual(['fever', 'no vomiting'])
  })

  it('says when nothing new was learned', () => {
    const empty = writeNote({ turn: 1, budget: null, learned: [], suspected: ['scabies'], next: null })
    expect(empty).toBe('Turn 1. Noted: nothing new.')
    expect(readNote(empty)).toEqual({ turn: 1, budget: null, learned: [], suspected: [], next: null })
  })

  it('stands in a line of its own that the patient does not hear', () => {
    expect(splitNote(`${note}\nDoes anyone at home itch, too?`)).toEqual({
      note,
      said: 'Does anyone at home itch, too?',
    })
  })

  it('leaves a turn without one as it is', () => {
    expect(splitNote(' Where does it hurt?\nAnd since when? ')).toEqual({
      note: '',
      said: 'Where does it hurt?\nAnd since when?',
    })
    expect(readNote('Where does it hurt?')).toBeNull()
  })

  it('says nothing when the reply broke off inside it', () => {
    expect(splitNote('Turn 3 of 12. Noted: itching all over. Susp').said).toBe('')
  })

  it('stands before its turn in what the model reads', () => {
    const messages = doctorMessages({}, [
      { speaker: 'patient', text: 'I itch.' },
      { speaker: 'doctor', text: 'Since when?', note },
      { speaker: 'patient', text: 'A month.' },
    ])
    expect(messages.map(({ content }) => content).slice(1)).toEqual([
      'I itch.',
      `${note}\nSince when?`,
      'A month.',
    ])
  })
})
