/**
 * Which rule pools beliefs better about cases that its weights were not fitted on: cross-validation by case, since
 * visits to one case resemble each other (Stone 1974; grouped folds). With few cases a fit loses to an equal share
 * (Clemen 1989), and only a comparison like this one shows it.
 */
import { pool, poolRules, type LogBelief, type PoolPart, type PoolRule } from '../clinical/pool.ts'
import { fitPoolWeights, type Solved } from './pool-weights.ts'

/** The prior's belief first, then one a member. */
export interface SolvedVisit extends Solved {
  /** The case or person visited; visits to the same one stay in one fold. */
  readonly visited: string
}

export interface PoolFit {
  readonly rule: PoolRule
  readonly prior: number
  /** One a member, 0 or more. */
  readonly weights: readonly number[]
}

/** How a rule did on cases left out of its fit. */
export interface HeldOut {
  /** Mean logarithm of the probability of what was right, natural. */
  readonly likelihood: number
  /** Share of cases whose likeliest answer was right. */
  readonly accuracy: number
}

const folds = 8

const membersIn = (solved: readonly SolvedVisit[]): number =>
  Math.max(0, (solved[0]?.beliefs.length ?? 0) - 1)

/** Fitted exponents. A member is never weighed against itself: one that would be is left out. */
function logarithmicFit(solved: readonly SolvedVisit[]): PoolFit {
  const members = Array.from({ length: membersIn(solved) }, (_, member) => member)
  let kept = members
  for (;;) {
    const places = [0, ...kept.map((member) => member + 1)]
    const [prior = 0, ...weights] = fitPoolWeights(
      solved.map(({ beliefs, right }) => ({
        beliefs: places.flatMap((place) => beliefs[place] ?? []),
        right,
      })),
    )
    const least = weights.indexOf(Math.min(...weights))
    if ((weights[least] ?? 0) >= 0)
      return {
        rule: 'logarithmic',
        prior,
        weights: members.map((member) => weights[kept.indexOf(member)] ?? 0),
      }
    kept = kept.filter((_, at) => at !== least)
  }
}

/** An equal share each: nothing is fitted, and every member has counted the prior already. */
function linearFit(solved: readonly SolvedVisit[]): PoolFit {
  const members = membersIn(solved)
  return { rule: 'linear', prior: 0, weights: Array.from({ length: members }, () => 1 / members) }
}

const fits: Readonly<Record<PoolRule, (solved: readonly SolvedVisit[]) => PoolFit>> = {
  logarithmic: logarithmicFit,
  linear: linearFit,
}

export function pooled({ rule, prior, weights }: PoolFit, beliefs: readonly LogBelief[]): LogBelief {
  const parts: readonly PoolPart[] = beliefs.map((belief, place) => ({
    belief,
    weight: place === 0 ? prior : (weights[place - 1] ?? 0),
  }))
  return pool(rule, [...(beliefs[0]?.keys() ?? [])], parts)
}

function heldOut(rule: PoolRule, solved: readonly SolvedVisit[]): HeldOut {
  const cases = [...new Set(solved.map(({ visited }) => visited))]
  const foldOf = new Map(cases.map((each, place) => [each, place % folds]))
  let likelihood = 0
  let hits = 0
  for (let fold = 0; fold < folds; fold++) {
    const left = solved.filter(({ visited }) => foldOf.get(visited) === fold)
    if (left.length === 0) continue
    const fit = fits[rule](solved.filter(({ visited }) => foldOf.get(visited) !== fold))
    for (const { beliefs, right } of left) {
      const belief = pooled(fit, beliefs)
      const chance = belief.get(right) ?? Number.NEGATIVE_INFINITY
      likelihood += chance
      if (chance >= Math.max(...belief.values())) hits += 1
    }
  }
  return { likelihood: likelihood / solved.length, accuracy: hits / solved.length }
}

/**
 * The rule under which cases left out are likeliest, fitted on all of them.
 *
 * @param solved visits to at least two cases
 */
export function fitPool(solved: readonly SolvedVisit[]): {
  readonly fit: PoolFit
  readonly heldOut: Readonly<Record<PoolRule, HeldOut>>
} {
  const measured = {
    logarithmic: heldOut('logarithmic', solved),
    linear: heldOut('linear', solved),
  }
  const best = poolRules.reduce((before, rule) =>
    measured[rule].likelihood > measured[before].likelihood ? rule : before,
  )
  return { fit: fits[best](solved), heldOut: measured }
}
