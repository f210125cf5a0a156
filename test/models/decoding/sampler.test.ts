import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../models/core/random.ts'
import { largest, Sampler } from '../../../models/decoding/sampler.ts'

const logitsOf = (size: number, seed: number, scale: number): Float32Array => {
  const random = seededRandom(seed)
  return Float32Array.from({ length: size }, () => (random.uniform() + random.uniform() - 1) * scale)
}

/** The nucleus by the book: sort everything, take until the mass is reached. */
function nucleus(logits: Float32Array, temperature: number, topP: number): Set<number> {
  const top = Math.max(...logits)
  const weights = [...logits].map((x) => Math.exp((x - top) / temperature))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const order = [...weights.keys()].sort((a, b) => weights[b]! - weights[a]! || a - b)
  const kept = new Set<number>()
  let mass = 0
  for (const id of order) {
    kept.add(id)
    mass += weights[id]! / total
    if (mass >= topP) break
  }
  return kept
}

describe('the sampler', () => {
  it('takes the first of the largest logits when the temperature is 0', () => {
    const sampler = new Sampler({ temperature: 0, topP: 0.5, seed: 3 })
    expect(sampler.choose(Float32Array.of(1, 7, NaN, 7, -Infinity))).toBe(1)
    expect(largest(Float32Array.of(NaN, NaN))).toBe(0)
  })

  it('gives the same tokens for the same seed and others for another', () => {
    const draw = (seed: number): number[] => {
      const sampler = new Sampler({ temperature: 1, topP: 1, seed })
      return Array.from({ length: 40 }, (_, i) => sampler.choose(logitsOf(200, i, 4)))
    }
    expect(draw(9)).toEqual(draw(9))
    expect(draw(9)).not.toEqual(draw(10))
  })

  it('never leaves the nucleus, whatever the logits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.nat(),
        fc.double({ min: 0.1, max: 30, noNaN: true }),
        fc.double({ min: 0.05, max: 3, noNaN: true }),
        fc.double({ min: 0.02, max: 0.98, noNaN: true }),
        (size, seed, scale, temperature, topP) => {
          const logits = logitsOf(size, seed, scale)
          // A hair of tolerance: the two sums round differently.
          const allowed = nucleus(logits, temperature, Math.min(1, topP + 1e-4))
          const sampler = new Sampler({ temperature, topP, seed })
          for (let i = 0; i < 20; i++) expect(allowed.has(sampler.choose(logits))).toBe(true)
        },
      ),
    )
  })

  it('reaches every token of the nucleus, ties included, and none besides', () => {
    const logits = Float32Array.of(2, 1, 1, 1, 1, 0, -30)
    const sampler = new Sampler({ temperature: 1, topP: 0.75, seed: 5 })
    const seen = new Set(Array.from({ length: 2000 }, () => sampler.choose(logits)))
    expect([...seen].sort()).toEqual([...nucleus(logits, 1, 0.75)].sort())
  })

  it('draws as often as the probabilities say (chi-square)', () => {
    const logits = Float32Array.of(1.2, 0, -0.7, 2, 0.4, -1.5)
    for (const temperature of [0.6, 1, 1.7]) {
      const weights = [...logits].map((x) => Math.exp(x / temperature))
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      const draws = 20_000
      const sampler = new Sampler({ temperature, topP: 1, seed: 77 })
      const counts = new Array<number>(logits.length).fill(0)
      for (let i = 0; i < draws; i++) counts[sampler.choose(logits)]!++
      const chiSquare = counts.reduce((sum, count, id) => {
        const expected = (draws * weights[id]!) / total
        return sum + (count - expected) ** 2 / expected
      }, 0)
      // 0.999 quantile with 5 degrees of freedom.
      expect(chiSquare).toBeLessThan(20.5)
    }
  })

  it('copes with one token, equal logits and infinities', () => {
    const sampler = new Sampler({ temperature: 1, topP: 0.9, seed: 1 })
    expect(sampler.choose(Float32Array.of(-4))).toBe(0)
    expect(sampler.choose(Float32Array.of(-Infinity, 3, -Infinity))).toBe(1)
    const flat = new Set(Array.from({ length: 500 }, () => sampler.choose(new Float32Array(10))))
    expect([...flat].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })
})
