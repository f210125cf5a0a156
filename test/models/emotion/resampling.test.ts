import { describe, expect, it } from 'vitest'
import { resampled } from '../../../models/emotion/voice/resampling.ts'

const tone = (hertz: number, rate: number, seconds: number): Float32Array =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, index) =>
    Math.sin((2 * Math.PI * hertz * index) / rate),
  )

/** Largest difference away from the ends, where the filter reaches beyond the sound. */
function difference(a: Float32Array, b: Float32Array): number {
  let largest = 0
  for (let index = 800; index < a.length - 800; index++)
    largest = Math.max(largest, Math.abs(a[index]! - b[index]!))
  return largest
}

describe('resampling', () => {
  it('gives the same tone at the other rate', () => {
    for (const rate of [8_000, 11_025, 22_050, 32_000, 44_100, 48_000])
      for (const hertz of [100, 1_000, 3_000]) {
        const found = resampled(tone(hertz, rate, 0.4), rate, 16_000)
        expect(found).toHaveLength(6_400)
        expect(difference(found, tone(hertz, 16_000, 0.4))).toBeLessThan(1e-3)
      }
  })

  it('lets nothing through that the lower rate cannot hold', () => {
    for (const hertz of [9_000, 12_000, 20_000]) {
      const found = resampled(tone(hertz, 48_000, 0.5), 48_000, 16_000)
      expect(difference(found, new Float32Array(found.length))).toBeLessThan(2e-4)
    }
  })

  it('keeps what needs no change, and short sounds', () => {
    const samples = tone(100, 16_000, 0.1)
    expect(resampled(samples, 16_000, 16_000)).toBe(samples)
    expect(resampled(Float32Array.of(0.5), 8_000, 16_000)).toHaveLength(2)
  })

  it('refuses rates that are none', () => {
    for (const rate of [0, -8000, 1.5, Number.NaN])
      expect(() => resampled(new Float32Array(4), rate, 16_000)).toThrow(/cannot be read/)
  })
})
