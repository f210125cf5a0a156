/** Running a stored panel again: members of this computer answer anew, others say what they said. */
import { fail } from '../core/failure.ts'
import type { Absence, MemberAnswer, PanelRecord } from './record.ts'
import type { Ask, Contribution, Member, MemberDescription } from './member.ts'

const codes: Readonly<Record<Absence['why'], Parameters<typeof fail>[0]>> = {
  failed: 'io',
  'timed-out': 'timeout',
  stopped: 'cancelled',
  unreadable: 'model-invalid',
  'over-budget': 'refused',
  'not-sent': 'refused',
}

/** What the record says of a member, each time it was asked. */
function answersInTurn(record: PanelRecord, { id }: MemberDescription): () => MemberAnswer {
  const asked = record.rounds
    .flatMap(({ answers }) => answers.filter(({ member }) => member === id))
    .filter(({ absence }) => absence?.why !== 'over-budget')
  let next = 0
  return () => {
    const found = asked[next]
    next += 1
    if (!found) throw new RangeError(`${id} was asked no more than ${asked.length} times.`)
    return found
  }
}

/** A member that says what the record says it said, round by round. */
export function recordedMember(record: PanelRecord, description: MemberDescription): Member {
  const next = answersInTurn(record, description)
  const say = (ask: Ask): Promise<Contribution> =>
    new Promise((resolve) => resolve(contributionOf(next(), ask)))
  return {
    description,
    open: (_question, ask) => say(ask),
    reconsider: (_question, _own, _peers, ask) => say(ask),
  }
}

/**
 * A member of this computer that answers anew, except where the record says that a person stopped it or its
 * time ran out: neither follows from its seed.
 */
export function replayedMember(record: PanelRecord, member: Member): Member {
  const { description } = member
  const next = answersInTurn(record, description)
  const unlessEnded = async (ask: Ask, again: () => Promise<Contribution>): Promise<Contribution> => {
    const found = next()
    const ended = found.absence?.why === 'stopped' || found.absence?.why === 'timed-out'
    return ended ? contributionOf(found, ask) : again()
  }
  return {
    description,
    open: (question, ask) => unlessEnded(ask, () => member.open(question, ask)),
    reconsider: (question, own, peers, ask) =>
      unlessEnded(ask, () => member.reconsider(question, own, peers, ask)),
  }
}

function contributionOf({ opinion, exchanges, absence }: MemberAnswer, ask: Ask): Contribution {
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
  const broken = exchanges.at(-1)
  if (broken) {
    ask.onAsked?.({ messages: broken.messages, ownAnswersLeftOut: broken.ownAnswersLeftOut })
    ask.onText(broken.reply)
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
          ? `${name} gave other reasons in round ${at}.`
          : `${name} said ${again.answerName ?? 'nothing'} in round ${at} instead of ${answer.answerName ?? 'nothing'}.`,
      )
    }
  if (found.length === 0 && !same(before, after)) found.push('What follows from the answers differs.')
  return found
}
