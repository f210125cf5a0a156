/** One visit of a language model that notes before each turn what was learned, what it may be and what comes next. */
import type { DialogueTurn } from '../../dialogue/dialogue.ts'
import { nextWords, readNote, splitNote, writeNote, type NotedTurn } from '../../dialogue/doctor-note.ts'
import {
  doctorMessages,
  listStory,
  vignetteMessages,
  type DoctorPromptTurn,
} from '../../dialogue/doctor-prompt.ts'
import { lowered } from '../../dialogue/lowered.ts'
import { readDoctorTurn, writeClosing } from '../../dialogue/turns.ts'
import type { Complete } from './complete.ts'
import type { Visit } from './doctor.ts'
import type { NoteTaker } from './note-taker.ts'

/** The first words of whoever has to sum up. */
const lastWords = 'Findings:'
/** Conditions that a note suspects. */
const mostSuspected = 2

interface Judgement {
  /** Findings that it was judged by. */
  readonly known: readonly string[]
  /** What it may be, the likeliest first. */
  readonly names: readonly string[]
}

/** A model's visit: its notes are kept from the patient and go on from one another. */
export class NotedVisit {
  readonly #complete: Complete
  readonly #visit: Visit
  readonly #taker: NoteTaker | null
  readonly #notes: string[] = []
  #judged: Judgement = { known: [], names: [] }

  constructor(complete: Complete, visit: Visit, taker: NoteTaker | null) {
    this.#complete = complete
    this.#visit = visit
    this.#taker = taker
  }

  /** The note of the coming turn as far as it does not come with the reply. */
  async begun(turns: readonly DialogueTurn[]): Promise<string> {
    if (!this.#taker) return ''
    const { person, budget } = this.#visit
    const names = await this.#judge(await this.#taker.known(turns, person))
    return writeNote({
      turn: this.#notes.length + 1,
      budget,
      learned: await this.#taker.learned(turns, person),
      suspected: names.slice(0, mostSuspected).map(lowered),
      next: null,
    })
  }

  /** A reply to what was said; the last of the budget sums up, so that a visit ends within it. */
  async reply(turns: readonly DialogueTurn[], begun: string, attempt = 0): Promise<NotedTurn> {
    const messages = doctorMessages(
      { ...this.#visit.person, turnBudget: this.#visit.budget },
      this.#noted(turns),
    )
    const reply = splitNote(await this.#complete(messages, { attempt, opening: begun }))
    const isLast = this.#notes.length + 1 >= this.#visit.budget
    // A conclusion goes by the judgement where there is one.
    const stands = readDoctorTurn(reply.said).closing ? this.#taker === null : !isLast
    if (stands) return reply
    return splitNote(await this.#complete(messages, { attempt, opening: this.#conclusion(reply.note) }))
  }

  keep(note: string): void {
    this.#notes.push(note)
  }

  /**
   * What it may be, asked apart from the visit: a list of findings is what a small model judges best, and it need not
   * gather them from a dialogue first.
   */
  async #judge(known: readonly string[]): Promise<readonly string[]> {
    if (known.length === 0 || listStory(known) === listStory(this.#judged.known)) return this.#judged.names
    const reply = await this.#complete(vignetteMessages(this.#visit.person, listStory(known)), {
      apart: true,
    })
    const names = readDoctorTurn(reply).diagnoses
    if (names.length > 0) this.#judged = { known, names }
    return this.#judged.names
  }

  /** How the turn begins that sums up. */
  #conclusion(note: string): string {
    const { known, names } = this.#judged
    const [diagnosis, ...others] = names
    const said =
      diagnosis === undefined
        ? lastWords
        : writeClosing(diagnosis, others.slice(0, mostSuspected), known, [], '')
    return `${concluding(note)}${said}`
  }

  #noted(turns: readonly DialogueTurn[]): readonly DoctorPromptTurn[] {
    let spoken = 0
    return turns.map((turn) =>
      turn.speaker === 'doctor' ? { ...turn, note: this.#notes[spoken++] ?? '' } : turn,
    )
  }
}

/** The note with its decision turned to concluding; nothing where there is no note to go on from. */
function concluding(written: string): string {
  const note = readNote(written)
  return note ? `${writeNote({ ...note, next: nextWords({ kind: 'conclude' }) })}\n` : ''
}
