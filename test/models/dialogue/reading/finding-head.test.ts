import { describe, expect, it } from 'vitest'
import { FindingHead } from '../../../../models/dialogue/reading/finding-head.ts'

/** Two findings over vectors of two numbers: the first likes the first number. */
const weights = Float32Array.of(3, 0, 0, 0, 3, 1)
const description = { findings: ['cough', 'fever'], width: 2 }

describe('the head that reads findings', () => {
  const head = FindingHead.parse(description, weights, 'head.json')

  it('shares all between its findings, most to what the words are like', () => {
    const [cough, fever] = head.shares(Float32Array.of(1, 0))
    expect(cough).toMatchObject({ finding: 'cough' })
    expect((cough?.share ?? 0) + (fever?.share ?? 0)).toBeCloseTo(1)
    expect(cough?.share).toBeCloseTo(Math.exp(3) / (Math.exp(3) + Math.exp(1)))
    expect(head.shares(Float32Array.of(0, 1))[1]?.share).toBeGreaterThan(0.95)
  })

  it.each([
    ['weights that do not fit', description, weights.subarray(1)],
    ['no findings', { findings: [], width: 2 }, new Float32Array()],
    ['no description', 'head', weights],
  ])('refuses %s, naming the file', (_, described, given) => {
    expect(() => FindingHead.parse(described, given, 'reading/head.json')).toThrow(/reading\/head\.json/)
  })
})
