/** Beliefs about a read record, averaged over everybody it may be about. */
import { guidedBelief } from '../../dialogue/guide/guided-belief.ts'
import { believe, type Belief, type Evidence } from '../../knowledge/belief.ts'
import type { KnowledgeBase, Person } from '../../knowledge/knowledge-base.ts'
import type { CaseReading } from './case-reading.ts'
import type { LogBelief } from './pool.ts'

function averaged(persons: readonly Person[], belief: (person: Person) => readonly Belief[]): LogBelief {
  const sums = new Map<string, number>()
  for (const person of persons)
    for (const { condition, probability } of belief(person))
      sums.set(condition, (sums.get(condition) ?? 0) + probability / persons.length)
  return new Map([...sums].map(([condition, sum]) => [condition, Math.log(Math.max(sum, 1e-300))]))
}

export const priorBelief = (base: KnowledgeBase, { persons }: Pick<CaseReading, 'persons'>): LogBelief =>
  averaged(persons, (person) => believe(base, person, []))

export const evidenceBelief = (
  base: KnowledgeBase,
  { persons }: Pick<CaseReading, 'persons'>,
  evidence: readonly Evidence[],
): LogBelief => averaged(persons, (person) => believe(base, person, evidence))

export const attentiveBelief = (base: KnowledgeBase, reading: CaseReading): LogBelief =>
  averaged(reading.persons, (person) =>
    guidedBelief(base, person, {
      evidence: reading.evidence,
      mentions: reading.mentions,
      reported: reading.reported,
    }),
  )

export const asBeliefs = (belief: LogBelief): readonly Belief[] =>
  [...belief]
    .map(([condition, log]) => ({ condition, probability: Math.exp(log) }))
    .sort((a, b) => b.probability - a.probability || (a.condition < b.condition ? -1 : 1))
