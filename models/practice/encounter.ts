/** A practice encounter in text: what the learner says, what comes back, and how it is looked at afterwards. */
import type { Understanding } from '../dialogue/topics/index.ts'
import type { ReadCondition } from '../dialogue/conditions/index.ts'
import { readDoctorTurn } from '../dialogue/turns.ts'
import type { PracticeCase } from './case.ts'
import { resultTurn, SimulatedPatient } from './patient.ts'
import { scoreVisit } from './spt/scoring.ts'

export interface EncounterTurn {
  /** `other` reads out the results of examinations and tests. */
  readonly speaker: 'patient' | 'clinician' | 'other'
  readonly text: string
}

export interface ChecklistItem {
  readonly item: string
  readonly met: boolean
  /** Number of the learner's turn that met it, or null. */
  readonly turn: number | null
}

export interface Debrief {
  /** What the learner concluded, in their own words; null when nothing was concluded. */
  readonly concluded: string | null
  readonly diagnosis: {
    /** Ids of the conditions that the closing names, or `unreadable`, the leading one first. */
    readonly named: readonly string[]
    readonly right: boolean
    readonly amongThree: boolean
    /** Ids of the conditions that the case is about. */
    readonly required: readonly string[]
  }
  readonly inquiry: readonly ChecklistItem[]
  readonly tests: readonly ChecklistItem[]
  /** Whether the worry behind the visit was asked about; null when the case has none. */
  readonly worryHeard: boolean | null
  readonly redFlags: readonly string[]
  readonly management: readonly string[]
}

interface Step {
  readonly text: string
  readonly released: readonly string[]
  readonly orders: readonly string[]
  readonly diagnoses: readonly string[]
}

/**
 * The state after some learner turns. Saying the same turns again to a new encounter of the same case and
 * seed brings the same replies, so that a stored session can go on where it stopped.
 */
export class Encounter {
  readonly #practice: PracticeCase
  readonly #patient: SimulatedPatient
  readonly #steps: Step[] = []

  constructor(practice: PracticeCase, seed: number) {
    this.#practice = practice
    this.#patient = new SimulatedPatient(practice, { seed })
  }

  get opening(): EncounterTurn {
    return { speaker: 'patient', text: this.#patient.complaint }
  }

  /** True once a diagnosis was named: the encounter is over. */
  get finished(): boolean {
    return this.#steps.some(({ diagnoses }) => diagnoses.length > 0)
  }

  /**
   * What comes back, results first.
   *
   * @param understood what the patient makes of the turn beyond its words
   */
  say(text: string, understood: Understanding): readonly EncounterTurn[] {
    const reply = this.#patient.reply(text, understood)
    const { orders, diagnoses } = readDoctorTurn(text)
    this.#steps.push({ text, released: reply.released, orders, diagnoses })
    const turns: EncounterTurn[] = []
    if (reply.results.length > 0) turns.push({ speaker: 'other', text: resultTurn(reply.results) })
    if (reply.text !== '') turns.push({ speaker: 'patient', text: reply.text })
    return turns
  }

  /** @param numbers turn number of each learner turn, in order */
  debrief(readCondition: ReadCondition, numbers: readonly number[]): Debrief {
    const { checklist, facts, redFlags, management } = this.#practice
    const closing = this.#steps.findLast(({ diagnoses }) => diagnoses.length > 0)
    const score = scoreVisit(
      this.#practice,
      {
        turns: this.#steps.flatMap(({ text, released }) => [
          { speaker: 'doctor' as const, text },
          { speaker: 'patient' as const, text: '…', released },
        ]),
        orders: this.#steps.flatMap(({ orders }) => orders),
        diagnoses: closing?.diagnoses ?? [],
        doctorTurns: this.#steps.length,
        leaks: 0,
      },
      readCondition,
    )
    const turnOf = (holds: (step: Step) => boolean): number | null => {
      const at = this.#steps.findIndex(holds)
      return at < 0 ? null : (numbers[at] ?? null)
    }
    const worry = facts.some(({ topic }) => topic === 'concern')
    return {
      concluded: closing?.text ?? null,
      diagnosis: {
        named: score.named,
        right: score.diagnosis,
        amongThree: score.top3,
        required: checklist.diagnosis.flatMap(({ condition, required }) => (required ? [condition] : [])),
      },
      inquiry: checklist.inquiry.map(({ item, topics }) => ({
        item,
        met: !score.missedInquiry.includes(item),
        turn: turnOf(({ released }) => topics.some((topic) => released.includes(topic))),
      })),
      tests: checklist.tests.map(({ name }) => {
        const met = !score.missedTests.includes(name)
        return { item: name, met, turn: met ? this.#turnOfTest(name, numbers, readCondition) : null }
      }),
      worryHeard: worry ? this.#patient.told.has('concern') : null,
      redFlags,
      management,
    }
  }

  /** The first turn after which the test no longer counts as missed. */
  #turnOfTest(name: string, numbers: readonly number[], readCondition: ReadCondition): number | null {
    for (const [at, { orders }] of this.#steps.entries()) {
      if (orders.length === 0) continue
      const { missedTests } = scoreVisit(
        this.#practice,
        { turns: [], orders, diagnoses: [], doctorTurns: 0, leaks: 0 },
        readCondition,
      )
      if (!missedTests.includes(name)) return numbers[at] ?? null
    }
    return null
  }
}
