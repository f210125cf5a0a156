/**
 * The expert's next step: the complaint first, then a sign of danger, what is expected to tell most under
 * the process rules, background, examination, tests, and a diagnosis when one stands out or the budget ends.
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
import { applies, type KnowledgeBase, type Person } from '../../knowledge/knowledge-base.ts'
import type { Finding } from '../../knowledge/schema.ts'
import { asksForDanger } from '../danger.ts'

export interface PolicyState {
  readonly person: Person
  readonly evidence: readonly Evidence[]
  /** What was said that may name a finding; see `Mention`. */
  readonly mentions?: readonly Mention[]
  /** Findings asked about or ordered, whatever came of it. */
  readonly asked: ReadonlySet<string>
  /** Standard topics already asked about. */
  readonly topics: ReadonlySet<string>
  /** Whether a sign of danger was asked for. */
  readonly screened: boolean
  /** Names of examinations and tests already ordered. */
  readonly ordered: ReadonlySet<string>
  /** Doctor turns already taken, and the most there may be. */
  readonly turns: number
  readonly budget: number
  /** Which topics open the visit and which make up its background, in order; the usual ones where left out. */
  readonly agenda?: Agenda
}

export interface Agenda {
  readonly opening: readonly string[]
  readonly background: readonly string[]
}

export type NextAction =
  | { readonly kind: 'ask-topic'; readonly topic: string }
  | { readonly kind: 'ask-finding'; readonly finding: string; readonly topic: string; readonly bits: number }
  | {
      readonly kind: 'order'
      /** Findings that they can show. */
      readonly examinations: readonly string[]
      readonly tests: readonly string[]
    }
  | {
      readonly kind: 'close'
      readonly ranked: readonly Belief[]
      /** Findings that speak for the leading condition, strongest first. */
      readonly grounds: readonly string[]
    }

/** Probability at which one condition stands out. */
const standsOut = 0.9

/**
 * How a complaint is characterised before anything is guessed, each topic telling many findings at once, and
 * what must be asked before closing. A short consultation takes the first of each.
 */
const usualAgenda: Agenda = {
  opening: ['onset', 'character', 'associated', 'aggravating'],
  background: ['past-history', 'medicines', 'allergies', 'concern'],
}

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

/** General signs of danger that are asked for when nothing points to a particular one. */
const generalDanger = ['fever', 'weight-loss', 'breathlessness', 'night-sweats']

/**
 * The sign of danger that matters most: a red flag of what is likely, or what tells it from a dangerous
 * mimic, and what tells much besides.
 */
function bestDangerSign(
  base: KnowledgeBase,
  person: Person,
  ranked: readonly Belief[],
  values: readonly InquiryValue[],
  asked: ReadonlySet<string>,
): string | null {
  const worth = new Map<string, number>()
  const add = (id: string, more: number): void => void worth.set(id, (worth.get(id) ?? 0) + more)
  for (const { condition, probability } of ranked.slice(0, 8)) {
    const knowledge = base.conditions.get(condition)
    if (!knowledge) continue
    for (const id of knowledge.redFlags) add(id, probability)
    for (const { toldApartBy, condition: other } of knowledge.mimics) {
      for (const id of toldApartBy) add(id, 0.7 * probability)
      for (const id of base.conditions.get(other)?.redFlags ?? []) add(id, 0.2 * probability)
    }
  }
  for (const { finding, bits } of values) add(finding, bits)
  for (const id of generalDanger) add(id, 0.01)
  const [best] = [...worth]
    .filter(([id]) => {
      const finding = base.findings.get(id)
      return (
        finding !== undefined &&
        !('order' in finding) &&
        !asked.has(id) &&
        applies(finding, person) &&
        asksForDanger(finding.ask)
      )
    })
    .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return best?.[0] ?? null
}

