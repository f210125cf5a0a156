/** A visit of the guided doctor, or of one with a flaw, as notes and decisions to learn from, with worse decisions. */
import type { Random } from '../../core/random.ts'
import type { DialogueTurn } from '../../dialogue/dialogue.ts'
import { writeNote } from '../../dialogue/doctor/note.ts'
import type { DoctorPromptTurn } from '../../dialogue/doctor/prompt.ts'
import type { Flaw } from '../../dialogue/generation/flaws.ts'
import { idleThemes, worseSteps, type WorseStep } from '../../dialogue/generation/worse-steps.ts'
import type { Guide, GuideStep } from '../../dialogue/guide/guide.ts'
import { surelyHeard } from '../../dialogue/guide/heard.ts'
import { guidedStep } from '../../dialogue/guide/guided-step.ts'
import { askForAny } from '../../dialogue/guide/open-questions.ts'
import { lowered } from '../../dialogue/lowered.ts'
import {
  piecesOf,
  readStep,
  stepInNote,
  writeStep,
  type PlannedStep,
  type PlannedTurn,
} from '../../dialogue/doctor/plan.ts'
import { pick } from '../../dialogue/generation/simulated-person.ts'
import { writeOrders } from '../../dialogue/turns.ts'
import type { Belief, Evidence } from '../../knowledge/belief.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { PracticeCase } from '../case.ts'
import type { TestedDoctor, VisitingDoctor, Visit } from './doctor.ts'
import { NoteTaker } from '../../dialogue/doctor/note-taker.ts'
import { mostSuspected } from '../../dialogue/doctor/noted-visit.ts'
import { holdVisit, type Listen, type VisitRecord } from './visit.ts'

export interface KnownList {
  readonly list: readonly string[]
  /** What the list was taken from. */
  readonly heard: readonly Evidence[]
  readonly ranked: readonly Belief[]
}

export interface PlanLesson {
  readonly visit: Visit
  readonly plan: readonly PlannedTurn[]
  /** Worse decisions in place of one of the plan's, by its place. */
  readonly worse: readonly (WorseStep & { readonly at: number })[]
  /** What should have been decided where the doctor strayed. */
  readonly better: readonly (WorseStep & { readonly at: number })[]
  /** What was known before each decision as a list to judge, and what it may be. */
  readonly known: readonly KnownList[]
  /** The whole visit with its notes. */
  readonly turns: readonly DoctorPromptTurn[]
  /** Conditions that the closing names. */
  readonly diagnoses: readonly string[]
}

/** Of the turns of someone who repeats, the share that are repetitions. */
const repeats = 0.35
/** Questions of someone who is too quick. */
const usualQuestions = 2

interface Decided {
  readonly step: PlannedStep
  readonly text: string
}

export async function planLesson(
  base: KnowledgeBase,
  guide: Guide,
  practice: PracticeCase,
  { budget, flaw, stray = 0, random, listen }: LessonOptions,
): Promise<PlanLesson> {
  let held: LessonVisit | undefined
  const doctor: TestedDoctor = {
    id: 'lesson',
    meet: (visit) => (held = new LessonVisit(base, guide, visit, { flaw, stray, random })),
  }
  const record = await holdVisit(practice, doctor, budget, random.below(2 ** 31), listen)
  if (!held) throw new Error('A visit was held without its doctor.')
  return held.lesson(record)
}

export interface LessonOptions {
  readonly budget: number
  readonly flaw: Flaw | null
  /**
   * Share of decisions of a careful visit in whose place a worse one is taken, 0..1. Who learns from visits that never
   * go astray does not know the way back (noise injection: Laskey et al. 2017, arXiv 1703.09327).
   */
  readonly stray?: number
  readonly random: Random
  readonly listen: Listen
}

type Manner = Required<Pick<LessonOptions, 'flaw' | 'stray' | 'random'>>

class LessonVisit implements VisitingDoctor {
  readonly #base: KnowledgeBase
  readonly #guide: Guide
  readonly #visit: Visit
  readonly #flaw: Flaw | null
  readonly #stray: number
  readonly #random: Random
  readonly #taker: NoteTaker
  readonly #plan: PlannedTurn[] = []
  readonly #worse: (WorseStep & { readonly at: number })[] = []
  readonly #better: (WorseStep & { readonly at: number })[] = []
  readonly #inNote: string[] = []
  readonly #known: KnownList[] = []
  #before: Decided | null = null

  constructor(base: KnowledgeBase, guide: Guide, visit: Visit, { flaw, stray, random }: Manner) {
    this.#base = base
    this.#guide = guide
    this.#visit = visit
    this.#flaw = flaw
    this.#stray = stray
    this.#random = random
    this.#taker = new NoteTaker(base, guide)
  }

