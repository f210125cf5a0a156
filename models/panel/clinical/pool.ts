/** Beliefs of several members as one: a weighted logarithmic or linear opinion pool (Genest and Zidek 1986). */
import type { RankedAnswer } from '../member.ts'

/**
 * logarithmic: beliefs multiply, each with its exponent (eq. 3.11); best where weights can be fitted, and one member
 * who is sure can rule an answer out. linear: beliefs are averaged (Stone 1961), as the sum rule of classifiers that
 * read the same thing (Kittler et al. 1998): what all rest on counts once, and nobody alone can rule an answer out.
 */
export const poolRules = ['logarithmic', 'linear'] as const
export type PoolRule = (typeof poolRules)[number]

/** Logarithms of probabilities, by answer. */
export type LogBelief = ReadonlyMap<string, number>

export function normalised(logs: LogBelief): LogBelief {
  const highest = Math.max(...logs.values())
  let total = 0
  for (const value of logs.values()) total += Math.exp(value - highest)
  const shift = highest + Math.log(total)
  return new Map([...logs].map(([answer, value]) => [answer, value - shift]))
}

export interface PoolPart {
  readonly belief: LogBelief
  /** An exponent of a logarithmic pool; a share, 0 or more, of a linear one. */
  readonly weight: number
}

/** Least probability that has a logarithm. */
const leastProbability = 1e-300

/** @param parts all over the same answers; what one lacks counts as its least */
export function pool(rule: PoolRule, answers: readonly string[], parts: readonly PoolPart[]): LogBelief {
  const linear = rule === 'linear'
  const sums = new Map(answers.map((answer) => [answer, 0]))
  for (const { belief, weight } of parts) {
    if (weight === 0 || belief.size === 0) continue
    const least = Math.min(...belief.values())
    for (const answer of answers) {
      const log = belief.get(answer) ?? least
      sums.set(answer, (sums.get(answer) ?? 0) + weight * (linear ? Math.exp(log) : log))
    }
  }
  return normalised(
    linear
      ? new Map([...sums].map(([answer, sum]) => [answer, Math.log(Math.max(leastProbability, sum))]))
      : sums,
  )
}

/** Falling; the rest of the belief is left out. */
export function ranking(belief: LogBelief, most: number): readonly RankedAnswer[] {
  return [...belief]
    .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, most)
    .map(([answer, log]) => ({ answer, probability: Math.exp(log) }))
}

/** A belief from a ranking: what the ranking does not name shares equally in what it leaves. */
export function beliefOf(ranked: readonly RankedAnswer[], answers: readonly string[]): LogBelief {
  const named = new Map(ranked.map(({ answer, probability }) => [answer, probability]))
  const left = Math.max(1e-6, 1 - ranked.reduce((sum, { probability }) => sum + probability, 0))
  const each = left / Math.max(1, answers.length - named.size)
  return normalised(
    new Map(answers.map((answer) => [answer, Math.log(Math.max(1e-9, named.get(answer) ?? each))])),
  )
}

/** A single answer that is right so often: what it does not name shares equally in the rest. */
export const beliefOfAnswer = (answer: string, right: number, answers: readonly string[]): LogBelief =>
  beliefOf(
    [{ answer, probability: Math.min(0.999, Math.max(1 / Math.max(2, answers.length), right)) }],
    answers,
  )
