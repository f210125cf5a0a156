/** Persons drawn from the knowledge base: a condition, age, sex, and which findings are present. */
import type { Random } from '../../core/random.ts'
import { applies, likelihood, type KnowledgeBase, type Person } from '../../knowledge/knowledge-base.ts'
import { likelihoods, priorWeights } from '../../knowledge/levels.ts'
import type { ConditionKnowledge } from '../../knowledge/schema.ts'

export interface SimulatedPerson {
  readonly person: Person
  readonly condition: string
  readonly present: ReadonlySet<string>
}

/**
 * Findings that a condition says nothing about are mostly absent in one visit: the background levels are
 * shares of all visitors, and drawn independently they would give everyone dozens of complaints.
 */
const backgroundShare = 0.15

export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[random.below(items.length)]
  if (item === undefined) throw new RangeError('Nothing to pick from.')
  return item
}

export function pickWeighted<T>(random: Random, items: readonly T[], weight: (item: T) => number): T {
  let left = random.uniform() * items.reduce((sum, item) => sum + weight(item), 0)
  for (const item of items) {
    left -= weight(item)
    if (left <= 0) return item
  }
  return pick(random, items)
}

function drawPerson(random: Random, condition: ConditionKnowledge): Person {
  const row = pickWeighted(
    random,
    condition.prior,
    ({ ages, level }) => priorWeights[level] * Math.sqrt(Math.max(1, Math.min(90, ages[1]) - ages[0])),
  )
  const [from, to] = [row.ages[0], Math.min(row.ages[1], 92)]
  const age = from + random.uniform() * Math.max(0.5, to - from)
  const sex = row.sex === 'any' ? pick(random, ['male', 'female'] as const) : row.sex
  return { age: age < 2 ? Math.round(age * 12) / 12 : Math.floor(age), sex }
}

/** @param condition an id; drawn evenly from all conditions by the caller or by prior */
export function simulatePerson(base: KnowledgeBase, random: Random, condition: string): SimulatedPerson {
  const knowledge = base.conditions.get(condition)
  if (!knowledge) throw new RangeError(`The knowledge base has no condition ${condition}.`)
  const person = drawPerson(random, knowledge)
  const present = new Set<string>()
  const excluded = new Set<string>()
  const add = (id: string): void => {
    const finding = base.findings.get(id)
    if (!finding || present.has(id) || excluded.has(id) || !applies(finding, person)) return
    present.add(id)
    for (const other of finding.excludes ?? []) excluded.add(other)
    for (const implied of finding.implies ?? []) add(implied)
  }
  const own = Object.keys(knowledge.findings)
  for (const id of own) {
    const finding = base.findings.get(id)
    if (finding && random.uniform() < likelihood(knowledge, finding)) add(id)
  }
  for (const finding of base.findings.values()) {
    if (knowledge.findings[finding.id] !== undefined) continue
    const share = finding.kind === 'sign' || finding.kind === 'test' ? backgroundShare / 3 : backgroundShare
    if (random.uniform() < likelihoods[finding.background] * share) add(finding.id)
  }
  return { person, condition, present }
}
