/** Which conditions are in question after what was heard, and how much each finding matters for one of them. */
import { believe, type Belief } from '../../knowledge/belief.ts'
import type { KnowledgeBase, Person } from '../../knowledge/knowledge-base.ts'
import type { ConditionKnowledge } from '../../knowledge/schema.ts'
import type { Heard } from './heard.ts'

/** A report that names a condition counts like this many to one. */
const reportedOdds = 20

/** Findings speak less independently than naive Bayes has it; their common weight is damped. */
const damping = 0.85

/** Mentions repeat much of what cues have read already. */
const mentionTrust = 0.5

/** How much the mentions alone move each condition, as logarithms of odds. */
function mentionedOdds(
  base: KnowledgeBase,
  person: Person,
  { mentions }: Heard,
): ReadonlyMap<string, number> {
  if (mentions.length === 0) return new Map()
  const before = new Map(
    believe(base, person, []).map(({ condition, probability }) => [condition, probability]),
  )
  return new Map(
    believe(base, person, [], mentions).map(({ condition, probability }) => [
      condition,
      Math.log(Math.max(probability, 1e-300)) - Math.log(before.get(condition) ?? 1e-9),
    ]),
  )
}

export function guidedBelief(base: KnowledgeBase, person: Person, heard: Heard): readonly Belief[] {
  const plain = believe(base, person, heard.evidence)
  const mentioned = mentionedOdds(base, person, heard)
  const prior = new Map(
    believe(base, person, []).map(({ condition, probability }) => [condition, probability]),
  )
  const weights = plain.map(({ condition, probability }) => {
    const before = prior.get(condition) ?? 1e-9
    const evidence = Math.log(Math.max(probability, 1e-300)) - Math.log(before)
    return {
      condition,
      log:
        Math.log(before) +
        damping * evidence +
        (heard.reported.has(condition) ? Math.log(reportedOdds) : 0) +
        mentionTrust * (mentioned.get(condition) ?? 0),
    }
  })
  const highest = Math.max(...weights.map(({ log }) => log))
  const raw = weights.map(({ condition, log }) => ({ condition, weight: Math.exp(log - highest) }))
  const total = raw.reduce((sum, { weight }) => sum + weight, 0)
  return raw
    .map(({ condition, weight }) => ({ condition, probability: weight / total }))
    .sort((a, b) => b.probability - a.probability || (a.condition < b.condition ? -1 : 1))
}

/** The conditions in question with shares that let the runners-up count too. */
export function inQuestion(
  base: KnowledgeBase,
  ranked: readonly Belief[],
): readonly { readonly knowledge: ConditionKnowledge; readonly share: number }[] {
  const first = ranked.slice(0, 12).flatMap(({ condition, probability }) => {
    const knowledge = base.conditions.get(condition)
    return knowledge ? [{ knowledge, share: Math.sqrt(probability) }] : []
  })
  const total = first.reduce((sum, { share }) => sum + share, 0)
  return first.map(({ knowledge, share }) => ({ knowledge, share: share / total }))
}

const weightOfLevel = { usually: 0.5, often: 0.45, sometimes: 0.25, rarely: 0.15, never: 0.1 } as const

/** How much a finding matters when a condition is in question, 0..1. */
export function matters(knowledge: ConditionKnowledge, finding: string): number {
  const place = knowledge.discriminating.indexOf(finding)
  if (place >= 0) return 1 - 0.08 * place
  if (knowledge.redFlags.includes(finding)) return 0.7
  if (knowledge.mimics.some(({ toldApartBy }) => toldApartBy.includes(finding))) return 0.6
  const level = knowledge.findings[finding]
  return level === undefined ? 0 : weightOfLevel[level]
}
