/**
 * One visit of a language model that notes before each turn what was learned, what it may be and what comes next. Where
 * it was taught to plan, what comes next is decided over the notes alone.
 */
import type { DialogueTurn } from '../dialogue.ts'
import { nextWords, readNote, splitNote, writeNote, type NotedTurn } from './note.ts'
import {
  doctorMessages,
  listStory,
  vignetteMessages,
  type DoctorPromptTurn,
  type Presented,
} from './prompt.ts'
import { lowered } from '../lowered.ts'
import { readDoctorTurn, writeClosing, writeOrders } from '../turns.ts'
import {
  planMessages,
  readStep,
  repeats,
  stepInNote,
  writeStep,
  type PlannedStep,
  type PlannedTurn,
} from './plan.ts'
import type { Complete } from './complete.ts'
import type { Person } from '../../knowledge/knowledge-base.ts'
import type { NoteTaker } from './note-taker.ts'

/** The first words of whoever has to sum up. */
const lastWords = 'Findings:'
/** Decisions drawn before one is taken again. */
const mostDrawn = 6
/** Conditions that a note suspects. */
export const mostSuspected = 2

export interface BoundedVisit {
  readonly person: Person
  /** What is known of the person where that is less; answers are read as that person's all the same. */
  readonly presented?: Presented
  /** The most doctor turns there may be. */
  readonly budget: number
}

interface Judgement {
  /** Findings that it was judged by. */
  readonly known: readonly string[]
  /** What it may be, the likeliest first. */
  readonly names: readonly string[]
}

export interface PastTurn {
  readonly note: string
  /** The decision over the notes; null where none was made. */
  readonly planned: PlannedTurn | null
}

export type PlannedReply = PastTurn & NotedTurn

/** How a model's notes come about. */
export interface Notes {
  /** Takes what was learned; null where the model notes it. */
  readonly taker: NoteTaker | null
  /** Whether the model was taught to decide over its notes what comes next. */
  readonly plans: boolean
}

/** Of a model that notes by itself, or not at all. */
export const ownNotes: Notes = { taker: null, plans: false }

/** A model's visit: its notes are kept from the patient and go on from one another. */
export class NotedVisit {
  readonly #complete: Complete
  readonly #visit: BoundedVisit
  readonly #taker: NoteTaker | null
  readonly #plans: boolean
  readonly #notes: string[] = []
  readonly #planned: PlannedTurn[] = []
  #judged: Judgement = { known: [], names: [] }

  /** @param past turns of the doctor that were taken already, by whom ever */
  constructor(
    complete: Complete,
    visit: BoundedVisit,
    { taker, plans }: Notes,
    past: readonly PastTurn[] = [],
  ) {
    this.#complete = complete
    this.#visit = visit
    this.#taker = taker
    this.#plans = plans && taker !== null
    for (const turn of past) this.keep(turn)
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
  async reply(turns: readonly DialogueTurn[], begun: string, attempt = 0): Promise<PlannedReply> {
    return this.take(await this.decide(begun, attempt), turns, begun, attempt)
  }

  /** What comes next, asked apart from the visit; null where the model was not taught to plan or names no step. */
  async decide(begun: string, attempt = 0): Promise<PlannedStep | null> {
    if (!this.#plans || this.#isLast) return null
    const messages = planMessages(this.#presented, this.#planned, begun)
    // The likeliest decision may be one that was taken already: then others are drawn, and the first is kept if all are.
    let first: PlannedStep | null = null
    for (let draw = 0; draw < mostDrawn; draw++) {
      const wish = { attempt: attempt + draw * mostDrawn, beside: 'plan' } as const
      const step = readStep(await this.#complete(messages, wish))
      if (!step || !repeats(step, this.#planned)) return step
      first ??= step
    }
    return first
  }

  /** The reply that takes a step; in the model's own way where none was decided. */
  async take(
    step: PlannedStep | null,
    turns: readonly DialogueTurn[],
    begun: string,
    attempt = 0,
  ): Promise<PlannedReply> {
    const note = step ? noteWith(begun, stepInNote(step)) : begun
    const planned = step && { note: begun, step: writeStep(step) }
    if (step?.kind === 'order') return { note, said: writeOrders(step), planned }
    if (step?.kind === 'conclude' || (this.#plans && this.#isLast))
      return this.#conclude(turns, note, planned, attempt)
    const reply = splitNote(await this.#say(turns, step ? `${note}\n` : note, attempt))
    // A conclusion goes by the judgement where there is one.
    const stands = readDoctorTurn(reply.said).closing ? this.#taker === null : !this.#isLast
    return stands ? { ...reply, planned } : this.#conclude(turns, reply.note, planned, attempt)
  }

  keep({ note, planned }: PastTurn): void {
    this.#notes.push(note)
    if (planned) this.#planned.push(planned)
  }

  async #conclude(
    turns: readonly DialogueTurn[],
    note: string,
    planned: PlannedTurn | null,
    attempt: number,
  ): Promise<PlannedReply> {
    return { ...splitNote(await this.#say(turns, this.#conclusion(note), attempt)), planned }
  }

  get #isLast(): boolean {
    return this.#notes.length + 1 >= this.#visit.budget
  }

  /** Whom the model is told of. */
  get #presented(): Presented {
    return this.#visit.presented ?? this.#visit.person
  }

  #say(turns: readonly DialogueTurn[], opening: string, attempt: number): Promise<string> {
    const visit = { ...this.#presented, turnBudget: this.#visit.budget }
    return this.#complete(doctorMessages(visit, this.#noted(turns)), { attempt, opening })
  }

  /**
   * What it may be, asked apart from the visit: a list of findings is what a small model judges best, and it need not
   * gather them from a dialogue first.
   */
  async #judge(known: readonly string[]): Promise<readonly string[]> {
    if (known.length === 0 || listStory(known) === listStory(this.#judged.known)) return this.#judged.names
    const reply = await this.#complete(vignetteMessages(this.#presented, listStory(known)), {
      beside: 'judgement',
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
    const concluding = noteWith(note, nextWords({ kind: 'conclude' }))
    return concluding === '' ? said : `${concluding}\n${said}`
  }

  #noted(turns: readonly DialogueTurn[]): readonly DoctorPromptTurn[] {
    let spoken = 0
    return turns.map((turn) =>
      turn.speaker === 'doctor' ? { ...turn, note: this.#notes[spoken++] ?? '' } : turn,
    )
  }
}

/** A note with what comes next; nothing where there is no note to go on from. */
function noteWith(written: string, next: string): string {
  const note = readNote(written)
  return note ? writeNote({ ...note, next }) : ''
}
