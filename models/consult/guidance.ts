/**
 * What the knowledge base makes of a consultation so far: the conditions in question with what speaks for
 * and against each, what is still to ask, and the guided doctor's next question with its reason. Everything
 * cites the turns it rests on. No language model takes part.
 */
import { FailureError } from '../core/failure.ts'
import type { DialogueTurn } from '../dialogue/dialogue.ts'
import type { Guide } from '../dialogue/guide/guide.ts'
import { heardFindings, type HeardFinding } from '../dialogue/guide/heard.ts'
import { explain, type Belief } from '../knowledge/belief.ts'
import type { KnowledgeBase, Person } from '../knowledge/knowledge-base.ts'
import type { SessionRecord, Turn } from '../session/session.ts'

export interface CitedFinding {
  readonly finding: string
  /** In the words of the knowledge base. */
  readonly name: string
  readonly present: boolean
  /** Number of the turn that says so. */
  readonly turn: number
}

export interface DifferentialEntry {
  readonly condition: string
  readonly name: string
  readonly icd10cm: string
  /** 0..1; how the knowledge base weighs what was said, not a measured risk. */
  readonly probability: number
  /** A leader of the list may hide it, and missing it would be dangerous. */
  readonly mustNotMiss: boolean
  readonly for: readonly CitedFinding[]
  readonly against: readonly CitedFinding[]
  /** Questions, examinations and tests that tell it from its neighbours and are still open. */
  readonly stillToAsk: readonly { readonly finding: string; readonly name: string }[]
}

export interface GuidedNext {
  readonly kind: 'ask' | 'order' | 'close'
  /** What the doctor could say. */
  readonly text: string
  /** Why, in plain words. */
  readonly reason: string
  /** Turns that make it worth asking. */
  readonly turns: readonly number[]
}

export interface StatedPerson {
  /** Years; null when nobody says. */
  readonly age: number | null
  readonly sex: Person['sex'] | null
}

export interface Guidance {
  /** The likeliest first; empty until a finding was read. */
  readonly differential: readonly DifferentialEntry[]
  /** What the conditions that are not listed hold together, 0..1. */
  readonly other: number
  /** Whom it reckons with; over what is null it averages. */
  readonly person: StatedPerson
  /** Number of the last turn read, 0 before the first. */
  readonly upToTurn: number
  /** Null before anyone has said anything. */
  readonly next: GuidedNext | null
}

const mostConditions = 6
/** From this share on a condition counts as a leader, whose mimics must not be missed. */
const leaderShare = 0.2
const mostReasons = 5

