import { describe, expect, it } from 'vitest'
import { DraftTree } from '../../../models/decoding/draft-tree.ts'
import type { Drafter } from '../../../models/decoding/drafter.ts'
import { JointDrafter, merged } from '../../../models/decoding/joint-drafter.ts'
import { Conversation } from '../../../models/decoding/conversation.ts'
import { TinyDecoder } from '../../support/tiny-decoder.ts'

/** A tree of paths with the likelihood of each path's end; what lies before it is as likely. */
function tree(...paths: readonly (readonly [likelihood: number, ...tokens: number[]])[]): DraftTree {
  const grown = new DraftTree(0)
  for (const [likelihood, ...tokens] of paths)
    tokens.reduce((row, token) => grown.add(row, token, likelihood), 0)
  return grown
}

const chanceOf = (of: DraftTree, ...tokens: readonly number[]): number =>
  of.likelihoods[tokens.reduce((row, token) => of.childOf(row, token)!, 0)]!

describe('two trees as one', () => {
  it('holds every guess of both, each once', () => {
    const both = merged(tree([0.5, 1, 2], [0.3, 4]), tree([0.4, 1, 3], [0.1, 4, 5]))
    expect(both.rows).toBe(1 + 5)
    expect(both.tokens.filter((token) => token === 1).length).toBe(1)
  })

  it('believes the surer of two who guess the same, and what follows from it', () => {
    const both = merged(tree([0.2, 1]), tree([0.6, 1], [0.3, 1, 2]))
    expect(chanceOf(both, 1)).toBeCloseTo(0.6)
    expect(chanceOf(both, 1, 2)).toBeCloseTo(0.3)
    const other = merged(tree([0.8, 1]), tree([0.4, 1], [0.2, 1, 2]))
    expect(chanceOf(other, 1, 2)).toBeCloseTo(0.4)
  })

  it('lets the guesses after one token be no more than certain together', () => {
    const both = merged(tree([0.9, 1]), tree([0.6, 2]))
    expect(chanceOf(both, 1) + chanceOf(both, 2)).toBeCloseTo(1)
    expect(chanceOf(both, 1)).toBeGreaterThan(chanceOf(both, 2))
  })
})

describe('look-up and heads together', () => {
  const proposing = (proposal: DraftTree, asked: () => void): Drafter => ({
    reset: () => undefined,
    observe: () => undefined,
    propose: () => {
      asked()
      return Promise.resolve(proposal)
    },
  })

  it('asks the heads only where the look-up promises less than they did lately', async () => {
    let asked = 0
    const budget = {
      nodes: 8,
      depth: 8,
      worth: (likelihoods: readonly number[]) => likelihoods.reduce((sum, x) => sum + x, 0),
    }
    const run = async (known: DraftTree): Promise<DraftTree> => {
      asked = 0
      const heads = proposing(tree([0.7, 5, 6]), () => asked++)
      const joint = new JointDrafter(
        proposing(known, () => undefined),
        heads,
        () => 0,
      )
      joint.reset(new Conversation(new TinyDecoder()), 0)
      // The first proposal reads the prompt and says nothing of what heads cost later.
      for (let i = 0; i < 2; i++) {
        await joint.propose(budget)
        joint.observe([0])
      }
      return joint.propose(budget)
    }
    const both = await run(tree([0.3, 1]))
    expect(asked).toBe(3)
    expect(both.childOf(0, 1)).not.toBeNull()
    expect(both.childOf(0, 5)).not.toBeNull()
    const known = await run(tree([0.9, 1, 2, 3]))
    expect(asked).toBe(2)
    expect(known.childOf(0, 5)).toBeNull()
  })
})
