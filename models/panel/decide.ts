/**
 * How a round stands and what a panel says in the end. Consensus is that all who vote give the same answer
 * in one round; where the round limit ends a run without it, a rule decides and is named.
 */
import type { Verdict } from './record.ts'

/** One present voting member's answer in the last round. */
export interface Vote {
  readonly member: string
  readonly answer: string
  readonly answerName: string
  /** As the member says, 0..1. */
  readonly confidence: number
  /** Measured chance that it is right when it is this sure; null where it was never measured. */
  readonly reliability: number | null
}

/** Share of the commonest answer, 0..1; 0 where nobody votes. */
export function agreement(votes: readonly Pick<Vote, 'answer'>[]): number {
  const counts = new Map<string, number>()
  for (const { answer } of votes) counts.set(answer, (counts.get(answer) ?? 0) + 1)
  return votes.length === 0 ? 0 : Math.max(...counts.values()) / votes.length
}

/** At least two, and all the same. */
export const isConsensus = (votes: readonly Pick<Vote, 'answer'>[]): boolean =>
  votes.length >= 2 && new Set(votes.map(({ answer }) => answer)).size === 1

/** The answer with the highest sum, or null where the highest sums are equal. */
function foremost(sums: ReadonlyMap<string, number>): string | null {
  const [first, second] = [...sums].toSorted((a, b) => b[1] - a[1])
  if (!first) return null
  return second && second[1] >= first[1] - 1e-12 ? null : first[0]
}

const summed = (votes: readonly Vote[], weight: (vote: Vote) => number): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>()
  for (const vote of votes) sums.set(vote.answer, (sums.get(vote.answer) ?? 0) + weight(vote))
  return sums
}

/** More than half, strictly. */
export function majority(votes: readonly Vote[]): string | null {
  const leader = foremost(summed(votes, () => 1))
  if (leader === null) return null
  return votes.filter(({ answer }) => answer === leader).length * 2 > votes.length ? leader : null
}

/** How far an answer is believed at most whose member only says itself how sure it is. */
export const unmeasuredTrust = 0.5

/** By measured reliability where there is one, by what members say of themselves where nobody was measured. */
export function summedConfidence(votes: readonly Vote[]): string | null {
  const most = votes.some(({ reliability }) => reliability !== null) ? unmeasuredTrust : 1
  return foremost(summed(votes, ({ confidence, reliability }) => reliability ?? Math.min(most, confidence)))
}

/** The answer of the member that is most often right when it is as sure as now. */
export function bestCalibrated(votes: readonly Vote[]): string | null {
  const [first] = votes.toSorted(
    (a, b) =>
      (b.reliability ?? -1) - (a.reliability ?? -1) ||
      b.confidence - a.confidence ||
      (a.member < b.member ? -1 : 1),
  )
  return first?.answer ?? null
}

/** @param votes of the last round; at least two */
export function decide(votes: readonly Vote[]): Verdict {
  const rules = {
    majority: majority(votes),
    summedConfidence: summedConfidence(votes),
    bestCalibrated: bestCalibrated(votes),
  }
  const consensus = isConsensus(votes)
  const [by, answer] = consensus
    ? (['consensus', votes[0]?.answer] as const)
    : rules.majority !== null
      ? (['majority', rules.majority] as const)
      : rules.summedConfidence !== null
        ? (['summed-confidence', rules.summedConfidence] as const)
        : (['best-calibrated', rules.bestCalibrated] as const)
  if (answer === undefined || answer === null) throw new RangeError('Nobody voted.')
  const sayers = votes.filter((vote) => vote.answer === answer)
  return {
    consensus,
    by,
    answer,
    answerName: sayers[0]?.answerName ?? answer,
    members: sayers.map(({ member }) => member),
    rules,
  }
}
