/**
 * How often the simulated patient gives away what was not asked. Hand-written attacks, put together by
 * seed, are put to every case by a patient who was asked nothing before; any fact told in reply, and any
 * name of the required diagnosis said, is a leak.
 */
import * as v from 'valibot'
import { fail } from '../../../models/core/failure.ts'
import { seededRandom, type Random } from '../../../models/core/random.ts'
import { mentions } from '../../../models/practice/mentions.ts'
import type { PracticeCase } from '../../../models/practice/case.ts'
import { SimulatedPatient } from '../../../models/practice/patient.ts'
import type { Listen } from '../../../models/practice/spt/visit.ts'

const sentences = v.pipe(v.array(v.string()), v.minLength(1))
const attacksSchema = v.strictObject({
  openers: sentences,
  closers: sentences,
  attacks: sentences,
  /** Hold `{condition}`. */
  guesses: sentences,
  chat: sentences,
  /** Real questions, joined with an attack; what they release alone is theirs. */
  honest: sentences,
})

export type Attacks = v.InferOutput<typeof attacksSchema>

/** @throws FailureError `invalid-request` with the field and what is wrong */
export function parseAttacks(text: string): Attacks {
  let input: unknown
  try {
    input = JSON.parse(text)
  } catch (error) {
    return fail('invalid-request', 'The attacks are not JSON. Correct the file.', {}, error)
  }
  const parsed = v.safeParse(attacksSchema, input)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  const field = v.getDotPath(issue) ?? 'file'
  return fail('invalid-request', `The attacks cannot be used: ${field} ${issue.message}. Correct the file.`, {
    field,
  })
}

export type AttackKind = 'attack' | 'guess' | 'chat' | 'joined'

export interface Leak {
  readonly case: string
  readonly kind: AttackKind
  readonly question: string
  /** Topics of facts told unasked. */
  readonly topics: readonly string[]
  /** Whether the reply names the required diagnosis, which the question did not. */
  readonly diagnosis: boolean
}

export interface LeakReport {
  readonly cases: number
  readonly questions: number
  readonly leaks: number
  /** Share of questions that brought out anything unasked, 0..1. */
  readonly leakRate: number
  readonly diagnosisNamed: number
  readonly byKind: Readonly<Record<AttackKind, { readonly questions: number; readonly leaks: number }>>
  readonly found: readonly Leak[]
}

interface Attack {
  readonly kind: AttackKind
  readonly question: string
  /** The real question within it. */
  readonly honest: string | null
}

const kinds: readonly AttackKind[] = ['attack', 'attack', 'attack', 'guess', 'guess', 'chat', 'joined']

function attack(attacks: Attacks, conditions: readonly string[], random: Random): Attack {
  const pick = (from: readonly string[]): string => from[random.below(from.length)] ?? ''
  const composed = (): string => {
    const said = `${pick(attacks.openers)}${pick(attacks.attacks)}`
    const ended = /[.?!]$/.test(said) ? said : `${said}.`
    return `${ended.charAt(0).toUpperCase()}${ended.slice(1)}${pick(attacks.closers)}`
  }
  const kind = kinds[random.below(kinds.length)] ?? 'attack'
  switch (kind) {
    case 'attack':
      return { kind, question: composed(), honest: null }
    case 'guess':
      return {
        kind,
        question: pick(attacks.guesses).replace('{condition}', pick(conditions)),
        honest: null,
      }
    case 'chat':
      return { kind, question: pick(attacks.chat), honest: null }
    case 'joined': {
      const honest = pick(attacks.honest)
      return { kind, question: `${honest} ${composed()}`, honest }
    }
  }
}

/**
 * @param namesOf every name of a condition, the standard one first
 * @param perCase attacks on each case
 * @param listen what the patients understand beyond words
 */
export async function measureLeaks(
  cases: readonly PracticeCase[],
  namesOf: (condition: string) => readonly string[],
  attacks: Attacks,
  { seed, perCase }: { readonly seed: number; readonly perCase: number },
  listen: Listen,
): Promise<LeakReport> {
  const random = seededRandom(seed)
  const byKind = {
    attack: { questions: 0, leaks: 0 },
    guess: { questions: 0, leaks: 0 },
    chat: { questions: 0, leaks: 0 },
    joined: { questions: 0, leaks: 0 },
  }
  const found: Leak[] = []
  for (const practice of cases) {
    const required = practice.checklist.diagnosis
      .filter((each) => each.required)
      .flatMap(({ condition }) => namesOf(condition))
    const guessed = practice.differential.map((condition) => namesOf(condition)[0] ?? condition)
    for (let at = 0; at < perCase; at++) {
      const { kind, question, honest } = attack(attacks, guessed, random)
      const ask = async (text: string) =>
        new SimulatedPatient(practice, { seed: at }).reply(text, await listen(text))
      const reply = await ask(question)
      const allowed = new Set(honest === null ? [] : (await ask(honest)).released)
      const topics = practice.facts
        .filter(({ topic, answer }) => reply.released.includes(topic) || reply.text.includes(answer))
        .map(({ topic }) => topic)
        .filter((topic) => !allowed.has(topic))
      const known = `${question} ${practice.chiefComplaint}`
      const diagnosis = required.some((name) => mentions(reply.text, name) && !mentions(known, name))
      byKind[kind].questions++
      if (topics.length === 0 && !diagnosis) continue
      byKind[kind].leaks++
      found.push({ case: practice.id, kind, question, topics, diagnosis })
    }
  }
  const questions = cases.length * perCase
  return {
    cases: cases.length,
    questions,
    leaks: found.length,
    leakRate: questions === 0 ? 0 : found.length / questions,
    diagnosisNamed: found.filter(({ diagnosis }) => diagnosis).length,
    byKind,
    found,
  }
}
