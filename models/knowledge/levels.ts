/**
 * The words in which knowledge is written down, and the numbers they stand for.
 *
 * Five levels, because that is what a careful reader of textbooks can tell apart; the mapping lives
 * here and nowhere else.
 */

/** How often a finding is present in people with a condition. */
export const likelihoodLevels = ['never', 'rarely', 'sometimes', 'often', 'usually'] as const
export type LikelihoodLevel = (typeof likelihoodLevels)[number]

export const likelihoods: Readonly<Record<LikelihoodLevel, number>> = {
  never: 0.01,
  rarely: 0.1,
  sometimes: 0.35,
  often: 0.65,
  usually: 0.92,
}

/** How often a condition is behind a visit, relative to the others, in one group of people. */
export const priorLevels = ['absent', 'very-rare', 'rare', 'uncommon', 'common', 'very-common'] as const
export type PriorLevel = (typeof priorLevels)[number]

/** Relative weights; a visit's priors are these, normalised over all conditions. */
export const priorWeights: Readonly<Record<PriorLevel, number>> = {
  absent: 1e-6,
  'very-rare': 0.1,
  rare: 0.35,
  uncommon: 1,
  common: 2.5,
  'very-common': 5,
}