  async next(turns: readonly DialogueTurn[]): Promise<string> {
    const { person, budget } = this.#visit
    const guided = this.#guide.next(turns, person, budget, await this.#guide.attend(turns, person))
    const note = await this.#note(turns, guided)
    const ranked = this.#guide.ranked(guided.heard, person)
    this.#known.push({
      list: await this.#taker.known(turns, person),
      heard: surelyHeard(guided.heard),
      ranked,
    })
    const at = this.#plan.length
    let decided = this.#decided(turns, guided)
    if (this.#flaw === null) {
      const worse = worseSteps(this.#base, this.#random, {
        step: decided.step,
        before: this.#before?.step ?? null,
        suspected: this.#ranked(guided).slice(0, mostSuspected),
        taken: at,
        budget,
      })
      const strayed = at < budget - 1 ? this.#astray(worse) : null
      if (strayed) {
        this.#better.push({ flaw: strayed.flaw, step: decided.step, at })
        decided = { step: strayed.step, text: this.#inWords(strayed.step) }
      } else this.#worse.push(...worse.map((each) => ({ ...each, at })))
    }
    const step = writeStep(decided.step)
    this.#plan.push({ note: writeNote({ ...note, next: null }), step })
    this.#inNote.push(writeNote({ ...note, next: stepInNote(decided.step) }))
    this.#before = decided
    return decided.text
  }

  lesson({ turns, diagnoses }: VisitRecord): PlanLesson {
    if (this.#flaw === null && this.#better.length === 0) this.#worse.push(...this.#tooSoon())
    let spoken = 0
    return {
      visit: this.#visit,
      plan: this.#plan,
      worse: this.#worse,
      better: this.#better,
      known: this.#known,
      turns: turns.map(({ speaker, text }) =>
        speaker === 'doctor' ? { speaker, text, note: this.#inNote[spoken++] ?? '' } : { speaker, text },
      ),
      diagnoses,
    }
  }

  async #note(turns: readonly DialogueTurn[], guided: GuideStep) {
    const { person, budget } = this.#visit
    const name = (id: string): string => lowered(this.#base.names.get(id)?.name ?? id)
    return {
      turn: this.#plan.length + 1,
      budget,
      learned: await this.#taker.learned(turns, person),
      suspected: this.#ranked(guided).slice(0, mostSuspected).map(name),
    }
  }

  /** The worse decision that is taken instead; null where the doctor keeps to the better one. */
  #astray(worse: readonly WorseStep[]): WorseStep | null {
    if (this.#stray === 0 || this.#random.uniform() >= this.#stray) return null
    // After a conclusion nothing follows that could be learned from.
    const open = worse.filter(({ step }) => step.kind !== 'conclude')
    return open.length > 0 ? pick(this.#random, open) : null
  }

  #inWords(step: PlannedStep): string {
    return step.kind === 'order' ? writeOrders(step) : askForAny(this.#visit.person, piecesOf(step))
  }

  /** What is ordered once the history is taken, in place of a question before. */
  #tooSoon(): PlanLesson['worse'] {
    const steps = this.#plan.map(({ step }) => readStep(step))
    const first = steps.findIndex((step) => step?.kind === 'order')
    const order = steps[first]
    return order
      ? steps.slice(0, Math.max(0, first - 1)).map((_, at) => ({ flaw: 'hasty', step: order, at }))
      : []
  }

  #ranked({ heard }: GuideStep): readonly string[] {
    return this.#guide.ranked(heard, this.#visit.person).map(({ condition }) => condition)
  }

  /** What the doctor does: the guide's step, or what the flaw does in its place. */
  #decided(turns: readonly DialogueTurn[], guided: GuideStep): Decided {
    const { courtesy, text, action } = guided
    const own = { step: guidedStep(action), text: courtesy === '' ? text : `${courtesy} ${text}` }
    const taken = this.#plan.length
    switch (this.#flaw) {
      case 'premature':
        return taken >= usualQuestions ? this.#closing(turns, guided, 1) : own
      case 'repetitive':
        return this.#before && action.kind !== 'close' && this.#random.uniform() < repeats
          ? this.#before
          : own
      case 'endless':
        return action.kind === 'close' ? this.#idle() : own
      case 'unsafe':
        // Neither danger nor background is asked for: orders follow the complaint.
        return taken >= usualQuestions && action.kind === 'ask' ? this.#closing(turns, guided, 2) : own
      case 'jargon':
      case 'crowded':
      case 'dismissive':
      case null:
        return own
    }
  }

  /** What the guide would do with so many turns left. */
  #closing(turns: readonly DialogueTurn[], { heard }: GuideStep, left: number): Decided {
    const { text, action } = this.#guide.next(turns, this.#visit.person, this.#plan.length + left, heard)
    return { step: guidedStep(action), text }
  }

  #idle(): Decided {
    const { themes, step } = idleThemes(this.#base, this.#random, [])
    return {
      step,
      text: askForAny(
        this.#visit.person,
        themes.map(({ phrase }) => phrase),
      ),
    }
  }
}
