/**
 * What a doctor thinks before a turn, written as its first line: how far the visit is, what was just learned, and what
 * it may be. The patient does not hear it. A language model that writes it has the time left, the answer understood and
 * what it suspects in view when it chooses the next question; everyone else sees why that question was chosen.
 */

export interface DoctorNote {
  /** Number of the turn among the doctor's, from 1. */
  readonly turn: number
  /** The most turns there may be, where that is known. */
  readonly budget: number | null
  /** What the last answers and results told, denials as "no …". */
  readonly learned: readonly string[]
  /** Conditions that it may be, the likeliest first. */
  readonly suspected: readonly string[]
}

const nothingNew = 'nothing new'

/** Where nothing new was learned, what is suspected has not changed and is left out. */
export const writeNote = ({ turn, budget, learned, suspected }: DoctorNote): string =>
  [
    budget === null ? `Turn ${turn}.` : `Turn ${turn} of ${budget}.`,
    `Noted: ${learned.length > 0 ? learned.join('; ') : nothingNew}.`,
    learned.length > 0 ? `Suspected: ${suspected.join('; ')}.` : '',
  ]
    .filter(Boolean)
    .join(' ')

const line = /^Turn (\d+)(?: of (\d+))?\. Noted: (.*?)\.(?: Suspected: (.*?)\.)?$/
const begins = /^Turn \d+(?: of \d+)?\. /

export interface NotedTurn {
  /** The line as it was written; empty where there is none. */
  readonly note: string
  /** What the patient hears. */
  readonly said: string
}

/** A reply without its note; one that broke off inside the note says nothing. */
export function splitNote(reply: string): NotedTurn {
  const text = reply.trim()
  if (!begins.test(text)) return { note: '', said: text }
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
  return (
    found && {
      turn: Number(found[1]),
      budget: found[2] === undefined ? null : Number(found[2]),
      learned: items(found[3]),
      suspected: items(found[4]),
    }
  )
}
