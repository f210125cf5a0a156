/**
 * Belief over conditions, updated by findings (naive Bayes over the knowledge base), and the
 * question that is expected to change it most.
 */
import { applies, likelihood, priorWeight, type KnowledgeBase, type Person } from './knowledge-base.ts'
import type { ConditionKnowledge, Finding } from './schema.ts'

/** What is known of one finding. Uncertain answers count as much as their certainty, 0..1. */
export interface Evidence {
  readonly finding: string
  readonly present: boolean
  /** 1 for a plain answer, less for a vague one; 0 says nothing. */
  readonly certainty: number
}

/**
 * Words that name one finding, without it being sure which: the patient said something of the kind. The
 * shares are P(finding | words); what is missing to one is the chance that they name none.
 */
export interface Mention {
  readonly shares: readonly { readonly finding: string; readonly share: number }[]
}

export interface Belief {
  readonly condition: string
  /** Posterior probability, 0..1; all beliefs sum to 1. */
  readonly probability: number
}

/** Entropy of a yes/no answer, bits. */
const uncertainty = (p: number): number =>
  p <= 0 || p >= 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p)

/** P(evidence | condition): a vague answer is mixed with knowing nothing. */
function evidenceWeight(condition: ConditionKnowledge, finding: Finding, evidence: Evidence): number {
  const present = likelihood(condition, finding)
  const stated = evidence.present ? present : 1 - present
  return evidence.certainty * stated + (1 - evidence.certainty) * 0.5
}

/**
 * P(words | condition) up to a factor: someone mentions what they have, so each possible finding counts by
 * how much more often it is present with this condition than in others.
 */
function mentionWeight(
  base: KnowledgeBase,
  condition: ConditionKnowledge,
  { shares }: Mention,
  usual: ReadonlyMap<string, number>,
): number {
  let weight = 1
  for (const { finding: id, share } of shares) {
    const finding = base.findings.get(id)
    const elsewhere = usual.get(id)
    if (finding && elsewhere) weight += share * (likelihood(condition, finding) / elsewhere - 1)
  }
  return weight
}

/** How often each mentioned finding is present in this person's conditions together. */
function usualLikelihoods(
  base: KnowledgeBase,
  person: Person,
  mentions: readonly Mention[],
): ReadonlyMap<string, number> {
  const ids = new Set(mentions.flatMap(({ shares }) => shares.map(({ finding }) => finding)))
  const conditions = [...base.conditions.values()].map((condition) => ({
    condition,
    weight: priorWeight(condition, person),
  }))
  const total = conditions.reduce((sum, { weight }) => sum + weight, 0)
  return new Map(
    [...ids].flatMap((id) => {
      const finding = base.findings.get(id)
      if (!finding) return []
      const sum = conditions.reduce(
        (all, { condition, weight }) => all + weight * likelihood(condition, finding),
        0,
      )
      return [[id, sum / total] as const]
    }),
  )
}

/**
 * Beliefs in falling order. Findings that the knowledge base does not hold are ignored.
 *
 * @param mentions words that may name a finding; use them for what was said unasked
 */
export function believe(
  base: KnowledgeBase,
  person: Person,
  evidence: readonly Evidence[],
  mentions: readonly Mention[] = [],
): readonly Belief[] {
  const usual = usualLikelihoods(base, person, mentions)
  const logs = [...base.conditions.values()].map((condition) => {
    let log = Math.log(priorWeight(condition, person))
    for (const item of evidence) {
      const finding = base.findings.get(item.finding)
      if (finding) log += Math.log(evidenceWeight(condition, finding, item))
    }
    for (const mention of mentions) log += Math.log(mentionWeight(base, condition, mention, usual))
    return { condition: condition.id, log }
  })
  const highest = Math.max(...logs.map(({ log }) => log))
  const weights = logs.map(({ condition, log }) => ({ condition, weight: Math.exp(log - highest) }))
  const total = weights.reduce((sum, { weight }) => sum + weight, 0)
  return weights
    .map(({ condition, weight }) => ({ condition, probability: weight / total }))
    .sort((a, b) => b.probability - a.probability || (a.condition < b.condition ? -1 : 1))
}

export interface InquiryValue {
  readonly finding: string
  /** Expected fall of the entropy over conditions, in bits; 0 or more. */
  readonly bits: number
  /** Chance that the answer is yes, 0..1. */
  readonly chance: number
}

/**
 * Expected information gain of each finding that is still open and applies to the person, best
 * first. By the symmetry of mutual information it is the answer's entropy less what remains of it
 * once the condition is known: I(condition; finding) = h(sum p l) - sum p h(l).
 *
 * @param among which kinds to consider: questions, examination or tests
 */
export function inquiryValues(
  base: KnowledgeBase,
  person: Person,
  beliefs: readonly Belief[],
  known: ReadonlySet<string>,
  among: (finding: Finding) => boolean,
): readonly InquiryValue[] {
  const believed = beliefs.flatMap(({ condition, probability }) => {
    const knowledge = base.conditions.get(condition)
    return knowledge ? [{ knowledge, probability }] : []
  })
  const values: InquiryValue[] = []
  for (const finding of base.findings.values()) {
    if (known.has(finding.id) || !among(finding) || !applies(finding, person)) continue
    let chance = 0
    let remaining = 0
    for (const { knowledge, probability } of believed) {
      const present = likelihood(knowledge, finding)
      chance += probability * present
      remaining += probability * uncertainty(present)
    }
    values.push({ finding: finding.id, bits: Math.max(0, uncertainty(chance) - remaining), chance })
  }
  return values.sort((a, b) => b.bits - a.bits || (a.finding < b.finding ? -1 : 1))
}

export interface Explanation {
  readonly condition: string
  /** Known findings by how much they speak for it (log2 odds against the other conditions), strongest first. */
  readonly supporting: readonly { readonly finding: string; readonly bits: number }[]
  readonly opposing: readonly { readonly finding: string; readonly bits: number }[]
  /** Its discriminating findings that are still open. */
  readonly stillToAsk: readonly string[]
}

/** Why a condition stands where it stands: each finding's weight of evidence against the rest. */
export function explain(
  base: KnowledgeBase,
  beliefs: readonly Belief[],
  evidence: readonly Evidence[],
  condition: ConditionKnowledge,
): Explanation {
  const others = beliefs.filter((belief) => belief.condition !== condition.id)
  const mass = others.reduce((sum, { probability }) => sum + probability, 0)
  const weighed = evidence.flatMap((item) => {
    const finding = base.findings.get(item.finding)
    if (!finding) return []
    const elsewhere = others.reduce((sum, { condition: other, probability }) => {
      const knowledge = base.conditions.get(other)
      return knowledge ? sum + (probability / mass) * evidenceWeight(knowledge, finding, item) : sum
    }, 0)
    return [{ finding: finding.id, bits: Math.log2(evidenceWeight(condition, finding, item) / elsewhere) }]
  })
  const known = new Set(evidence.map((item) => item.finding))
  return {
    condition: condition.id,
    supporting: weighed.filter(({ bits }) => bits > 0.2).sort((a, b) => b.bits - a.bits),
    opposing: weighed.filter(({ bits }) => bits < -0.2).sort((a, b) => a.bits - b.bits),
    stillToAsk: condition.discriminating.filter((finding) => !known.has(finding)),
  }
}
