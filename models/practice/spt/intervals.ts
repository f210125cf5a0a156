/** Means with bootstrap intervals. */
import { seededRandom } from '../../core/random.ts'

export interface Interval {
  readonly mean: number
  /** The 2.5th and 97.5th percentiles of the means of resampled cases. */
  readonly low: number
  readonly high: number
}

const resamples = 2000

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** @returns zeros where there is no value */
export function bootstrap(values: readonly number[], seed: number): Interval {
  if (values.length === 0) return { mean: 0, low: 0, high: 0 }
  const random = seededRandom(seed)
  const means: number[] = []
  for (let round = 0; round < resamples; round++) {
    let sum = 0
    for (let draw = 0; draw < values.length; draw++) sum += values[random.below(values.length)] ?? 0
    means.push(sum / values.length)
  }
  means.sort((a, b) => a - b)
  const at = (share: number): number => means[Math.min(resamples - 1, Math.floor(share * resamples))] ?? 0
  return { mean: meanOf(values), low: at(0.025), high: at(0.975) }
}
