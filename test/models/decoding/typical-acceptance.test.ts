import { describe, expect, it } from 'vitest'
import { DraftTree } from '../../../models/decoding/draft-tree.ts'
import { Sampler } from '../../../models/decoding/sampler.ts'
import { acceptTypical, type Odds } from '../../../models/decoding/speculative.ts'

const none: ReadonlySet<number> = new Set()
const entropyOf = (chances: readonly number[]): number =>
  chances.reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) : 0), 0)
const odds = (chances: readonly number[]): Odds => ({
  chance: (token) => chances[token]!,
  entropy: entropyOf(chances),
})

describe('typical acceptance', () => {
  it('keeps what the model finds plausible, though it would rather say something else', () => {
    const tree = new DraftTree(0)
    tree.add(0, 1, 0.5)
    const said = [0.7, 0.25, 0.05]
    expect(
      acceptTypical(
        tree,
        () => odds(said),
        () => 0,
        none,
      ),
    ).toEqual({ path: [0, 1], next: 0 })
    tree.add(0, 2, 0.4)
    const rare = new DraftTree(0)
    rare.add(0, 2, 0.5)
    expect(
      acceptTypical(
        rare,
        () => odds(said),
        () => 0,
        none,
      ),
    ).toEqual({ path: [0], next: 0 })
  })

  it('asks for more where the model is sure than where it is not', () => {
    const tree = new DraftTree(0)
    tree.add(0, 1, 0.5)
    const unsure = [0.04, 0.05, ...new Array<number>(91).fill(0.01)]
    expect(
      acceptTypical(
        tree,
        () => odds(unsure),
        () => 0,
        none,
      ).path,
    ).toEqual([0, 1])
    expect(
      acceptTypical(
        tree,
        () => odds([0.95, 0.05]),
        () => 0,
        none,
      ).path,
    ).toEqual([0])
  })

  it('takes the longest path, and of equally long ones the likeliest', () => {
    const tree = new DraftTree(0)
    const a = tree.add(0, 1, 0.5)
    const b = tree.add(0, 2, 0.4)
    const deep = tree.add(a, 3, 0.3)
    const deeper = tree.add(b, 4, 0.3)
    const said = new Map([
      [0, [0, 0.4, 0.6, 0, 0]],
      [a, [0, 0, 0, 0.9, 0.1]],
      [b, [0, 0, 0, 0.1, 0.9]],
    ])
    const at = (row: number): Odds => odds(said.get(row) ?? [1])
    expect(acceptTypical(tree, at, (row) => row, none)).toEqual({ path: [0, b, deeper], next: deeper })
    said.set(b, [1, 0, 0, 0, 0])
    expect(acceptTypical(tree, at, (row) => row, none)).toEqual({ path: [0, a, deep], next: deep })
  })

  it('accepts nothing that ends the reply', () => {
    const tree = new DraftTree(0)
    tree.add(0, 1, 0.5)
    expect(
      acceptTypical(
        tree,
        () => odds([0.1, 0.9]),
        () => 1,
        new Set([1]),
      ).path,
    ).toEqual([0])
  })
})

describe('the odds of a sampler', () => {
  it('are those that it draws by', () => {
    const logits = Float32Array.of(2, 1, 0.5, -1, -3)
    for (const topP of [1, 0.8]) {
      const sampling = { temperature: 0.8, topP, seed: 3 }
      const { chance, entropy } = new Sampler(sampling).odds(logits)
      const chances = Array.from(logits, (_, token) => chance(token))
      expect(chances.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5)
      expect(entropy).toBeCloseTo(entropyOf(chances), 5)
      const sampler = new Sampler(sampling)
      const counts = new Array<number>(5).fill(0)
      for (let i = 0; i < 20_000; i++) counts[sampler.choose(logits)]!++
      counts.forEach((count, token) => expect(Math.abs(count / 20_000 - chances[token]!)).toBeLessThan(0.015))
    }
  })
})
