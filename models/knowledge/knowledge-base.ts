/** The knowledge base as one value: findings, conditions and names, looked up by id. */
import { likelihoods, priorWeights } from './levels.ts'
import type { ConditionKnowledge, ConditionName, Finding } from './schema.ts'

export interface Person {
  /** Years; fractions for infants. */
  readonly age: number
  readonly sex: 'male' | 'female'
}

export interface KnowledgeBase {
  readonly findings: ReadonlyMap<string, Finding>
  readonly conditions: ReadonlyMap<string, ConditionKnowledge>
  readonly names: ReadonlyMap<string, ConditionName>
}

export function knowledgeBase(
  findings: readonly Finding[],
  conditions: readonly ConditionKnowledge[],
  names: readonly ConditionName[],
): KnowledgeBase {
  const byId = <T extends { readonly id: string }>(entries: readonly T[]): Map<string, T> =>
    new Map(entries.map((entry) => [entry.id, entry]))
  return { findings: byId(findings), conditions: byId(conditions), names: byId(names) }
}

/** Relative weight of a condition before anything is known but age and sex. */
export function priorWeight(condition: ConditionKnowledge, person: Person): number {
  const row = condition.prior.find(
    ({ ages, sex }) =>
      person.age >= ages[0] && person.age <= ages[1] && (sex === 'any' || sex === person.sex),
  )
  return priorWeights[row?.level ?? 'absent']
}

/** Chance that a finding is present in someone with the condition, 0..1, never exactly 0 or 1. */
export function likelihood(condition: ConditionKnowledge, finding: Finding): number {
  return likelihoods[condition.findings[finding.id] ?? finding.background]
}

/** Whether a finding can apply to a person at all. */
export function applies(finding: Finding, person: Person): boolean {
  if (finding.only === undefined) return true
  const { sex, ageFrom, ageTo } = finding.only
  return (
    (sex === undefined || sex === person.sex) &&
    (ageFrom === undefined || person.age >= ageFrom) &&
    (ageTo === undefined || person.age <= ageTo)
  )
}
