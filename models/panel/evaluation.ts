/** How well panels answer, round by round, and against what the same members do without talking. */
import { seededRandom } from '../core/random.ts'
import { decide, majority, summedConfidence, type Vote } from './decide.ts'
import type { MemberAnswer, PanelRecord, PanelRound } from './record.ts'

/** A panel's answer to one question whose right answer is known. */
export interface Judged {
  readonly right: string
  /** Null when fewer than two members could be read. */
  readonly record: PanelRecord | null
  /** What members said alone in answers of their own, more often where they have tokens left; by member. */
  readonly alone: ReadonlyMap<string, readonly Vote[]>
  /** Repeated answers of one member, as many as the panel's tokens pay for. */
  readonly repeated: readonly Vote[]
}

export interface Flips {
  readonly rightToWrong: number
  readonly wrongToRight: number
}

const voters = ({ members }: PanelRecord): ReadonlySet<string> =>
  new Set(members.flatMap(({ id, role }) => (role === 'challenger' ? [] : [id])))

export const voteOf = ({
  member,
  answer,
  answerName,
  opinion,
  reliability,
}: MemberAnswer): readonly Vote[] =>
  answer === null || answerName === null || opinion === null
    ? []
    : [{ member, answer, answerName, confidence: opinion.confidence, reliability }]

export const votesIn = (record: PanelRecord, { answers }: PanelRound): readonly Vote[] => {
  const voting = voters(record)
  return answers.filter(({ member }) => voting.has(member)).flatMap(voteOf)
}

/** What the panel would say if it had to stop after a round; later rounds than it needed change nothing. */
export function answerAfter(record: PanelRecord | null, round: number): string | null {
  const held = record?.rounds[Math.min(round, record.rounds.length - 1)]
  if (!record || !held) return null
  const votes = votesIn(record, held)
  return votes.length < 2 ? null : decide(votes).answer
}

/** Changes of mind from one round to the next, of members who vote. */
export function flips(judged: readonly Judged[]): Flips {
  let rightToWrong = 0
  let wrongToRight = 0
  for (const { right, record } of judged) {
    if (!record) continue
    for (const [at, round] of record.rounds.entries()) {
      const before = record.rounds[at - 1]
      if (!before) continue
      const was = new Map(votesIn(record, before).map(({ member, answer }) => [member, answer]))
      for (const { member, answer } of votesIn(record, round)) {
        const earlier = was.get(member)
        if (earlier === undefined || earlier === answer) continue
        if (earlier === right) rightToWrong += 1
        else if (answer === right) wrongToRight += 1
      }
    }
  }
  return { rightToWrong, wrongToRight }
}

/** The commonest answer; among equals one is drawn. Null where nobody answered. */
export function plurality(votes: readonly Pick<Vote, 'answer'>[], seed: number): string | null {
  const counts = new Map<string, number>()
  for (const { answer } of votes) counts.set(answer, (counts.get(answer) ?? 0) + 1)
  const most = Math.max(0, ...counts.values())
  const tied = [...counts].flatMap(([answer, count]) => (count === most ? [answer] : [])).toSorted()
  return tied[seededRandom(seed).below(Math.max(1, tied.length))] ?? null
}

/** One vote a member: the answer it gives most often by itself. */
function oneVoteEach({ alone }: Judged, seed: number): readonly Vote[] {
  return [...alone].flatMap(([, votes]) => {
    const answer = plurality(votes, seed)
    return votes.filter((vote) => vote.answer === answer).slice(0, 1)
  })
}

export const plainVote = (judged: Judged, seed: number): string | null =>
  plurality(oneVoteEach(judged, seed), seed)

/** Each vote counts as much as its member is known to be right. */
export function weightedVote(judged: Judged, seed: number): string | null {
  const votes = oneVoteEach(judged, seed)
  return summedConfidence(votes) ?? majority(votes) ?? plurality(votes, seed)
}

export const memberAlone = ({ alone }: Judged, member: string): string | null =>
  alone.get(member)?.[0]?.answer ?? null
