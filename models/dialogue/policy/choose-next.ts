/**
 * The expert's next step: the complaint first, then what is expected to tell most under the process
 * rules, background, examination, tests, and a diagnosis when one stands out or the budget ends.
 */
import {
  believe,
  explain,
  inquiryValues,
  type Belief,
  type Evidence,
  type InquiryValue,
  type Mention,
} from '../../knowledge/belief.ts'
import type { KnowledgeBase, Person } from '../../knowledge/knowledge-base.ts'
import type { Finding } from '../../knowledge/schema.ts'

export interface PolicyState {
  readonly person: Person
  readonly evidence: readonly Evidence[]
  /** What was said that may name a finding; see `Mention`. */
  readonly mentions?: readonly Mention[]
  /** Findings asked about or ordered, whatever came of it. */
  readonly asked: ReadonlySet<string>
  /** Standard topics already asked about. */
  readonly topics: ReadonlySet<string>
  /** Names of examinations and tests already ordered. */
  readonly ordered: ReadonlySet<string>
  /** Doctor turns already taken, and the most there may be. */
  readonly turns: number
  readonly budget: number
}

export type NextAction =
  | { readonly kind: 'ask-topic'; readonly topic: string }
  | { readonly kind: 'ask-finding'; readonly finding: string; readonly topic: string; readonly bits: number }
  | { readonly kind: 'order'; readonly of: 'examination' | 'test'; readonly findings: readonly string[] }
  | {
      readonly kind: 'close'
      readonly ranked: readonly Belief[]
      /** Findings that speak for the leading condition, strongest first. */
      readonly grounds: readonly string[]
    }

/** Probability at which one condition stands out. */
const standsOut = 0.9

/** What must be asked before closing a full consultation. */
const background = ['past-history', 'medicines', 'concern'] as const

/** How a complaint is characterised before anything is guessed: each of these tells many findings at once. */
const opening = ['onset', 'character', 'associated', 'aggravating'] as const

/** Tests that are not ordered before simpler ones have spoken. */
const invasive =
  /biops|angiogra|catheter|lumbar puncture|cerebrospinal|aspirat|bone marrow|(?<!ot|ophthalm|derm|fund)oscop/i
const imaging = /\b(?:CT|MRI|PET|scintigra|isotope|computed|magnetic)\b/i

function costOf(finding: Finding): number {
  if (!('order' in finding)) return 0
  const name = `${finding.order} ${finding.name}`
  return invasive.test(name) ? 3 : imaging.test(name) ? 1 : 0
}

/**
 * What to order: the examinations or tests that confirm the leading conditions when present, and those
 * that are expected to tell most. Findings of the same order are told together, so their values add up.
 */
function bestOrders(
  base: KnowledgeBase,
  ranked: readonly Belief[],
  values: readonly InquiryValue[],
  ordered: ReadonlySet<string>,
  most: number,
  leastBits: number,
): readonly string[] {
  const byOrder = new Map<string, { worth: number; findings: string[]; cost: number }>()
  for (const { finding: id, bits } of values) {
    const finding = base.findings.get(id)
    if (!finding || !('order' in finding) || ordered.has(finding.order)) continue
    const entry = byOrder.get(finding.order) ?? { worth: 0, findings: [], cost: costOf(finding) }
    const confirming = ranked.slice(0, 3).reduce((sum, { condition, probability }) => {
      const level = base.conditions.get(condition)?.findings[id]
      return sum + (level === 'usually' ? probability : level === 'often' ? 0.6 * probability : 0)
    }, 0)
    entry.worth += bits + 0.3 * confirming
    entry.findings.push(id)
    byOrder.set(finding.order, entry)
  }
  return [...byOrder.values()]
    .map((entry) => ({ ...entry, worth: entry.worth / (1 + entry.cost) }))
    .filter(({ worth }) => worth >= leastBits)
    .toSorted((a, b) => b.worth - a.worth)
    .slice(0, most)
    .flatMap(({ findings }) => findings)
}

/** The best question of each topic that is worth its turn. */
function bestQuestion(
  base: KnowledgeBase,
  values: readonly InquiryValue[],
  boosted: ReadonlySet<string>,
): { readonly id: string; readonly topic: string; readonly bits: number } | null {
  let best: { id: string; topic: string; bits: number } | null = null
  for (const { finding: id, bits } of values) {
    const finding = base.findings.get(id)
    if (!finding || 'order' in finding) continue
    const worth = bits * (boosted.has(id) ? 1.5 : 1)
    if (!best || worth > best.bits) best = { id, topic: finding.topic, bits: worth }
  }
  return best
}

export function chooseNext(base: KnowledgeBase, state: PolicyState): NextAction {
  const { person, evidence, asked, topics, ordered, turns, budget } = state
  const ranked = believe(base, person, evidence, state.mentions)
  const leader = ranked[0]
  const left = budget - turns
  const close = (): NextAction => {
    const knowledge = leader && base.conditions.get(leader.condition)
    const grounds = knowledge
      ? explain(base, ranked, evidence, knowledge)
          .supporting.map(({ finding }) => finding)
          .filter((id) => evidence.some((item) => item.finding === id && item.present))
      : []
    return { kind: 'close', ranked, grounds }
  }
  if (left <= 1 || !leader) return close()
  const short = budget < 8
  const opened = (short ? opening.slice(0, 1) : opening).find((topic) => !topics.has(topic))
  if (opened) return { kind: 'ask-topic', topic: opened }

  const values = inquiryValues(base, person, ranked, asked, () => true)
  const examined = [...ordered].some((name) => name.startsWith('examination:'))
  const tested = [...ordered].some((name) => name.startsWith('test:'))
  const plainNames = new Set([...ordered].map((name) => name.replace(/^\w+:/, '')))
  const ofKind = (kind: Finding['kind']): readonly InquiryValue[] =>
    values.filter(({ finding }) => base.findings.get(finding)?.kind === kind)
  const open = short ? [] : background.filter((topic) => !topics.has(topic))

  if (!examined && (left <= (short ? 3 : 5) || (turns >= 6 && leader.probability > 0.8))) {
    const signs = bestOrders(base, ranked, ofKind('sign'), plainNames, 4, 0.01)
    if (signs.length > 0) return { kind: 'order', of: 'examination', findings: signs }
  }
  if (!tested && examined && (left <= (short ? 2 : 4) || leader.probability > 0.8)) {
    const tests = bestOrders(base, ranked, ofKind('test'), plainNames, 4, 0.004)
    if (tests.length > 0) return { kind: 'order', of: 'test', findings: tests }
  }
  if (open[0] && (left <= open.length + (examined ? 1 : 2) + (tested ? 0 : 1) || leader.probability > 0.8))
    return { kind: 'ask-topic', topic: open[0] }
  if (leader.probability >= standsOut && tested && open.length === 0) return close()

  // What tells the leader from its dangerous mimics counts more: that is the red-flag screen.
  const boosted = new Set(
    ranked
      .slice(0, 3)
      .flatMap(({ condition }) => base.conditions.get(condition)?.mimics ?? [])
      .flatMap(({ toldApartBy }) => toldApartBy),
  )
  const best = bestQuestion(base, values, boosted)
  if (best) return { kind: 'ask-finding', finding: best.id, topic: best.topic, bits: best.bits }
  if (open[0]) return { kind: 'ask-topic', topic: open[0] }
  return close()
}
