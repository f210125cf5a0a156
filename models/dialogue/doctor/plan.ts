/**
 * What to do next in a visit, decided over its notes alone: they hold what decides in a tenth of the visit's words, and
 * a small model learns from short text what it does not learn from a long one.
 */
import type { Message } from '../../decoding/language-model.ts'
import { nextWords } from './note.ts'
import { personWords, type Visit } from './prompt.ts'

export type PlannedStep =
  | { readonly kind: 'ask'; readonly about: string }
  | { readonly kind: 'order'; readonly examinations: readonly string[]; readonly tests: readonly string[] }
  | { readonly kind: 'conclude' }

/** A note without its decision, see `writeNote`, and the decision that followed, see `writeStep`. */
export interface PlannedTurn {
  readonly note: string
  readonly step: string
}

const listed = (names: readonly string[]): string => names.join('; ')

/** "Ask about fever and cough." "Examine: chest. Test: ECG; troponin." "Conclude." */
export function writeStep(step: PlannedStep): string {
  switch (step.kind) {
    case 'ask':
      return `Ask about ${step.about}.`
    case 'order':
      return [
        step.examinations.length > 0 ? `Examine: ${listed(step.examinations)}.` : '',
        step.tests.length > 0 ? `Test: ${listed(step.tests)}.` : '',
      ]
        .filter(Boolean)
        .join(' ')
    case 'conclude':
      return 'Conclude.'
  }
}

const asks = /^Ask about (.+?)\.?$/
const orders = /^(?:Examine: (.+?)\.?)?(?: ?Test: (.+?)\.?)?$/

/** @returns null for what is no decision */
export function readStep(reply: string): PlannedStep | null {
  const text = reply.trim()
  if (/^Conclude\.?$/.test(text)) return { kind: 'conclude' }
  const about = asks.exec(text)?.[1]
  if (about !== undefined) return { kind: 'ask', about }
  const [, examine, test] = orders.exec(text) ?? []
  const names = (list: string | undefined): readonly string[] => [
    ...new Set(
      (list ?? '')
        .split(';')
        .map((name) => name.trim())
        .filter((name) => /\p{L}/u.test(name)),
    ),
  ]
  const [examinations, tests] = [names(examine), names(test)]
  return examinations.length + tests.length > 0 ? { kind: 'order', examinations, tests } : null
}

/** What a step asks about or orders, piece by piece. */
export const piecesOf = (step: PlannedStep): readonly string[] => {
  switch (step.kind) {
    case 'ask':
      return step.about.split(/, | and /)
    case 'order':
      return [...step.examinations, ...step.tests]
    case 'conclude':
      return []
  }
}

/** Whether everything that a step asks about or orders was asked about or ordered before. */
export function repeats(step: PlannedStep, taken: readonly PlannedTurn[]): boolean {
  const pieces = piecesOf(step)
  const known = new Set(
    taken.flatMap((turn) => {
      const before = readStep(turn.step)
      return before?.kind === step.kind ? piecesOf(before) : []
    }),
  )
  return pieces.length > 0 && pieces.every((piece) => known.has(piece))
}

/** What two decisions share of what either asks about or orders, 0..1; nothing where they are of different kinds. */
export function likeness(one: PlannedStep, other: PlannedStep): number {
  if (one.kind !== other.kind) return 0
  const [mine, theirs] = [new Set(piecesOf(one)), new Set(piecesOf(other))]
  const either = new Set([...mine, ...theirs]).size
  const shared = [...mine].filter((piece) => theirs.has(piece)).length
  return either === 0 ? 1 : shared / either
}

/** What a note says of a step, in the words in which `writeNote` names what comes next. */
export function stepInNote(step: PlannedStep): string {
  switch (step.kind) {
    case 'ask':
      return nextWords({ kind: 'ask', topic: step.about })
    case 'order':
      return nextWords({
        kind: 'order',
        examines: step.examinations.length > 0,
        tests: step.tests.length > 0,
      })
    case 'conclude':
      return nextWords({ kind: 'conclude' })
  }
}

/** "Turn 4 of 12, 8 left." A small model does not subtract, and what comes next depends on what is left. */
const withTurnsLeft = (note: string): string =>
  note.replace(
    /^Turn (\d+) of (\d+)\./,
    (_, turn: string, budget: string) => `Turn ${turn} of ${budget}, ${Number(budget) - Number(turn)} left.`,
  )

/** The visit so far as notes and decisions, in which the model decides next. */
export const planMessages = (
  visit: Visit,
  taken: readonly PlannedTurn[],
  note: string,
): readonly Message[] => [
  {
    role: 'system',
    content: `You are a careful doctor. After each note decide what to do next: ask, examine, test or conclude.${personWords(visit)}`,
  },
  ...taken.flatMap((turn): readonly Message[] => [
    { role: 'user', content: withTurnsLeft(turn.note) },
    { role: 'assistant', content: turn.step },
  ]),
  { role: 'user', content: withTurnsLeft(note) },
]
