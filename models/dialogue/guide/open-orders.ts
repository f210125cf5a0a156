/** Examinations and tests that are still open, by how much they can settle, and what one turn orders of them. */
import { inquiryValues, type Belief } from '../../knowledge/belief.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { ConditionKnowledge } from '../../knowledge/schema.ts'
import { isOrder } from '../orders.ts'
import type { GuideState } from './choose.ts'
import { inQuestion, matters } from './guided-belief.ts'

/** Tests that are not ordered before their condition leads clearly. */
const invasive =
  /biops|angiogra|catheter|lumbar puncture|cerebrospinal|aspirat|bone marrow|laparoscopy|(?<!ot|ophthalm|derm|fund)oscop/i
const imaging = /\b(?:CT|MRI|PET|scintigra|isotope|computed|magnetic|Echocardiogram|Stress)\b/i

const costOf = (name: string): number => (invasive.test(name) ? 1.2 : imaging.test(name) ? 0.35 : 0)

interface ValuedOrder {
  readonly order: string
  readonly value: number
}

/** Examinations or tests by how much they can settle among the conditions in question, best first. */
function openOrders(
  base: KnowledgeBase,
  ranked: readonly Belief[],
  { person, heard, ordered }: Pick<GuideState, 'person' | 'heard' | 'ordered'>,
  kind: 'sign' | 'test',
): readonly ValuedOrder[] {
  const known = new Set(heard.evidence.map(({ finding }) => finding))
  const bits = new Map(
    inquiryValues(base, person, ranked, known, (finding) => finding.kind === kind).map((value) => [
      value.finding,
      value.bits,
    ]),
  )
  const conditions = inQuestion(base, ranked)
  const leading = ranked[0]?.probability ?? 0
  const orders = new Map<string, number>()
  for (const finding of base.findings.values()) {
    if (finding.kind !== kind || ordered.has(finding.order.toLowerCase())) continue
    const settles = conditions.reduce((sum, { knowledge, share }) => {
      const level = knowledge.findings[finding.id]
      const often = level === 'usually' || level === 'often' ? 1 : level === undefined ? 0 : 0.3
      return sum + share * often * Math.max(0.3, matters(knowledge, finding.id))
    }, 0)
    const worth = settles + (bits.get(finding.id) ?? 0)
    const known = orders.get(finding.order) ?? 0
    orders.set(finding.order, Math.max(known, worth) + Math.min(known, worth) * 0.2)
  }
  return [...orders]
    .map(([order, worth]) => ({ order, value: worth / (1 + costOf(order) * (leading > 0.6 ? 0.3 : 1)) }))
    .toSorted((a, b) => b.value - a.value)
}

/** The names of tests in a condition's advice on first tests, without what follows them. */
function advisedTests(knowledge: ConditionKnowledge | undefined): readonly string[] {
  return (knowledge?.firstTests ?? [])
    .filter((advice) => !/^(?:do not|no |none|clinical|usually none|only)\b/i.test(advice))
    .flatMap((advice) => advice.split(/[,;]| and (?!e\b)/))
    .map((name) =>
      name
        .replace(
          /\b(?:within|at|after|before|if|where|when|to|in|unless|once|with|as|soon|every|for|on|while|over|from|by|until|point-of-care|first)\b.*$/i,
          '',
        )
        .replace(/^(?:an?|the|bedside|urgent|early|repeat|other)\s+/i, '')
        .trim(),
    )
    .filter((name) => name.length > 2 && isOrder(name) && !/sample|other|monitoring/i.test(name))
}

const orderNames: Readonly<Record<string, string>> = { Observations: 'vital signs' }
const spoken = (order: string): string =>
  orderNames[order] ?? (/^[A-Z][A-Z0-9]/.test(order) ? order : order.charAt(0).toLowerCase() + order.slice(1))

export function examinationsFor(
  base: KnowledgeBase,
  ranked: readonly Belief[],
  state: GuideState,
): readonly string[] {
  const best = openOrders(base, ranked, state, 'sign')
    .filter(({ order, value }) => order !== 'Observations' && value > 0.03)
    .slice(0, 4)
    .map(({ order }) => spoken(order))
  return ['vital signs', ...best].filter((name) => !state.ordered.has(name.toLowerCase()))
}

export function testsFor(
  base: KnowledgeBase,
  ranked: readonly Belief[],
  state: GuideState,
  most: number,
): readonly string[] {
  const best = openOrders(base, ranked, state, 'test')
    .filter(({ value }) => value > 0.04)
    .slice(0, most)
    .map(({ order }) => spoken(order))
  const advised = ranked
    .slice(0, 2)
    .filter(({ probability }) => probability > 0.25)
    .flatMap(({ condition }) => advisedTests(base.conditions.get(condition)).slice(0, 4))
    .map(spoken)
  const seen = new Set<string>(state.ordered)
  return [...best, ...advised].filter((name) => {
    const key = name.toLowerCase()
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** The first tests that still fit into the turn; the others are left for the next round. */
export function briefly(
  examinations: readonly string[],
  tests: readonly string[],
  mostWords: number,
): readonly string[] {
  const length = (names: readonly string[]): number => names.join(' ').split(/\s+/).length
  return tests.filter((_, at) => length([...examinations, ...tests.slice(0, at + 1)]) <= mostWords)
}
