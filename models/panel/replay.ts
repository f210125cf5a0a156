/** Running a stored panel again: members of this computer answer anew, others say what they said. */
import { fail } from '../core/failure.ts'
import type { Absence, MemberAnswer, PanelRecord } from './record.ts'
import type { Contribution, Member, MemberDescription } from './member.ts'

const codes: Readonly<Record<Absence['why'], Parameters<typeof fail>[0]>> = {
  failed: 'io',
  'timed-out': 'timeout',
  stopped: 'cancelled',
  unreadable: 'model-invalid',
  'over-budget': 'refused',
  'not-sent': 'refused',
}

/** A member that says what the record says it said, round by round. */
export function recordedMember(record: PanelRecord, description: MemberDescription): Member {
  let round = -1
  const next = (): Promise<Contribution> => {
    round += 1
    const found = record.rounds[round]?.answers.find(({ member }) => member === description.id)
    if (!found) return Promise.reject(new RangeError(`${description.id} said nothing in round ${round}.`))
    return new Promise((resolve) => resolve(contributionOf(found)))
  }
  return { description, open: next, reconsider: next }
}

function contributionOf({ opinion, exchanges, absence }: MemberAnswer): Contribution {
  if (opinion) return { opinion, exchanges }
  const said = exchanges.at(-1)?.reply
  if (absence?.why === 'unreadable' && said !== undefined)
    return {
      opinion: {
        said,
        reasons: '',
        confidence: 0,
        differential: [],
        alone: [],
        deciding: null,
        findings: [],
        cases: [],
      },
      exchanges,
    }
  return fail(codes[absence?.why ?? 'failed'], absence?.message ?? 'It gave no answer.')
}

/** Where two records of the same panel differ, in plain words; empty when they are the same. */
export function differences(before: PanelRecord, after: PanelRecord): readonly string[] {
  const found: string[] = []
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
  if (before.rounds.length !== after.rounds.length)
    found.push(`It took ${after.rounds.length} rounds instead of ${before.rounds.length}.`)
  for (const [at, round] of before.rounds.entries())
    for (const answer of round.answers) {
      const again = after.rounds[at]?.answers.find(({ member }) => member === answer.member)
      if (!again || same(answer, again)) continue
      const name = before.members.find(({ id }) => id === answer.member)?.name ?? answer.member
      found.push(
        answer.answer === again.answer
          ? `${name} gave other reasons in round ${at + 1}.`
          : `${name} said ${again.answerName ?? 'nothing'} in round ${at + 1} instead of ${answer.answerName ?? 'nothing'}.`,
      )
    }
  if (found.length === 0 && !same(before, after)) found.push('What follows from the answers differs.')
  return found
}