export function chooseNext(base: KnowledgeBase, state: PolicyState): NextAction {
  const { person, evidence, asked, topics, ordered, turns, budget, agenda = usualAgenda } = state
  const ranked = believe(base, person, evidence, state.mentions)
  const leader = ranked[0]
  const left = budget - turns
  const close = (): NextAction => ({
    kind: 'close',
    ranked,
    grounds: leader ? groundsFor(base, ranked, evidence) : [],
  })
  if (left <= 1 || !leader) return close()
  const short = budget < 8
  const few = (all: readonly string[]): readonly string[] =>
    (short ? all.slice(0, 1) : all).filter((topic) => !topics.has(topic))
  const [opening] = few(agenda.opening)
  if (opening) return { kind: 'ask-topic', topic: opening }

  const values = inquiryValues(base, person, ranked, asked, () => true)
  const askFor = (id: string, bits: number): NextAction | null => {
    const finding = base.findings.get(id)
    return finding && !('order' in finding)
      ? { kind: 'ask-finding', finding: id, topic: finding.topic, bits }
      : null
  }
  if (!state.screened) {
    const danger = bestDangerSign(base, person, ranked, values, asked)
    const ask = danger && askFor(danger, values.find(({ finding }) => finding === danger)?.bits ?? 0)
    if (ask) return ask
  }
  const examined = [...ordered].some((name) => name.startsWith('examination:'))
  const tested = [...ordered].some((name) => name.startsWith('test:'))
  const plainNames = new Set([...ordered].map((name) => name.replace(/^\w+:/, '')))
  const ofKind = (kind: Finding['kind']): readonly InquiryValue[] =>
    values.filter(({ finding }) => base.findings.get(finding)?.kind === kind)
  const signs = examined ? [] : bestOrders(base, ranked, ofKind('sign'), plainNames, 4, 0.01)
  const tests = tested ? [] : bestOrders(base, ranked, ofKind('test'), plainNames, 4, 0.004)
  const open = few(agenda.background)
  const orders = Number(signs.length > 0) + Number(tests.length > 0)
  const ready = !short && leader.probability > 0.8 && turns > agenda.opening.length

  if (open[0] && (ready || left <= open.length + (short ? 1 : orders) + 1))
    return { kind: 'ask-topic', topic: open[0] }
  if (orders > 0 && left <= 2) return { kind: 'order', examinations: signs, tests }
  if (signs.length > 0 && (ready || left <= (short ? 2 : orders + 2)))
    return { kind: 'order', examinations: signs, tests: [] }
  if (tests.length > 0 && signs.length === 0 && (ready || left <= 3))
    return { kind: 'order', examinations: [], tests }
  if (leader.probability >= standsOut && orders === 0 && open.length === 0) return close()

  // What tells the leader from its dangerous mimics counts more: that is the red-flag screen.
  const boosted = new Set(
    ranked
      .slice(0, 3)
      .flatMap(({ condition }) => base.conditions.get(condition)?.mimics ?? [])
      .flatMap(({ toldApartBy }) => toldApartBy),
  )
  const best = bestQuestion(base, values, boosted)
  const ask = best && askFor(best.id, best.bits)
  if (ask) return ask
  if (open[0]) return { kind: 'ask-topic', topic: open[0] }
  return close()
}

/** Findings known to be there that speak for the leading condition, strongest first. */
export function groundsFor(
  base: KnowledgeBase,
  ranked: readonly Belief[],
  evidence: readonly Evidence[],
): readonly string[] {
  const knowledge = ranked[0] && base.conditions.get(ranked[0].condition)
  if (!knowledge) return []
  const present = (id: string): boolean => evidence.some((item) => item.finding === id && item.present)
  const supporting = explain(base, ranked, evidence, knowledge)
    .supporting.map(({ finding }) => finding)
    .filter(present)
  // Where nothing speaks for it in particular, the complaint itself is the reason for thinking of it.
  return supporting.length > 0
    ? supporting
    : evidence.filter((item) => item.present).map(({ finding }) => finding)
}
