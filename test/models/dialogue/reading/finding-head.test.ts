import { describe, expect, it } from 'vitest'
import { FindingHead } from '../../../../models/dialogue/reading/finding-head.ts'

/** Two findings over vectors of two numbers: each is told along one of them and denied along its opposite. */
const weights = Float32Array.of(3, 0, 0, 0, 3, 1, -3, 0, 0, 0, -3, 0, 0, 0, 2)
const description = { findings: ['cough', 'fever'], width: 2 }

describe('the head that reads findings', () => {
  const head = FindingHead.parse(description, weights, 'head.json')

  it('shares between what is told, what is denied and neither, most to what the words are like', () => {
    const [cough, fever] = head.shares(Float32Array.of(1, 0))
    const total = Math.exp(3) + Math.exp(1) + Math.exp(-3) + 1 + Math.exp(2)
    expect(cough).toMatchObject({ finding: 'cough' })
    expect(cough?.share).toBeCloseTo(Math.exp(3) / total)
    expect(cough?.denied).toBeCloseTo(Math.exp(-3) / total)
    expect(fever?.share).toBeCloseTo(Math.exp(1) / total)
    expect(head.shares(Float32Array.of(0, -1))[1]?.denied).toBeGreaterThan(0.6)
  })

  it('leaves most to neither where the words are like nothing', () => {
    const shares = head.shares(Float32Array.of(0, 0))
    const [most] = shares.map(({ share, denied }) => share + denied).toSorted((a, b) => b - a)
    expect(most).toBeLessThan(0.35)
  })

  it.each([
    ['weights that do not fit', description, weights.subarray(1)],
    ['no findings', { findings: [], width: 2 }, new Float32Array()],
    ['no description', 'head', weights],
  ])('refuses %s, naming the file', (_, described, given) => {
    expect(() => FindingHead.parse(described, given, 'reading/head.json')).toThrow(/reading\/head\.json/)
  })
})
