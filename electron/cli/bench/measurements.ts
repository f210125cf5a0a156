/** Schedules turns and sums up what was timed. Pure. */

/**
 * The order in which contestants take their turns in a round: rotated by one place per round, so that
 * none always runs first on a rested machine or last on a warm one.
 */
export function turnOrder(contestants: number, round: number): readonly number[] {
  return Array.from({ length: contestants }, (_, place) => (place + round) % contestants)
}

export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

/** @param values at least one */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return { min: rounded(sorted[0]!), median: rounded(median), max: rounded(sorted.at(-1)!) }
}

/** Three decimals: microseconds of a millisecond. */
export const rounded = (value: number): number => Math.round(value * 1000) / 1000

/**
 * Makes a context of exactly `length` tokens that ends as the prompt does: a longer prompt loses its
 * beginning, a shorter one is preceded by itself, repeated.
 *
 * @param ids at least one
 */
export function contextOf(ids: readonly number[], length: number): readonly number[] {
  return Array.from({ length }, (_, i) => ids[(((i - length) % ids.length) + ids.length) % ids.length]!)
}

/** Positions at which both chose the same token, and all positions. */
export function countEqual(
  chosen: readonly number[],
  expected: readonly number[],
): { readonly equal: number; readonly total: number } {
  if (chosen.length !== expected.length)
    throw new RangeError(`${chosen.length} choices for ${expected.length} tokens`)
  return { equal: chosen.filter((id, i) => id === expected[i]).length, total: expected.length }
}