/** An age in years that is no span of time: "31-year-old", "58 y, F", "aged 70", "I am 58". */
const age =
  /\b(\d{1,3})[- ]?(?:years?|yrs?|y)[- ]?old\b|\b(\d{1,3}) ?y\/?o\b|\baged (\d{1,3})\b|\bi(?:'m| am) (\d{1,3})\b(?! ?(?:weeks?|months?|days?|hours?|minutes?|kg|kilos?|cm|%))/i
/** In the particulars a bare number after the name is an age too: "M. Okafor, 58", "29 years". */
const writtenAge =
  /\b(\d{1,3}) ?(?:years?|yrs?|y)\b(?! ago)|,\s*(\d{1,3})\b(?! ?(?:weeks?|months?|days?|hours?))/i
const written = {
  female: /\b(?:female|woman|girl|mrs|ms|miss)\b|\b\d{1,3}(?: ?y(?:ears?|rs?)?)?,? ?F\b|\bF,? ?\d{1,3}\b/i,
  male: /\b(?:male|man|boy|mr)\b|\b\d{1,3}(?: ?y(?:ears?|rs?)?)?,? ?M\b|\bM,? ?\d{1,3}\b/i,
} as const
/** Speakers mention other people; only what is plainly about the patient counts. */
const spoken = {
  female:
    /\b(?:Mrs|Ms|Miss)\.? [A-Z]|\b[Oo]ld (?:woman|girl|female|lady)\b|\bI(?:'m| am) (?:a (?:woman|girl)|pregnant)\b|\b[Mm]y periods?\b/,
  male: /\bMr\.? [A-Z]|\b[Oo]ld (?:man|boy|male|gentleman)\b|\bI(?:'m| am) a (?:man|boy)\b|\b[Mm]y (?:prostate|testicles?|penis)\b/,
} as const
const adultAges = [30, 50, 70] as const
const bothSexes = ['female', 'male'] as const

/** Age and sex as the session or the speakers state them; what nobody states is null. */
export function statedPerson({ session, turns }: Pick<SessionRecord, 'session' | 'turns'>): StatedPerson {
  const particulars = `${session.person}\n${session.reason}`
  const speech = turns
    .map(({ text }) => text)
    .join('\n')
    .replaceAll('’', "'")
  const found = age.exec(particulars) ?? writtenAge.exec(particulars) ?? age.exec(speech)
  const years = Number(found?.slice(1).find(Boolean) ?? Number.NaN)
  const writtenSex = written.female.test(particulars) || written.male.test(particulars)
  const says = (sex: Person['sex']): boolean =>
    written[sex].test(particulars) || (!writtenSex && spoken[sex].test(speech))
  return {
    age: Number.isFinite(years) && years <= 120 ? years : null,
    sex: says('female') ? 'female' : says('male') ? 'male' : null,
  }
}

/** A consultation has no budget; it is planned as a long one, and goes on. */
export const plannedTurns = (taken: number): number => Math.max(12, taken + 3)

/** Somebody to read answers as, where nobody says who it is. */
export const supposed = ({ age, sex }: StatedPerson): Person => ({ age: age ?? 45, sex: sex ?? 'female' })

export const dialogueTurns = (turns: readonly Turn[]): readonly DialogueTurn[] =>
  turns.map(({ speaker, text }) => ({ speaker: speaker === 'clinician' ? 'doctor' : 'patient', text }))

/** Everyone the words may be about: adults of both sexes where nobody says. */
const possiblePersons = ({ age, sex }: StatedPerson): readonly Person[] =>
  (age === null ? adultAges : [age]).flatMap((years) =>
    (sex === null ? bothSexes : [sex]).map((each) => ({ age: years, sex: each })),
  )

/** The beliefs about each person, averaged, the likeliest condition first. */
function average(beliefs: readonly (readonly Belief[])[]): readonly Belief[] {
  const sums = new Map<string, number>()
  for (const { condition, probability } of beliefs.flat())
    sums.set(condition, (sums.get(condition) ?? 0) + probability / beliefs.length)
  return [...sums]
    .map(([condition, probability]) => ({ condition, probability }))
    .sort((a, b) => b.probability - a.probability || (a.condition < b.condition ? -1 : 1))
}

/**
 * Where the sentence encoder does not run, the words alone are read.
 *
 * @param person what is known from elsewhere; otherwise read from the session
 */
export async function guidanceFor(
  base: KnowledgeBase,
  guide: Guide,
  record: Pick<SessionRecord, 'session' | 'turns'>,
  person: Person | null = null,
): Promise<Guidance> {
  const { turns } = record
  const stated: StatedPerson = person ?? statedPerson(record)
  const head = { person: stated, upToTurn: turns.at(-1)?.number ?? 0 }
  if (turns.length === 0) return { ...head, differential: [], other: 1, next: null }
  const who = supposed(stated)
  const dialogue = dialogueTurns(turns)
  const taken = dialogue.filter(({ speaker }) => speaker === 'doctor').length
  const heard = await guide.attend(dialogue, who).catch((error: unknown) => {
    if (error instanceof FailureError) return guide.hear(dialogue, who)
    throw error
  })
  const { action, text } = guide.next(dialogue, who, plannedTurns(taken), heard)
  const evidence = heardFindings(heard)
  const ranked = average(possiblePersons(stated).map((each) => guide.ranked(heard, each)))
  const heardOf = new Map(evidence.map((each) => [each.finding, each]))
  const nameOf = (finding: string): string => base.findings.get(finding)?.name ?? finding
  const cite = ({ finding, present, turn }: HeardFinding): CitedFinding => ({
    finding,
    name: nameOf(finding),
    present,
    turn: turns[turn]?.number ?? 0,
  })
  const cited = (findings: readonly { readonly finding: string }[]): readonly CitedFinding[] =>
    findings.slice(0, mostReasons).flatMap(({ finding }) => {
      const known = heardOf.get(finding)
      return known ? [cite(known)] : []
    })
  const leaders = ranked.filter(({ probability }, place) => place === 0 || probability >= leaderShare)
  const dangerous = new Set(
    leaders.flatMap(({ condition }) =>
      (base.conditions.get(condition)?.mimics ?? []).map((mimic) => mimic.condition),
    ),
  )
  const first = evidence.length === 0 ? [] : ranked.slice(0, mostConditions)
  const differential = first.flatMap(({ condition, probability }) => {
    const knowledge = base.conditions.get(condition)
    const names = base.names.get(condition)
    if (!knowledge || !names) return []
    const { supporting, opposing, stillToAsk } = explain(base, ranked, evidence, knowledge)
    return [
      {
        condition,
        name: names.name,
        icd10cm: names.icd10cm,
        probability,
        mustNotMiss: dangerous.has(condition),
        for: cited(supporting),
        against: cited(opposing),
        stillToAsk: stillToAsk.slice(0, mostReasons).map((finding) => ({ finding, name: nameOf(finding) })),
      },
    ]
  })
  const conditionName = (id: string): string => base.names.get(id)?.name ?? id
  const listed = new Set(differential.map(({ condition }) => condition))
  const about =
    action.kind === 'ask'
      ? action.about.filter((condition) => listed.has(condition))
      : differential.slice(0, 2).map(({ condition }) => condition)
  const resting = differential
    .filter(({ condition }) => about.includes(condition))
    .flatMap((entry) => entry.for.map(({ turn }) => turn))
  return {
    ...head,
    differential,
    other: Math.max(0, 1 - differential.reduce((sum, { probability }) => sum + probability, 0)),
    next: {
      kind: action.kind,
      text,
      reason: reasonFor(action.kind, about.map(conditionName)),
      turns: [...new Set(resting)].sort((a, b) => a - b),
    },
  }
}

function reasonFor(kind: GuidedNext['kind'], conditions: readonly string[]): string {
  const [first, ...others] = conditions
  if (first === undefined) return 'This belongs to every history.'
  const list =
    others.length > 0 ? `${[first, ...others.slice(0, -1)].join(', ')} and ${others.at(-1)}` : first
  if (kind === 'ask')
    return others.length > 0
      ? `The answer helps to tell apart ${list}.`
      : `The answer speaks for or against ${list}.`
  if (kind === 'order') return `The results can confirm or rule out ${list}.`
  return `${first} stands out from what was said and found.`
}
