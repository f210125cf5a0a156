/**
 * Sound at another rate by a windowed sinc (Smith 2002, "Digital Audio Resampling"): a Kaiser window of 32
 * zero crossings and beta 9, which keeps what is aliased or imaged about 90 dB down. The band passed ends at
 * 0.92 of half the lower rate.
 */
import { fail } from '../../core/failure.ts'

const crossings = 32
const beta = 9
const passes = 0.92

/** Modified Bessel function of the first kind, order zero, by its series. */
function bessel(x: number): number {
  let sum = 1
  let term = 1
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b))

/**
 * @param samples mono at `from` samples per second
 * @returns mono at `to` samples per second, as long in seconds; what lies beyond the ends is silence.
 *   Fails with `invalid-request` when a rate is no positive integer.
 */
export function resampled(samples: Float32Array, from: number, to: number): Float32Array {
  if (!Number.isInteger(from) || !Number.isInteger(to) || from <= 0 || to <= 0)
    fail('invalid-request', `Sound of ${from} samples per second cannot be read. Record it again.`, { from })
  if (from === to) return samples
  const divisor = greatestDivisor(from, to)
  const up = to / divisor
  const down = from / divisor
  // Cut-off and time in samples of the source.
  const cutoff = (passes * Math.min(from, to)) / from
  const reach = crossings / cutoff
  const taps = Math.ceil(reach)
  const length = Math.max(1, Math.round((samples.length * to) / from))
  const phases = phaseFilters(up, down, taps, cutoff, reach)
  const out = new Float32Array(length)
  for (let index = 0; index < length; index++) {
    const position = index * down
    const centre = Math.floor(position / up)
    const filter = phases[position % up]!
    let sum = 0
    const first = Math.max(0, centre - taps + 1)
    const last = Math.min(samples.length - 1, centre + taps)
    for (let at = first; at <= last; at++) sum += samples[at]! * filter[at - centre + taps - 1]!
    out[index] = sum
  }
  return out
}

/** One filter of 2 x taps numbers per distinct position between two samples of the source. */
function phaseFilters(
  up: number,
  down: number,
  taps: number,
  cutoff: number,
  reach: number,
): readonly Float64Array[] {
  const phases: Float64Array[] = Array.from({ length: up }, () => new Float64Array(0))
  const scale = bessel(beta)
  for (let index = 0; index < up; index++) {
    const phase = (index * down) % up
    phases[phase] = Float64Array.from({ length: 2 * taps }, (_, tap) => {
      const distance = tap - taps + 1 - phase / up
      if (Math.abs(distance) >= reach) return 0
      const x = Math.PI * cutoff * distance
      const sinc = distance === 0 ? 1 : Math.sin(x) / x
      return (cutoff * sinc * bessel(beta * Math.sqrt(1 - (distance / reach) ** 2))) / scale
    })
  }
  return phases
}
