/** What a closing says of a belief: the diagnosis, what else to consider, grounds, plan and safety advice. */
import type { Belief } from '../../knowledge/belief.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { ConditionKnowledge } from '../../knowledge/schema.ts'
import { lowered } from '../lowered.ts'
import { givesDose } from '../rules/index.ts'
import type { ClosingParts } from './closing-wording.ts'

/** What else to consider: what is still likely, then what the diagnosis is mistaken for. */
export function alternatives(leader: ConditionKnowledge, others: readonly Belief[]): readonly string[] {
  const likely = others.filter(({ probability }) => probability > 0.02).map(({ condition }) => condition)
  const mimics = leader.mimics.map(({ condition }) => condition)
  return [...new Set([...likely.slice(0, 2), ...mimics])].slice(0, 2)
}

/**
 * @param grounds findings that speak for the leading condition, strongest first
 * @returns null where nothing is believed
 */
export function closingParts(
  base: KnowledgeBase,
  [leader, ...others]: readonly Belief[],
  grounds: readonly string[],
  allergiesKnown: boolean,
): ClosingParts | null {
  const knowledge = leader && base.conditions.get(leader.condition)
  if (!knowledge) return null
  const name = (id: string): string => base.names.get(id)?.name ?? id
  return {
    diagnosis: name(leader.condition),
    alternatives: alternatives(knowledge, others).map(name),
    grounds: grounds.slice(0, 4).map((id) => lowered(base.findings.get(id)?.name ?? id)),
    plan: knowledge.firstManagement.filter((step) => allergiesKnown || !givesDose(step)).slice(0, 2),
    safetyNet: knowledge.safetyNet,
  }
}
