/**
 * A visit that a language model holds, with what the guided doctor would have done at each of its places: what a model
 * decides well after others' decisions it may decide badly after its own, and only its own visits show that.
 */
import type { DialogueTurn } from '../../dialogue/dialogue.ts'
import type { Complete } from '../../dialogue/doctor/complete.ts'
import { NoteTaker } from '../../dialogue/doctor/note-taker.ts'
import { NotedVisit } from '../../dialogue/doctor/noted-visit.ts'
import { likeness, type PlannedStep, type PlannedTurn } from '../../dialogue/doctor/plan.ts'
import type { DoctorPromptTurn } from '../../dialogue/doctor/prompt.ts'
import type { ProcessReader } from '../../dialogue/acts.ts'
import { faults } from '../../dialogue/compliance.ts'
import type { Guide } from '../../dialogue/guide/guide.ts'
import { guidedStep } from '../../dialogue/guide/guided-step.ts'
import { readDoctorTurn } from '../../dialogue/turns.ts'
import type { Belief } from '../../knowledge/belief.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { PracticeCase } from '../case.ts'
import type { TestedDoctor, VisitingDoctor, Visit } from './doctor.ts'
import { holdVisit, type Listen, type VisitRecord } from './visit.ts'

/** A list of findings that the model judged. */
export interface Judged {
  readonly list: readonly string[]
  /** The model's reply. */
  readonly said: string
  /** What it may be by everything that was heard, the likeliest first. */
  readonly ranked: readonly Belief[]
}

export interface CorrectedVisit {
  readonly visit: Visit
  /** The model's notes and decisions. */
  readonly plan: readonly PlannedTurn[]
  /** Decisions of the guided doctor that differ from the model's, by the place in the plan. */
  readonly decisions: readonly { readonly at: number; readonly step: PlannedStep }[]
  readonly judged: readonly Judged[]
  /** The whole visit with the model's notes. */
  readonly turns: readonly DoctorPromptTurn[]
  /** Better words for a turn of the doctor, by its number. */
  readonly words: readonly { readonly at: number; readonly text: string }[]
}

export interface CorrectionOptions {
  readonly budget: number
  readonly seed: number
  readonly listen: Listen
  readonly reader: ProcessReader
}

/** Decisions that share more of what they ask or order are taken for the same. */
const alike = 0.5

export async function correctedVisit(
  base: KnowledgeBase,
  guide: Guide,
  complete: Complete,
  practice: PracticeCase,
  { budget, seed, listen, reader }: CorrectionOptions,
): Promise<CorrectedVisit> {
  let held: WatchedVisit | undefined
  const doctor: TestedDoctor = {
    id: 'corrected',
    meet: (visit) => (held = new WatchedVisit(base, guide, complete, visit, reader)),
  }
  const record = await holdVisit(practice, doctor, budget, seed, listen)
  if (!held) throw new Error('A visit was held without its doctor.')
  return held.corrected(record)
}

class WatchedVisit implements VisitingDoctor {
  readonly #guide: Guide
  readonly #visit: Visit
  readonly #reader: ProcessReader
  readonly #taker: NoteTaker
  readonly #noted: NotedVisit
  readonly #plan: PlannedTurn[] = []
  readonly #notes: string[] = []
  readonly #decisions: { readonly at: number; readonly step: PlannedStep }[] = []
  readonly #judged: Judged[] = []
  readonly #words: { readonly at: number; readonly text: string }[] = []
  /** What the model answered to lists. */
  readonly #replies: string[] = []

  constructor(base: KnowledgeBase, guide: Guide, complete: Complete, visit: Visit, reader: ProcessReader) {
    this.#guide = guide
    this.#visit = visit
    this.#reader = reader
    this.#taker = new NoteTaker(base, guide)
    const overheard: Complete = async (messages, wish) => {
      const reply = await complete(messages, wish)
      if (wish?.beside === 'judgement') this.#replies.push(reply.trim())
      return reply
    }
    this.#noted = new NotedVisit(overheard, visit, { taker: this.#taker, plans: true })
  }

  async next(turns: readonly DialogueTurn[]): Promise<string> {
    const { person, budget } = this.#visit
    const replies = this.#replies.length
    const begun = await this.#noted.begun(turns)
    const heard = await this.#guide.attend(turns, person)
    const guided = this.#guide.next(turns, person, budget, heard)
    // Where a list has not changed the model is not asked again.
    for (const said of this.#replies.slice(replies))
      this.#judged.push({
        list: await this.#taker.known(turns, person),
        said,
        ranked: this.#guide.ranked(guided.heard, person),
      })
    const step = await this.#noted.decide(begun)
    const reply = await this.#noted.take(step, turns, begun)
    if (reply.planned) {
      const better = guidedStep(guided.action)
      if (step && likeness(step, better) < alike)
        this.#decisions.push({ at: this.#plan.length, step: better })
      this.#plan.push(reply.planned)
    }
    const kinder = this.#kinder(turns, guided.courtesy, reply.said)
    if (kinder !== null) this.#words.push({ at: this.#notes.length, text: kinder })
    this.#notes.push(reply.note)
    this.#noted.keep(reply)
    return reply.said
  }

  corrected({ turns }: VisitRecord): CorrectedVisit {
    let spoken = 0
    return {
      visit: this.#visit,
      plan: this.#plan,
      decisions: this.#decisions,
      judged: this.#judged,
      turns: turns.map(({ speaker, text }) =>
        speaker === 'doctor' ? { speaker, text, note: this.#notes[spoken++] ?? '' } : { speaker, text },
      ),
      words: this.#words,
    }
  }

  /** A question after the guided doctor's word to what was just heard, where that breaks fewer rules. */
  #kinder(turns: readonly DialogueTurn[], courtesy: string, said: string): string | null {
    const question = readDoctorTurn(said).questions.at(-1)
    if (courtesy === '' || question === undefined) return null
    const text = `${courtesy} ${question}`
    const dialogue = { patient: this.#visit.person, turnBudget: this.#visit.budget, turns }
    return faults(dialogue, text, this.#reader) < faults(dialogue, said, this.#reader) ? text : null
  }
}
