/**
 * The guided doctor's next step from what was heard: the complaint's course first, then the themes that
 * matter most for the conditions still in question, background and worry, examination, tests, diagnosis.
 */
import { explain, type Belief } from '../../knowledge/belief.ts'
import type { KnowledgeBase, Person } from '../../knowledge/knowledge-base.ts'
import { guidedBelief } from './guided-belief.ts'
import type { Heard } from './heard.ts'
import { briefly, examinationsFor, testsFor } from './open-orders.ts'
import { openQuestions, type OpenQuestion } from './open-questions.ts'

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
  /** Words that the names of one turn's orders may have, so that the turn stays short with the courtesy before it. */
  readonly orderWords: number
}

export type GuideAction =
  | ({ readonly kind: 'ask' } & OpenQuestion)
  | { readonly kind: 'order'; readonly examinations: readonly string[]; readonly tests: readonly string[] }
  | { readonly kind: 'close'; readonly ranked: readonly Belief[]; readonly grounds: readonly string[] }

/** In the order in which a visit goes; what stands in none of the lists comes between them. */
const early = ['onset', 'site', 'character', 'aggravating', 'timing']
const late = [
  'past-history',
  'allergies',
  'family-history',
  'smoking',
  'social-history',
  'concern',
  'expectation',
]

const placeOf = (id: string): number => {
  if (early.includes(id)) return early.indexOf(id)
  return late.includes(id) ? 100 + late.indexOf(id) : 50
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
    const tests = briefly(examinations, testsFor(base, ranked, state, 6), state.orderWords)
    if (examinations.length + tests.length > 0) return { kind: 'order', examinations, tests }
  }
  return close()
}
