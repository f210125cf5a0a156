import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Resampler } from '../../../models/core/resampler.ts'

const tone = (hertz: number, rate: number, seconds: number): Float32Array =>
  Float32Array.from({ length: rate * seconds }, (_, index) => Math.sin((2 * Math.PI * hertz * index) / rate))

/** Decibels of what a full tone becomes, ends left out. */
function levelAfter(hertz: number, from: number, to: number): number {
  const out = new Resampler(from, to).push(tone(hertz, from, 1)).slice(800, -800)
  const power = out.reduce((sum, sample) => sum + sample * sample, 0) / out.length
  return 10 * Math.log10(2 * power + 1e-15)
}

describe.each([48_000, 44_100, 96_000])('sound at %i Hz', (from) => {
  it('keeps its tones up to 7 kHz at 16 kHz', () => {
    for (const hertz of [100, 1000, 3400, 7000])
      expect(Math.abs(levelAfter(hertz, from, 16_000)), `${hertz}`).toBeLessThan(0.05)
  })

  it('leaves nothing of what 16 kHz cannot hold', () => {
    for (const hertz of [8300, 9000, 12_000, 15_900, 20_000])
      expect(levelAfter(hertz, from, 16_000), `${hertz}`).toBeLessThan(-80)
  })

  it('comes at the right time', () => {
    const out = new Resampler(from, 16_000).push(tone(440, from, 1))
    const expected = tone(440, 16_000, 1)
    for (let index = 400; index < out.length - 400; index++)
      expect(Math.abs(out[index]! - expected[index]!)).toBeLessThan(1e-3)
    expect(out.length).toBeGreaterThan(15_900)
  })

  it('is the same in whatever pieces it comes', () => {
    const samples = tone(333, from, 0.25)
    const whole = new Resampler(from, 16_000).push(samples)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 60 }), (sizes) => {
        const resampler = new Resampler(from, 16_000)
        const pieces: number[] = []
        let at = 0
        for (const size of [...sizes, samples.length]) {
          pieces.push(...resampler.push(samples.subarray(at, at + size)))
          at = Math.min(samples.length, at + size)
        }
        expect(Float32Array.from(pieces)).toEqual(whole)
      }),
      { numRuns: 20 },
    )
  })
})

describe('a rate below the target', () => {
  it('is raised without images', () => {
    expect(Math.abs(levelAfter(1000, 8000, 16_000))).toBeLessThan(0.05)
    const out = new Resampler(8000, 16_000).push(tone(3000, 8000, 1)).slice(800, -800)
    // An image of 3 kHz would lie at 5 kHz.
    let real = 0
    let imaginary = 0
    for (const [index, sample] of out.entries()) {
      real += sample * Math.cos((2 * Math.PI * 5000 * index) / 16_000)
      imaginary += sample * Math.sin((2 * Math.PI * 5000 * index) / 16_000)
    }
    expect((2 * Math.hypot(real, imaginary)) / out.length).toBeLessThan(1e-4)
  })
})
