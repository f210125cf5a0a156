/** The rounds of a panel as they are shown, whether they come from a kept run or from one under way. */
import { assertNever } from '../../../models/core/failure.ts'
import type {
  Absence,
  AvailableMember,
  MemberAnswer,
  MemberDescription,
  MemberRole,
  PanelEvent,
  PanelRound,
} from '../../../models/contract/panel.ts'

/** A member at the table. `kind`, `role` and `place` are null where this window came too late to know. */
export type Seat = Pick<MemberDescription, 'id' | 'name'> & {
  readonly [K in 'kind' | 'role' | 'place']: MemberDescription[K] | null
}

/** Messages that wait for leave to be sent away. */
export type Leaving = Omit<Extract<PanelEvent, { kind: 'leaving' }>, 'kind' | 'member'>

/** What one member shows in one round. */
export type Cell =
  | { readonly kind: 'thinking'; readonly text: string }
  | { readonly kind: 'asks-leave'; readonly leaving: Leaving }
  | { readonly kind: 'answered'; readonly answer: MemberAnswer }
  | { readonly kind: 'absent'; readonly absence: Absence; readonly answer: MemberAnswer }

export interface ShownRound {
  /** From 0. */
  readonly number: number
  readonly cells: Readonly<Record<string, Cell>>
  readonly ended: boolean
}

/** Who would sit there, by what is known of the members that can be asked. */
export function seatFor(
  id: string,
  role: MemberRole | null,
  members: readonly Pick<AvailableMember, 'id' | 'name' | 'kind' | 'place'>[],
): Seat {
  const found = members.find((member) => member.id === id)
  return { id, name: found?.name ?? id, kind: found?.kind ?? null, role, place: found?.place ?? null }
}

export function shownRound({ number, answers }: PanelRound): ShownRound {
  return {
    number,
    cells: Object.fromEntries(answers.map((answer) => [answer.member, cellOf(answer)])),
    ended: true,
  }
}

const cellOf = (answer: MemberAnswer): Cell =>
  answer.absence ? { kind: 'absent', absence: answer.absence, answer } : { kind: 'answered', answer }

/** The rounds after something happened. */
export function advance(rounds: readonly ShownRound[], event: PanelEvent): readonly ShownRound[] {
  switch (event.kind) {
    case 'round-started':
      return put(rounds, {
        number: event.round,
        cells: Object.fromEntries(event.members.map((id) => [id, { kind: 'thinking', text: '' }])),
        ended: false,
      })
    case 'text':
      return change(rounds, event.round, event.member, (cell) => ({
        kind: 'thinking',
        text: (cell?.kind === 'thinking' ? cell.text : '') + event.text,
      }))
    case 'leaving': {
      const { round, url, model, messages } = event
      return change(rounds, round, event.member, () => ({
        kind: 'asks-leave',
        leaving: { round, url, model, messages },
      }))
    }
    case 'answered':
      return put(rounds, {
        ...roundAt(rounds, event.round),
        cells: { ...roundAt(rounds, event.round).cells, [event.answer.member]: cellOf(event.answer) },
      })
    case 'round-ended':
      return put(rounds, shownRound(event.round))
    case 'decided':
      return rounds
    default:
      return assertNever(event)
  }
}

/** The rounds after the person answered a request to send something away. */
export const answeredLeave = (rounds: readonly ShownRound[], round: number, member: string) =>
  change(rounds, round, member, () => ({ kind: 'thinking', text: '' }))

const roundAt = (rounds: readonly ShownRound[], number: number): ShownRound =>
  rounds.find((round) => round.number === number) ?? { number, cells: {}, ended: false }

const put = (rounds: readonly ShownRound[], round: ShownRound): readonly ShownRound[] =>
  [...rounds.filter(({ number }) => number !== round.number), round].toSorted((a, b) => a.number - b.number)

/** Replaces a cell that is still open; what a member has answered stays. */
function change(
  rounds: readonly ShownRound[],
  number: number,
  member: string,
  next: (cell: Cell | undefined) => Cell,
): readonly ShownRound[] {
  const round = roundAt(rounds, number)
  const cell = round.cells[member]
  if (cell?.kind === 'answered' || cell?.kind === 'absent') return rounds
  return put(rounds, { ...round, cells: { ...round.cells, [member]: next(cell) } })
}

/** An answer that was given at least once, under one letter in all rounds. */
export interface NamedMark {
  readonly answer: string
  readonly name: string
  readonly letter: string
  /** Which of the looks it is drawn in, from 0. */
  readonly look: number
}

/**
 * Every answer that was given, in the order in which they came up.
 *
 * @param result the panel's answer, which comes first; null while there is none
 */
export function marksOf(
  rounds: readonly ShownRound[],
  seats: readonly Seat[],
  result: string | null = null,
): readonly NamedMark[] {
  const names = new Map<string, string>()
  for (const { cells } of rounds)
    for (const { id } of seats) {
      const cell = cells[id]
      if (cell?.kind !== 'answered' || cell.answer.answer === null) continue
      if (!names.has(cell.answer.answer))
        names.set(cell.answer.answer, cell.answer.answerName ?? cell.answer.answer)
    }
  const ordered = [...names].toSorted(([a], [b]) => Number(b === result) - Number(a === result))
  return ordered.map(([answer, name], look) => ({
    answer,
    name,
    letter: String.fromCharCode(65 + look),
    look,
  }))
}

/** How many of those who voted in a round gave its commonest answer. A challenger has no vote. */
export function tally(
  { cells }: ShownRound,
  seats: readonly Seat[],
): { readonly agree: number; readonly voted: number } {
  const counts = new Map<string, number>()
  for (const { id, role } of seats) {
    const cell = cells[id]
    if (role === 'challenger' || cell?.kind !== 'answered' || cell.answer.answer === null) continue
    counts.set(cell.answer.answer, (counts.get(cell.answer.answer) ?? 0) + 1)
  }
  const voted = [...counts.values()].reduce((sum, each) => sum + each, 0)
  return { agree: Math.max(0, ...counts.values()), voted }
}

/** A member's change of mind, with the round in which it came. */
export interface ChangeOfMind {
  readonly seat: Seat
  readonly round: number
  readonly to: string
  readonly toName: string
  readonly change: NonNullable<MemberAnswer['change']>
}

export const changesIn = (rounds: readonly ShownRound[], seats: readonly Seat[]): readonly ChangeOfMind[] =>
  rounds.flatMap(({ number, cells }) =>
    seats.flatMap((seat): readonly ChangeOfMind[] => {
      const cell = cells[seat.id]
      if (cell?.kind !== 'answered' || !cell.answer.change) return []
      const { answer, answerName, change } = cell.answer
      return [{ seat, round: number, to: answer ?? '', toName: answerName ?? answer ?? '', change }]
    }),
  )
