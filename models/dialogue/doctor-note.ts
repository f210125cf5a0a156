/**
 * What a doctor thinks before a turn, written as its first line: what was just learned, and what it may be. The patient
 * does not hear it. A language model that writes it has understood the answer, and what it suspects, in view when it
 * chooses the next question; everyone else sees why that question was chosen.
 */

export interface DoctorNote {
  /** What the last answers and results told, denials as "no …". */
  readonly learned: readonly string[]
  /** Conditions that it may be, the likeliest first. */
  readonly suspected: readonly string[]
}

const nothingNew = 'nothing new'

/** Where nothing new was learned, what is suspected has not changed and is left out. */
export const writeNote = ({ learned, suspected }: DoctorNote): string =>
  learned.length > 0
    ? `Noted: ${learned.join('; ')}. Suspected: ${suspected.join('; ')}.`
    : `Noted: ${nothingNew}.`

const line = /^Noted: (.*?)\.(?: Suspected: (.*?)\.)?$/

export interface NotedTurn {
  /** The line as it was written; empty where there is none. */
  readonly note: string
  /** What the patient hears. */
  readonly said: string
}

/** A reply without its note; one that broke off inside the note says nothing. */
export function splitNote(reply: string): NotedTurn {
  const text = reply.trim()
  if (!text.startsWith('Noted:')) return { note: '', said: text }
  const end = text.indexOf('\n')
  return end < 0
    ? { note: text, said: '' }
    : { note: text.slice(0, end).trim(), said: text.slice(end + 1).trim() }
}

const items = (list: string | undefined): readonly string[] =>
  (list ?? '')
    .split(';')
    .map((item) => item.trim())
    .filter((item) => item !== '' && item !== nothingNew)

/** @returns null for a line that is no note */
export function readNote(note: string): DoctorNote | null {
  const found = line.exec(note.trim())
  return found && { learned: items(found[1]), suspected: items(found[2]) }
}
