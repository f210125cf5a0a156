import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DraftTree } from '../../../models/decoding/draft-tree.ts'

/** A tree from pairs (parent, token), whatever they are. */
function treeOf(edges: readonly (readonly [number, number, number])[]): DraftTree {
  const tree = new DraftTree(0)
  for (const [parent, token, share] of edges) {
    const row = parent % tree.rows
    tree.add(row, token, tree.likelihoods[row]! * share)
  }
  return tree
}

const edges = fc.array(fc.tuple(fc.nat(50), fc.nat(4), fc.double({ min: 0, max: 1, noNaN: true })), {
  maxLength: 24,
})

describe('a tree of guesses', () => {
  it('gives the same row to the same guess and tells siblings and cousins apart', () => {
    const tree = new DraftTree(7)
    const a = tree.add(0, 1, 0.5)
    const b = tree.add(0, 2, 0.3)
    expect(tree.add(0, 1, 0.9)).toBe(a)
    const cousin = tree.add(b, 1, 0.2)
    expect(cousin).not.toBe(a)
    expect(tree.tokens).toEqual([7, 1, 2, 1])
    expect(tree.depths).toEqual([0, 1, 1, 2])
    expect(tree.childOf(b, 1)).toBe(cousin)
    expect(tree.childOf(a, 1)).toBeNull()
    expect(tree.pathTo(cousin)).toEqual([0, b, cousin])
    expect(() => tree.add(4, 1, 0.1)).toThrow(RangeError)
  })

  it('lets a row see its own path and nothing else', () => {
    fc.assert(
      fc.property(edges, (given) => {
        const tree = treeOf(given)
        for (let row = 0; row < tree.rows; row++) {
          const path = new Set(tree.pathTo(row))
          expect(path.size).toBe(tree.depths[row]! + 1)
          for (let other = 0; other < tree.rows; other++) expect(tree.sees(row, other)).toBe(path.has(other))
        }
      }),
    )
  })

  it('keeps the likeliest rows, connected and in order', () => {
    fc.assert(
      fc.property(edges, fc.integer({ min: 1, max: 12 }), (given, rows) => {
        const tree = treeOf(given)
        const kept = tree.likeliest(rows)
        expect(kept.rows).toBe(Math.min(rows, tree.rows))
        expect(kept.tokens[0]).toBe(tree.tokens[0])
        const largest = [...tree.likelihoods].sort((a, b) => b - a).slice(0, kept.rows)
        expect(kept.likelihoods).toEqual(largest)
        const words = (of: DraftTree, row: number): string =>
          of
            .pathTo(row)
            .map((at) => of.tokens[at])
            .join(' ')
        const all = new Set(Array.from({ length: tree.rows }, (_, row) => words(tree, row)))
        for (let row = 0; row < kept.rows; row++) expect(all.has(words(kept, row))).toBe(true)
      }),
    )
  })
})
