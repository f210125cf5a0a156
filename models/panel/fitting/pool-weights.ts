/** Exponents of a log-opinion pool by maximum likelihood of the right answers (conditional logit), Newton's way. */
import { normalised, type LogBelief } from '../clinical/pool.ts'

export interface Solved {
  /** One belief per weight, over the same answers. */
  readonly beliefs: readonly LogBelief[]
  readonly right: string
}

/** Pull towards zero, per person: a hundredth of a nat at a weight of one. */
const ridge = 0.01
const steps = 40

/** @returns one weight per belief */
export function fitPoolWeights(solved: readonly Solved[]): readonly number[] {
  const count = solved[0]?.beliefs.length ?? 0
  let weights = Array.from({ length: count }, () => 1 / Math.max(1, count))
  for (let step = 0; step < steps; step++) {
    const gradient = weights.map((weight) => 2 * ridge * weight)
    const curvature = weights.map((_, row) => weights.map((_, column) => (row === column ? 2 * ridge : 0)))
    for (const { beliefs, right } of solved) {
      const answers = [...(beliefs[0]?.keys() ?? [])]
      const pooled = normalised(
        new Map(
          answers.map((answer) => [
            answer,
            beliefs.reduce((sum, belief, at) => sum + (weights[at] ?? 0) * (belief.get(answer) ?? 0), 0),
          ]),
        ),
      )
      const means = beliefs.map((belief) =>
        answers.reduce(
          (sum, answer) => sum + Math.exp(pooled.get(answer) ?? 0) * (belief.get(answer) ?? 0),
          0,
        ),
      )
      for (let row = 0; row < count; row++) {
        gradient[row]! += (means[row]! - (beliefs[row]?.get(right) ?? 0)) / solved.length
        for (let column = 0; column < count; column++) {
          const product = answers.reduce(
            (sum, answer) =>
              sum +
              Math.exp(pooled.get(answer) ?? 0) *
                (beliefs[row]?.get(answer) ?? 0) *
                (beliefs[column]?.get(answer) ?? 0),
            0,
          )
          curvature[row]![column]! += (product - means[row]! * means[column]!) / solved.length
        }
      }
    }
    const move = solve(curvature, gradient)
    weights = weights.map((weight, at) => weight - (move[at] ?? 0))
    if (Math.hypot(...move) < 1e-6) break
  }
  return weights
}

/** Gaussian elimination with pivots; the matrix is symmetric and positive. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] {
  const rows = matrix.map((row, at) => [...row, right[at] ?? 0])
  const size = rows.length
  for (let pivot = 0; pivot < size; pivot++) {
    const best = rows.reduce(
      (most, row, at) => (at >= pivot && Math.abs(row[pivot]!) > Math.abs(rows[most]![pivot]!) ? at : most),
      pivot,
    )
    const swapped = rows[pivot]!
    rows[pivot] = rows[best]!
    rows[best] = swapped
    for (let below = pivot + 1; below < size; below++) {
      const factor = rows[below]![pivot]! / rows[pivot]![pivot]!
      for (let column = pivot; column <= size; column++)
        rows[below]![column]! -= factor * rows[pivot]![column]!
    }
  }
  const out = Array.from({ length: size }, () => 0)
  for (let row = size - 1; row >= 0; row--) {
    let rest = rows[row]![size]!
    for (let column = row + 1; column < size; column++) rest -= rows[row]![column]! * out[column]!
    out[row] = rest / rows[row]![row]!
  }
  return out
}
