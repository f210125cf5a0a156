import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DraftTree } from '../../../models/decoding/draft-tree.ts'
import { PromptLookup } from '../../../models/decoding/prompt-lookup.ts'

const after = (ids: readonly number[], nodes = 8, depth = 4): DraftTree => {
  const lookup = new PromptLookup()
  lookup.reset(ids)
  return lookup.propose(nodes, depth)
}

/** The guesses as texts from the root, root left out. */
const guesses = (tree: DraftTree): readonly string[] =>
  Array.from({ length: tree.rows }, (_, row) =>
    tree
      .pathTo(row)
      .slice(1)
      .map((at) => tree.tokens[at])
      .join(' '),
  ).slice(1)

describe('prompt lookup', () => {
  it('guesses what followed the same words before', () => {
    expect(guesses(after([1, 2, 3, 4, 5, 9, 1, 2]))).toEqual(['3', '3 4', '3 4 5', '3 4 5 9'])
  })

  it('guesses nothing for words that are new, and nothing when nothing is asked', () => {
    expect(after([1, 2, 3, 4]).rows).toBe(1)
    expect(after([1]).rows).toBe(1)
    expect(after([1, 2, 3, 1, 2], 0).rows).toBe(1)
    expect(after([1, 2, 3, 1, 2], 4, 0).rows).toBe(1)
  })

  it('puts the continuation of the longest match first and the others beside it', () => {
    const tree = after([5, 1, 2, 30, 8, 6, 1, 2, 40, 9, 5, 1, 2], 8, 2)
    expect(tree.tokens[1]).toBe(30)
    expect(guesses(tree)).toEqual(expect.arrayContaining(['30', '30 8', '40', '40 9']))
    expect(tree.likelihoods[tree.childOf(0, 30)!]!).toBeGreaterThan(tree.likelihoods[tree.childOf(0, 40)!]!)
  })

  it('merges continuations that begin alike', () => {
    const tree = after([1, 2, 3, 4, 7, 1, 2, 3, 5, 7, 1, 2], 8, 2)
    expect([...guesses(tree)].sort()).toEqual(['3', '3 4', '3 5'])
  })

  it('finds the reply as well as the prompt', () => {
    const lookup = new PromptLookup()
    lookup.reset([1, 2])
    lookup.observe([3, 4, 5])
    lookup.observe([8, 3, 4])
    expect(guesses(lookup.propose(1, 1))).toEqual(['5'])
  })

  it('forgets everything when it starts over', () => {
    const lookup = new PromptLookup()
    lookup.reset([1, 2, 3, 1, 2])
    lookup.reset([1, 2])
    expect(lookup.propose(4, 4).rows).toBe(1)
  })

  it('only guesses what some earlier occurrence was followed by, within its bounds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(4), { minLength: 1, maxLength: 80 }),
        fc.nat(10),
        fc.nat(6),
        (ids, nodes, depth) => {
          const tree = after(ids, nodes, depth)
          expect(tree.rows - 1).toBeLessThanOrEqual(nodes)
          expect(Math.max(...tree.depths)).toBeLessThanOrEqual(depth)
          const text = ids.join(' ')
          const ending = ids.slice(-2).join(' ')
          for (const guess of guesses(tree)) expect(text).toContain(`${ending} ${guess}`)
          const total = tree.likelihoods.reduce(
            (sum, share, row) => (tree.depths[row] === 1 ? sum + share : sum),
            0,
          )
          expect(total).toBeLessThanOrEqual(1)
        },
      ),
    )
  })

  it('learns how far repetition goes', () => {
    const faithful = new PromptLookup()
    const fickle = new PromptLookup()
    const verse = [1, 2, 3, 4, 5, 6, 7, 8]
    faithful.reset(verse)
    fickle.reset(verse)
    for (let i = 0; i < 10; i++) {
      faithful.observe(verse)
      fickle.observe([1, 2, 20 + i])
    }
    faithful.observe([1, 2])
    fickle.observe([1, 2])
    expect(faithful.propose(1, 1).likelihoods[1]!).toBeGreaterThan(0.9)
    expect(fickle.propose(1, 1).likelihoods[1]!).toBeLessThan(0.3)
  })
})
