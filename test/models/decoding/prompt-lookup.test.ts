import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DraftTree } from '../../../models/decoding/draft-tree.ts'
import { PromptLookup } from '../../../models/decoding/prompt-lookup.ts'

/** A look-up over a text whose last token is pending. */
function over(ids: readonly number[]): PromptLookup {
  const lookup = new PromptLookup()
  lookup.reset({ ids: ids.slice(0, -1) }, ids.at(-1)!)
  return lookup
}

const after = (ids: readonly number[], nodes = 8, depth = 4): Promise<DraftTree> =>
  over(ids).propose({ nodes, depth })

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
  it('guesses what followed the same words before', async () => {
    expect(guesses(await after([1, 2, 3, 4, 5, 9, 1, 2]))).toEqual(['3', '3 4', '3 4 5', '3 4 5 9'])
  })

  it('guesses nothing for words that are new, and nothing when nothing is asked', async () => {
    expect((await after([1, 2, 3, 4])).rows).toBe(1)
    expect((await after([1])).rows).toBe(1)
    expect((await after([1, 2, 3, 1, 2], 0)).rows).toBe(1)
    expect((await after([1, 2, 3, 1, 2], 4, 0)).rows).toBe(1)
  })

  it('puts the continuation of the longest match first and the others beside it', async () => {
    const tree = await after([5, 1, 2, 30, 8, 6, 1, 2, 40, 9, 5, 1, 2], 8, 2)
    expect(tree.tokens[1]).toBe(30)
    expect(guesses(tree)).toEqual(expect.arrayContaining(['30', '30 8', '40', '40 9']))
    expect(tree.likelihoods[tree.childOf(0, 30)!]!).toBeGreaterThan(tree.likelihoods[tree.childOf(0, 40)!]!)
  })

  it('merges continuations that begin alike', async () => {
    const tree = await after([1, 2, 3, 4, 7, 1, 2, 3, 5, 7, 1, 2], 8, 2)
    expect([...guesses(tree)].sort()).toEqual(['3', '3 4', '3 5'])
  })

  it('finds the reply as well as the prompt', async () => {
    const lookup = over([1, 2])
    lookup.observe([3, 4, 5])
    lookup.observe([8, 3, 4])
    expect(guesses(await lookup.propose({ nodes: 1, depth: 1 }))).toEqual(['5'])
  })

  it('forgets everything when it starts over', async () => {
    const lookup = over([1, 2, 3, 1, 2])
    lookup.reset({ ids: [1] }, 2)
    expect((await lookup.propose({ nodes: 4, depth: 4 })).rows).toBe(1)
  })

  it('only guesses what some earlier occurrence was followed by, within its bounds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(4), { minLength: 1, maxLength: 80 }),
        fc.nat(10),
        fc.nat(6),
        async (ids, nodes, depth) => {
          const tree = await after(ids, nodes, depth)
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

  it('learns how far repetition goes', async () => {
    const verse = [1, 2, 3, 4, 5, 6, 7, 8]
    const faithful = over(verse)
    const fickle = over(verse)
    for (let i = 0; i < 10; i++) {
      faithful.observe(verse)
      fickle.observe([1, 2, 20 + i])
    }
    faithful.observe([1, 2])
    fickle.observe([1, 2])
    expect((await faithful.propose({ nodes: 1, depth: 1 })).likelihoods[1]!).toBeGreaterThan(0.9)
    expect((await fickle.propose({ nodes: 1, depth: 1 })).likelihoods[1]!).toBeLessThan(0.3)
  })
})
