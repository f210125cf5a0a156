/**
 * Solved cases by how well they explain the clauses of a record, and the conditions that this speaks for: a
 * kernel over cases, one factor a clause.
 */
import { likelihood, type KnowledgeBase, type Person } from '../../knowledge/knowledge-base.ts'
import type { ReadClause } from './clause-reading.ts'
import type { SolvedPerson } from './solved-persons.ts'

/** Fitted on training persons: how surely a case's own finding shows again in somebody alike. */
const againPresent = 0.7
const againAbsent = 0.15
/** Fall of likeness per year of age, and for the other sex, as logarithms. */
const perYear = 0.02
const otherSex = 0.7
/** A clause never speaks more strongly against a case. */
const leastFactor = 1e-3
/** Spread over all conditions, so that none is impossible because no case of it is known. */
const unknownShare = 1e-4

export interface NearCase {
  /** Place among the solved cases. */
  readonly place: number
  readonly solved: SolvedPerson
  /** Logarithm of likeness; comparable within one record only. */
  readonly likeness: number
}

export class SolvedCases {
  readonly #base: KnowledgeBase
  readonly #solved: readonly SolvedPerson[]
  /** How often each finding is present over all conditions alike. */
  readonly #usual = new Map<string, number>()
  /** Where each finding is in a case's file: places of cases, by present and absent. */
  readonly #holders = new Map<string, { readonly present: number[]; readonly absent: number[] }>()

  constructor(base: KnowledgeBase, solved: readonly SolvedPerson[]) {
    this.#base = base
    this.#solved = solved
    const conditions = [...base.conditions.values()]
    for (const finding of base.findings.values()) {
      const sum = conditions.reduce((all, condition) => all + likelihood(condition, finding), 0)
      this.#usual.set(finding.id, sum / conditions.length)
      this.#holders.set(finding.id, { present: [], absent: [] })
    }
    for (const [place, { findings }] of solved.entries())
      for (const [id, present] of findings)
        this.#holders.get(id)?.[present ? 'present' : 'absent'].push(place)
  }

  get size(): number {
    return this.#solved.length
  }

  /** All cases, the nearest first. */
  near(clauses: readonly ReadClause[], person: Person): readonly NearCase[] {
    const count = this.#solved.length
    const likeness = new Float64Array(count)
    const factor = new Float64Array(count)
    for (const { shares } of clauses) {
      if (shares.length === 0) continue
      factor.fill(1)
      for (const { finding, present, share } of shares) {
        const usual = this.#usual.get(finding)
        const holders = this.#holders.get(finding)
        if (usual === undefined || holders === undefined) continue
        const moved = (chance: number): number =>
          share * ((present ? chance / usual : (1 - chance) / (1 - usual)) - 1)
        const whenPresent = moved(againPresent)
        const whenAbsent = moved(againAbsent)
        for (const place of holders.present) factor[place]! += whenPresent
        for (const place of holders.absent) factor[place]! += whenAbsent
      }
      for (let place = 0; place < count; place++)
        likeness[place]! += Math.log(Math.max(leastFactor, factor[place]!))
    }
    return this.#solved
      .map((solved, place) => ({
        place,
        solved,
        likeness:
          likeness[place]! -
          perYear * Math.abs(solved.age - person.age) -
          (solved.sex === person.sex ? 0 : otherSex),
      }))
      .toSorted((a, b) => b.likeness - a.likeness || a.place - b.place)
  }

  /** Logarithms of probabilities, by condition. */
  weigh(near: readonly NearCase[]): ReadonlyMap<string, number> {
    const highest = near[0]?.likeness ?? 0
    const sums = new Map<string, number>([...this.#base.conditions.keys()].map((id) => [id, 0]))
    let total = 0
    for (const { solved, likeness } of near) {
      const weight = Math.exp(likeness - highest)
      total += weight
      sums.set(solved.condition, (sums.get(solved.condition) ?? 0) + weight)
    }
    const spread = unknownShare * (total || 1)
    const whole = total + spread * sums.size
    return new Map([...sums].map(([id, sum]) => [id, Math.log((sum + spread) / whole)]))
  }
}
