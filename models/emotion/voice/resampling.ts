/** A whole recording at another rate. */
import { fail } from '../../core/failure.ts'
import { Resampler } from '../../core/resampler.ts'

/**
 * @param samples mono at `from` samples per second
 * @returns mono at `to` samples per second, as long in seconds; what lies beyond the ends is silence.
 *   Fails with `invalid-request` when a rate is no positive integer.
 */
export function resampled(samples: Float32Array, from: number, to: number): Float32Array {
  if (!Number.isInteger(from) || !Number.isInteger(to) || from <= 0 || to <= 0)
    fail('invalid-request', `Sound of ${from} samples per second cannot be read. Record it again.`, { from })
  if (from === to) return samples
  const length = Math.max(1, Math.round((samples.length * to) / from))
  const resampler = new Resampler(from, to)
  const out = new Float32Array(length)
  const made = resampler.push(samples)
  out.set(made.subarray(0, length))
  if (made.length < length) out.set(resampler.finish().subarray(0, length - made.length), made.length)
  return out
}
