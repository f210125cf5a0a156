/**
 * The guided doctor's next step from what was heard: the complaint's course first, then the themes that
 * matter most for the conditions still in question, background and worry, examination, tests, diagnosis.
 */
import { believe, explain, inquiryValues, type Belief } from '../../knowledge/belief.ts'
import { applies, type KnowledgeBase, type Person } from '../../knowledge/knowledge-base.ts'
import type { ConditionKnowledge, OrderedFinding } from '../../knowledge/schema.ts'
import { isOrder } from '../orders.ts'
import type { Heard } from './heard.ts'
import { listedThemes } from './listed-themes.ts'
import { backgroundQuestions, openingQuestions, themeQuestions } from './questions.ts'

export interface GuideState {
  readonly person: Person
  readonly heard: Heard
  /** Ids of the questions already asked. */
  readonly asked: ReadonlySet<string>
  /** Orders already made, lower case. */
  readonly ordered: ReadonlySet<string>
  readonly examined: boolean
  /** Doctor turns in which tests were ordered. */
  readonly testTurns: number
  /** Doctor turns already taken, and the most there may be. */
  readonly turns: number
  readonly budget: number
}

export type GuideAction =
  | ({ readonly kind: 'ask' } & OpenQuestion)
  | { readonly kind: 'order'; readonly examinations: readonly string[]; readonly tests: readonly string[] }
  | { readonly kind: 'close'; readonly ranked: readonly Belief[]; readonly grounds: readonly string[] }

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
function inQuestion(
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
function matters(knowledge: ConditionKnowledge, finding: string): number {
  const place = knowledge.discriminating.indexOf(finding)
  if (place >= 0) return 1 - 0.08 * place
  if (knowledge.redFlags.includes(finding)) return 0.7
  if (knowledge.mimics.some(({ toldApartBy }) => toldApartBy.includes(finding))) return 0.6
  const level = knowledge.findings[finding]
  return level === undefined ? 0 : weightOfLevel[level]
}

interface WhoFits {
  readonly only?: {
    readonly sex?: Person['sex']
    readonly ageFrom?: number
    readonly ageTo?: number
  }
}

const fits = ({ only = {} }: WhoFits, { age, sex }: Person): boolean =>
  (only.sex === undefined || only.sex === sex) &&
  (only.ageFrom === undefined || age >= only.ageFrom) &&
  (only.ageTo === undefined || age <= only.ageTo)

/** In the order in which a visit goes; what stands in none of the lists comes between them. */
const early = ['onset', 'site', 'character', 'aggravating', 'timing']
const late = ['past-history', 'family-history', 'smoking', 'social-history', 'concern']

const placeOf = (id: string): number => {
  if (early.includes(id)) return early.indexOf(id)
  return late.includes(id) ? 100 + late.indexOf(id) : 50
}

export interface OpenQuestion {
  /** Ids of the themes that it asks about. */
  readonly themes: readonly string[]
  readonly text: string
  /** Points of a checklist that it is expected to meet, 0 or more. */
  readonly value: number
  /** Conditions that it is about, the likeliest first. */
  readonly about: readonly string[]
}

/** From this age on patients are asked in their own person, whoever speaks. */
const speaksForSelf = 10

/** What is worth asking together in one list. */
const mostListed = 3
const sameSystem = 1.15

/** Each further list brings out less that is new: measured on the training cases, 1.4, 0.7, 0.5, 0.3 points. */
const laterList = 0.85

/** How far belief outweighs what is usual. */
const singleWeight = 0.25
const listedWeight = 1.6

/** Whether what is complained of has a place: a pain, a rash, a lump. */
const hasPlace = (base: KnowledgeBase, { evidence }: Heard): boolean =>
  evidence.some(({ finding: id, present }) => {
    const finding = base.findings.get(id)
    return (
      present &&
      finding !== undefined &&
      (/pain|ache|rash|lump|swelling/.test(id) ||
        ('topic' in finding && /site|chest-pain|skin/.test(finding.topic)))
    )
  })

/** Every question that is still open with its worth, best first. */
export function openQuestions(
  base: KnowledgeBase,
  ranked: readonly Belief[],
  { person, asked, heard }: Pick<GuideState, 'person' | 'asked' | 'heard'>,
): readonly OpenQuestion[] {
  const conditions = inQuestion(base, ranked)
  const worthOf = (
    findings: readonly string[],
    most: number,
  ): { readonly worth: number; readonly about: ReadonlyMap<string, number> } => {
    const about = new Map<string, number>()
    const worths = findings
      .flatMap((id) => {
        const finding = base.findings.get(id)
        if (!finding || !applies(finding, person)) return []
        let worth = 0
        for (const { knowledge, share } of conditions) {
          const part = share * matters(knowledge, id)
          worth += part
          about.set(knowledge.id, (about.get(knowledge.id) ?? 0) + part)
        }
        return [worth]
      })
      .toSorted((a, b) => b - a)
      .slice(0, most)
    return { worth: worths.reduce((sum, each) => sum + each, 0), about }
  }
  const leading = (...parts: readonly ReadonlyMap<string, number>[]): readonly string[] => {
    const together = new Map<string, number>()
    for (const part of parts)
      for (const [condition, share] of part) together.set(condition, (together.get(condition) ?? 0) + share)
    return [...together]
      .filter(([, share]) => share > 0.02)
      .toSorted((a, b) => b[1] - a[1])
      .slice(0, 3)
      .map(([condition]) => condition)
  }
  const placed = hasPlace(base, heard)
  const single = [...openingQuestions, ...themeQuestions, ...backgroundQuestions]
    .filter((question) => !asked.has(question.id) && fits(question, person))
    .map((question): OpenQuestion => {
      const { worth, about } = worthOf(question.findings, 3)
      const usual = question.hasPlace && !placed ? question.usual * 0.25 : question.usual
      return {
        themes: [question.id],
        text: person.age < speaksForSelf ? (question.forChild ?? question.text) : question.text,
        value: usual + singleWeight * worth,
        about: leading(about),
      }
    })
  const lists: OpenQuestion[] = []
  let rest = listedThemes
    .filter((theme) => !asked.has(theme.id) && fits(theme, person))
    .map((theme) => {
      const { worth, about } = worthOf(theme.findings, 2)
      return { theme, about, value: theme.usual + (1 - theme.usual) * (1 - Math.exp(-listedWeight * worth)) }
    })
    .toSorted((a, b) => b.value - a.value)
  const listsAsked = Math.floor(listedThemes.filter(({ id }) => asked.has(id)).length / mostListed)
  while (rest.length >= mostListed && lists.length < 8) {
    const [first] = rest
    if (!first) break
    const near = (theme: (typeof rest)[number]): number =>
      theme.value * (theme.theme.system === first.theme.system ? sameSystem : 1)
    const others = rest
      .slice(1)
      .toSorted((a, b) => near(b) - near(a))
      .slice(0, mostListed - 1)
    const together = [first, ...others]
    const phrases = together.map(({ theme }) => theme.phrase)
    const start = person.age < speaksForSelf ? 'Has your child had any' : 'Have you had any'
    lists.push({
      themes: together.map(({ theme }) => theme.id),
      text: `${start} ${phrases.slice(0, -1).join(', ')} or ${phrases.at(-1) ?? ''}?`,
      value: together.reduce((sum, { value }) => sum + value, 0) * laterList ** (listsAsked + lists.length),
      about: leading(...together.map(({ about }) => about)),
    })
    rest = rest.filter((each) => !together.includes(each))
  }
  return [...single, ...lists].toSorted((a, b) => b.value - a.value)
}

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
export function openOrders(
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

function examinationsFor(
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

function testsFor(
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

/** Words that the names of one turn's orders may have, so that the turn stays short with a courtesy before it. */
const mostOrderWords = 22

/** The first tests that still fit into the turn; the others are left for the next round. */
function briefly(examinations: readonly string[], tests: readonly string[]): readonly string[] {
  const length = (names: readonly string[]): number => names.join(' ').split(/\s+/).length
  return tests.filter((_, at) => length([...examinations, ...tests.slice(0, at + 1)]) <= mostOrderWords)
}

/** Below this a question is not worth another turn once a condition stands out. */
const worthATurn = 0.3
const standsOut = 0.95

export function chooseGuided(base: KnowledgeBase, state: GuideState): GuideAction {
  const { person, heard, turns, budget } = state
  const ranked = guidedBelief(base, person, heard)
  const left = budget - turns
  const close = (): GuideAction => {
    const knowledge = ranked[0] && base.conditions.get(ranked[0].condition)
    const grounds = knowledge
      ? explain(base, ranked, heard.evidence, knowledge)
          .supporting.map(({ finding }) => finding)
          .filter((id) => heard.evidence.some(({ finding, present }) => finding === id && present))
      : []
    return { kind: 'close', ranked, grounds }
  }
  if (left <= 1) return close()
  const short = budget < 8
  // A first round for the conditions in question, a second one for what the first left open.
  const rounds = short ? 1 : 2
  const orders = Math.max(0, rounds - state.testTurns)
  const slots = left - 1 - orders
  const leading = ranked[0]?.probability ?? 0
  const wanted = openQuestions(base, ranked, state)
    .slice(0, Math.max(0, slots))
    .filter(({ value }) => value >= worthATurn || leading < standsOut)
  const [next] = wanted.toSorted(
    (a, b) => placeOf(a.themes[0] ?? '') - placeOf(b.themes[0] ?? '') || b.value - a.value,
  )
  if (next && state.testTurns === 0) return { kind: 'ask', ...next }
  if (state.testTurns < rounds) {
    const examinations = state.examined ? [] : examinationsFor(base, ranked, state)
    const tests = briefly(examinations, testsFor(base, ranked, state, 6))
    if (examinations.length + tests.length > 0) return { kind: 'order', examinations, tests }
  }
  return close()
}

/** The findings that an order of this name shows. */
export const findingsOfOrder = (base: KnowledgeBase, order: string): readonly OrderedFinding[] =>
  [...base.findings.values()].filter(
    (finding): finding is OrderedFinding =>
      'order' in finding &&
      (spoken(finding.order) === order || finding.order.toLowerCase() === order.toLowerCase()),
  )
