/** What visits teach, as lines of a file of lessons: decisions, words, and lists of what was known, to judge. */
import { shuffled, type Random } from '../../models/core/random.ts'
import type { Message } from '../../models/decoding/language-model.ts'
import { planMessages, writeStep } from '../../models/dialogue/doctor/plan.ts'
import { doctorMessages } from '../../models/dialogue/doctor/prompt.ts'
import { rightly } from '../../models/dialogue/generation/chart.ts'
import type { Flaw } from '../../models/dialogue/generation/flaws.ts'
import { drawnJudgement, heardJudgement, type Judgement } from '../../models/dialogue/generation/judgement.ts'
import type { KnowledgeBase } from '../../models/knowledge/knowledge-base.ts'
import type { PlanLesson } from '../../models/practice/spt/plan-lesson.ts'

/** What is written of each visit. */
export interface WantedLines {
  readonly mixed: boolean
  /** Share of visits that are lessons in words too, 0..1. */
  readonly spoken: number
  readonly lists: number
  readonly judgements: number
}

export interface LineCounts {
  plans: number
  spoken: number
  lists: number
  judgements: number
}

export interface VisitTaught {
  readonly lesson: PlanLesson
  readonly flaw: Flaw | null
  /** The condition that the person has. */
  readonly right: string
  /** Whether the visit ended with it. */
  readonly found: boolean
}

/** Notes and decisions as messages; worse decisions at the places of the better ones. */
function lessonInPlan({ visit, plan, worse, better }: PlanLesson) {
  const last = plan.at(-1)
  const messages: readonly Message[] = [
    ...planMessages(visit.person, plan.slice(0, -1), last?.note ?? ''),
    { role: 'assistant', content: last?.step ?? '' },
  ]
  const beside = (others: PlanLesson['worse']) =>
    others.map(({ flaw, step, at }) => ({ flaw, text: writeStep(step), at: 2 + 2 * at }))
  return { messages, worse: beside(worse), better: beside(better) }
}

export class PlanLines {
  readonly counts: LineCounts = { plans: 0, spoken: 0, lists: 0, judgements: 0 }
  readonly #base: KnowledgeBase
  readonly #wanted: WantedLines
  readonly #random: Random
  /** What visits brought out of patients' words, as often as they did. */
  readonly #heard: string[] = []

  constructor(base: KnowledgeBase, wanted: WantedLines, random: Random) {
    this.#base = base
    this.#wanted = wanted
    this.#random = random
  }

  of(visit: VisitTaught): readonly string[] {
    const { known } = visit.lesson
    for (const { finding: id, present } of known.at(-1)?.heard ?? []) {
      const finding = this.#base.findings.get(id)
      if (present && finding && !('order' in finding)) this.#heard.push(id)
    }
    return [...this.#decisions(visit), ...this.#lists(visit), ...this.#judgements(visit)].map(written)
  }

  /** Lists of so many drawn persons, with what the visits until now misheard. */
  drawn(count: number): readonly string[] {
    const conditions = [...this.#base.conditions.keys()]
    return Array.from({ length: count }, (_, at) => conditions[at % conditions.length] ?? '').flatMap(
      (condition) =>
        this.#judgement(drawnJudgement(this.#base, this.#random, condition, this.#heard), condition).map(
          written,
        ),
    )
  }

  #decisions({ lesson, flaw, found }: VisitTaught): readonly object[] {
    const { mixed, spoken } = this.#wanted
    const { messages, worse, better } = lessonInPlan(lesson)
    this.counts.plans++
    const plan = {
      role: 'plan',
      messages,
      ...(flaw && { flaw }),
      ...(mixed || worse.length === 0 ? {} : { worse }),
      ...(better.length > 0 && { better }),
    }
    // A careful visit that ends with the wrong diagnosis decided well on what it heard, and concludes badly.
    const whole = flaw === null ? found : flaw !== 'endless'
    if (this.#random.uniform() >= spoken || !whole) return [plan]
    this.counts.spoken++
    const { visit, turns } = lesson
    const closing = turns.findLastIndex(({ speaker }) => speaker === 'doctor')
    const said = doctorMessages({ ...visit.person, turnBudget: visit.budget }, turns.slice(0, closing + 1))
    return [plan, { role: 'doctor', messages: said, ...(flaw && { flaw }) }]
  }

  /** Lists of what was known late in the visit, and whenever else. */
  #lists({ lesson: { visit, known }, right }: VisitTaught): readonly object[] {
    const [last, ...before] = known.toReversed()
    const chosen = last ? [last, ...shuffled(this.#random, before)].slice(0, this.#wanted.lists) : []
    return chosen.flatMap(({ list, ranked }) => {
      const messages = list.length === 0 ? null : rightly(this.#base, visit.person, list, right, ranked)
      if (!messages) return []
      this.counts.lists++
      return [{ role: 'heard', condition: right, messages }]
    })
  }

  /** Lists of what was known at the end of the visit and before, each shortened in its own way. */
  #judgements({ lesson: { visit, known }, right }: VisitTaught): readonly object[] {
    const last = known.at(-1)
    if (!last || this.#wanted.judgements === 0) return []
    const places = [last, last, ...shuffled(this.#random, known.slice(0, -1))]
    return places.slice(0, this.#wanted.judgements).flatMap(({ heard }) => {
      const list = { person: visit.person, heard, right }
      return this.#judgement(heardJudgement(this.#base, this.#random, list), right)
    })
  }

  #judgement(pair: Judgement | null, condition: string): readonly object[] {
    if (!pair) return []
    this.counts.judgements++
    const { messages, worse } = pair
    const beside = [{ flaw: 'misjudged', text: worse, at: messages.length - 1 }]
    return [{ role: 'heard', condition, messages, worse: beside }]
  }
}

const written = (line: object): string => `${JSON.stringify(line)}\n`
