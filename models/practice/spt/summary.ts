/** The figures of a run of standardized patient testing. */
import { bootstrap, type Interval } from './intervals.ts'
import type { VisitScore } from './scoring.ts'

/** A rule's verdict on a whole visit. */
export type VisitVerdict = 'satisfied' | 'violated' | 'not-applicable'

export interface ScoredVisit {
  readonly case: string
  readonly specialty: string
  readonly difficulty: string
  readonly score: VisitScore
  readonly rules: Readonly<Record<string, VisitVerdict>>
  readonly doctorTurns: number
  readonly leaks: number
  /** Replies of the patient. */
  readonly replies: number
}

export interface GroupFigures {
  readonly cases: number
  readonly diagnosis: number
  readonly top3: number
  readonly inquiry: number
}

export interface TestingFigures {
  readonly doctor: string
  readonly turns: number
  readonly cases: number
  readonly diagnosis: Interval & { readonly top3: number }
  readonly inquiry: Interval
  readonly tests: Interval
  /** Of the rules that applied in any visit, the share of visits that kept each. */
  readonly rules: Readonly<Record<string, Interval>>
  /** Share of visits closed before half of the inquiry and before anything was examined or tested. */
  readonly prematureRate: number
  readonly turnsUsed: number
  /** Facts told unasked, per reply of the patient. */
  readonly leakRate: number
  readonly bySpecialty: Readonly<Record<string, GroupFigures>>
  readonly byDifficulty: Readonly<Record<string, GroupFigures>>
}

const share = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

function groups(
  visits: readonly ScoredVisit[],
  key: (visit: ScoredVisit) => string,
): Readonly<Record<string, GroupFigures>> {
  const names = [...new Set(visits.map(key))].sort()
  return Object.fromEntries(
    names.map((name) => {
      const own = visits.filter((visit) => key(visit) === name)
      return [
        name,
        {
          cases: own.length,
          diagnosis: share(own.map(({ score }) => Number(score.diagnosis))),
          top3: share(own.map(({ score }) => Number(score.top3))),
          inquiry: share(own.map(({ score }) => score.inquiry)),
        },
      ]
    }),
  )
}

/** @param seed of the bootstrap */
export function summarise(
  doctor: string,
  turns: number,
  visits: readonly ScoredVisit[],
  seed: number,
): TestingFigures {
  const rules = [...new Set(visits.flatMap((visit) => Object.keys(visit.rules)))].sort()
  return {
    doctor,
    turns,
    cases: visits.length,
    diagnosis: {
      ...bootstrap(
        visits.map(({ score }) => Number(score.diagnosis)),
        seed,
      ),
      top3: share(visits.map(({ score }) => Number(score.top3))),
    },
    inquiry: bootstrap(
      visits.map(({ score }) => score.inquiry),
      seed,
    ),
    tests: bootstrap(
      visits.flatMap(({ score }) => (score.tests === null ? [] : [score.tests])),
      seed,
    ),
    rules: Object.fromEntries(
      rules.flatMap((rule) => {
        const applied = visits.flatMap((visit) => {
          const verdict = visit.rules[rule]
          return verdict === undefined || verdict === 'not-applicable'
            ? []
            : [Number(verdict === 'satisfied')]
        })
        // A rule that never applied has no figure.
        return applied.length === 0 ? [] : [[rule, bootstrap(applied, seed)]]
      }),
    ),
    prematureRate: share(visits.map(({ score }) => Number(score.premature))),
    turnsUsed: share(visits.map(({ doctorTurns }) => doctorTurns)),
    leakRate:
      visits.reduce((sum, { leaks }) => sum + leaks, 0) /
      Math.max(
        1,
        visits.reduce((sum, { replies }) => sum + replies, 0),
      ),
    bySpecialty: groups(visits, ({ specialty }) => specialty),
    byDifficulty: groups(visits, ({ difficulty }) => difficulty),
  }
}
