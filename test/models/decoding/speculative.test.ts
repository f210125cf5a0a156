import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../models/core/random.ts'
import type { Conversation } from '../../../models/decoding/conversation.ts'
import { DraftTree } from '../../../models/decoding/draft-tree.ts'
import type { LanguageGraph } from '../../../models/decoding/language-graph.ts'
import { PromptLookup } from '../../../models/decoding/prompt-lookup.ts'
import { Sampler } from '../../../models/decoding/sampler.ts'
import { StepCosts } from '../../../models/decoding/step-costs.ts'
import { acceptPath } from '../../../models/decoding/speculative.ts'
import { generateIds, OracleDrafter } from '../../support/generate-ids.ts'
import { TinyDecoder } from '../../support/tiny-decoder.ts'

const prompt = [3, 1, 4, 1, 5, 9, 2, 6]
const none: ReadonlySet<number> = new Set()

/** The right continuation with a wrong sibling beside each of its tokens and a child below the wrong one. */
const bushy = (pending: number, ahead: readonly number[]): DraftTree => {
  const tree = new DraftTree(pending)
  let at = 0
  ahead.forEach((token, index) => {
    const likelihood = tree.likelihoods[at]!
    const wrong = tree.add(at, (token + 1) % 64, likelihood * 0.95)
    if (index + 1 < ahead.length) tree.add(wrong, token, likelihood * 0.9)
    at = tree.add(at, index === 4 ? (token + 2) % 64 : token, likelihood * 0.97)
  })
  return tree
}

const expectSameCache = (a: Conversation, b: Conversation, graph: LanguageGraph, digits: number): void => {
  expect(a.ids).toEqual(b.ids)
  for (let layer = 0; layer < graph.layers; layer++)
    for (let line = 0; line < graph.kvHeads * graph.headWidth; line++)
      for (let row = 0; row < a.cache.length; row++) {
        const key = (of: Conversation): number => of.cache.keys(layer)[line * of.cache.capacity + row]!
        expect(key(a)).toBeCloseTo(key(b), digits)
        const head = Math.floor(line / graph.headWidth)
        const value = ({ cache }: Conversation): number =>
          cache.values(layer)[(head * cache.capacity + row) * graph.headWidth + (line % graph.headWidth)]!
        expect(value(a)).toBeCloseTo(value(b), digits)
      }
}

describe('decoding with guesses', () => {
  it('says what plain decoding says and holds the same rows after it, whatever the guesses', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.constantFrom(0, 0.8, 1.5),
        fc.constantFrom(1, 0.9),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 60 }),
        async (seed, temperature, topP, nodes, maxTokens) => {
          const sampling = { temperature, topP, seed }
          const plain = await generateIds(new TinyDecoder({ seed }), prompt, { sampling, maxTokens })
          for (const drafter of [new PromptLookup(), new OracleDrafter([...prompt, ...plain.ids], bushy)]) {
            const graph = new TinyDecoder({ seed })
            const guessed = await generateIds(graph, prompt, { sampling, maxTokens, drafter, nodes })
            expect(guessed.ids).toEqual(plain.ids)
            expect(guessed.finish).toBe(plain.finish)
            expectSameCache(guessed.conversation, plain.conversation, graph, 5)
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('takes fewer steps when guesses are right', async () => {
    const plain = await generateIds(new TinyDecoder(), prompt, { maxTokens: 60 })
    const drafter = new OracleDrafter([...prompt, ...plain.ids], bushy)
    const guessed = await generateIds(new TinyDecoder(), prompt, { maxTokens: 60, drafter, nodes: 30 })
    expect(guessed.ids).toEqual(plain.ids)
    expect(guessed.stepTokens / guessed.steps).toBeGreaterThan(3)
    expect(guessed.stepTokens).toBe(59)
    const { drafted, accepted, acceptanceByDepth, switchedOff } = guessed.speculation!
    expect(accepted).toBe(guessed.stepTokens - guessed.steps)
    expect(drafted).toBeGreaterThan(accepted)
    expect(acceptanceByDepth.slice(0, 4)).toEqual([1, 1, 1, 1])
    expect(acceptanceByDepth[4]).toBe(0)
    expect(switchedOff).toBeNull()
  })

  it('stops at an end token inside an accepted path, its row not computed', async () => {
    const free = await generateIds(new TinyDecoder(), prompt, { maxTokens: 60 })
    const text = [...prompt, ...free.ids]
    for (const at of [3, 4, 5, 6, 7]) {
      const end = free.ids[at]!
      const endIds = [end]
      const plain = await generateIds(new TinyDecoder(), prompt, { endIds })
      const drafter = new OracleDrafter(text, bushy)
      const guessed = await generateIds(new TinyDecoder(), prompt, { endIds, drafter, nodes: 30 })
      expect(guessed.finish).toBe('end')
      expect(guessed.ids).toEqual(plain.ids)
      expect(guessed.conversation.ids).toEqual(plain.conversation.ids)
    }
  })

  it('stops at the limit inside a path and never computes beyond it', async () => {
    const free = await generateIds(new TinyDecoder(), prompt, { maxTokens: 60 })
    for (let maxTokens = 1; maxTokens < 16; maxTokens++) {
      const plain = await generateIds(new TinyDecoder(), prompt, { maxTokens })
      const drafter = new OracleDrafter([...prompt, ...free.ids], bushy)
      const guessed = await generateIds(new TinyDecoder(), prompt, { maxTokens, drafter, nodes: 30 })
      expect(guessed.ids).toEqual(plain.ids)
      expect(guessed.finish).toBe('length')
      expect(guessed.conversation.ids).toEqual(plain.conversation.ids)
    }
  })

  it('reaches the end of the context and not beyond', async () => {
    const free = await generateIds(new TinyDecoder(), prompt, { maxTokens: 60 })
    for (let contextTokens = 10; contextTokens < 24; contextTokens++) {
      const graph = new TinyDecoder({ contextTokens })
      const drafter = new OracleDrafter([...prompt, ...free.ids], bushy)
      const guessed = await generateIds(graph, prompt, { maxTokens: 100, drafter, nodes: 30 })
      expect(guessed.ids).toEqual(free.ids.slice(0, contextTokens - prompt.length))
      expect(guessed.finish).toBe('length')
    }
  })

  it('computes no further step after it was cancelled and goes on from there later', async () => {
    const free = await generateIds(new TinyDecoder(), prompt, { maxTokens: 60 })
    const text = [...prompt, ...free.ids]
    const graph = new TinyDecoder()
    const abort = new AbortController()
    let calls = 0
    let said = 0
    const stopped = await generateIds(graph, prompt, {
      drafter: new OracleDrafter(text, bushy),
      nodes: 30,
      maxTokens: 60,
      signal: abort.signal,
      onToken: () => {
        if (++said !== 9) return
        abort.abort()
        calls = graph.calls.length
      },
    })
    expect(stopped.finish).toBe('cancelled')
    expect(graph.calls.length).toBe(calls)
    expect(stopped.ids).toEqual(free.ids.slice(0, stopped.ids.length))
    const { conversation } = stopped
    const later = await generateIds(graph, [...prompt, ...stopped.ids], { conversation, maxTokens: 20 })
    expect(later.reusedTokens).toBe(prompt.length + stopped.ids.length - 1)
    expect(later.ids).toEqual(free.ids.slice(stopped.ids.length, stopped.ids.length + 20))
  })

  it('computes for each row of a tree what a run of its path alone computes', async () => {
    const graph = new TinyDecoder()
    const { conversation } = await generateIds(graph, prompt, { maxTokens: 1 })
    const random = seededRandom(4)
    const tree = new DraftTree(5)
    while (tree.rows < 14) tree.add(random.below(tree.rows), random.below(64), 1)
    const whole = await graph.evaluate(
      {
        ids: tree.tokens,
        chooseAt: Array.from({ length: tree.rows }, (_, row) => row),
        logits: true,
        tree: { depths: tree.depths, sees: (row, other) => tree.sees(row, other) },
      },
      conversation.cache,
    )
    for (let row = 0; row < tree.rows; row++) {
      const ids = tree.pathTo(row).map((at) => tree.tokens[at]!)
      const alone = await graph.evaluate(
        { ids, chooseAt: [ids.length - 1], logits: true },
        conversation.cache,
      )
      alone.logits!.forEach((logit, id) => expect(whole.logits![row * 64 + id]).toBeCloseTo(logit, 5))
    }
  })
})

describe('giving guesses up', () => {
  const wrong = (pending: number, ahead: readonly number[]): DraftTree => {
    const tree = new DraftTree(pending)
    if (ahead.length > 0) tree.add(0, (ahead[0]! + 1) % 64, 0.9)
    return tree
  }

  it('stops guessing when checking costs more than it yields, says why and goes on plainly', async () => {
    const plain = await generateIds(new TinyDecoder(), prompt, { maxTokens: 120 })
    const graph = new TinyDecoder()
    const guessed = await generateIds(graph, prompt, {
      maxTokens: 120,
      drafter: new OracleDrafter([...prompt, ...plain.ids], wrong),
      stepMs: (rows) => 10 + rows,
    })
    expect(guessed.ids).toEqual(plain.ids)
    expect(guessed.speculation).toMatchObject({ drafted: 16, accepted: 0 })
    expect(guessed.speculation!.switchedOff).toBe(
      'Checking guesses took 1.09 times a plain step and yielded 1.00 tokens.',
    )
    expect(graph.calls.slice(-60).every((rows) => rows === 1)).toBe(true)
  })

  it('checks no guess that its own likelihood does not justify, and says so', async () => {
    const plain = await generateIds(new TinyDecoder(), prompt, { maxTokens: 120 })
    const unlikely = (pending: number, ahead: readonly number[]): DraftTree => {
      const tree = new DraftTree(pending)
      if (ahead.length > 0) tree.add(0, ahead[0]!, 0.05)
      return tree
    }
    const guessed = await generateIds(new TinyDecoder(), prompt, {
      maxTokens: 120,
      drafter: new OracleDrafter([...prompt, ...plain.ids], unlikely),
    })
    expect(guessed.ids).toEqual(plain.ids)
    expect(guessed.speculation).toMatchObject({ drafted: 0, accepted: 0 })
    expect(guessed.speculation!.switchedOff).toContain('64 guesses')
  })
})

describe('sampling with guesses', () => {
  type Rule = typeof acceptPath

  /** Accepts any sibling that a draw of its own likes, and draws again from all of p after a rejection. */
  const forgetsRejections: Rule = (tree, choose) => {
    const path = [0]
    for (;;) {
      const row = path.at(-1)!
      const child = tree.childOf(row, choose(row))
      if (child === null) return { path, next: choose(row) }
      path.push(child)
    }
  }

  /** Believes the first sibling as soon as any of them is drawn. */
  const favoursTheFirst: Rule = (tree, choose, endIds) => {
    const { path, next } = acceptPath(tree, choose, endIds)
    const first = tree.childOf(0, 1)!
    return path.length > 1 ? { path: [0, first], next } : { path, next }
  }

  const vocabulary = 6
  const draws = 24_000
  const sampling = { temperature: 1, topP: 0.97, seed: 99 }

  /** Target logits of the token after the text: they depend on its last token. */
  const logitsAfter = (token: number): Float32Array => {
    const random = seededRandom(100 + token)
    return Float32Array.from({ length: vocabulary }, () => random.uniform() * 3)
  }

  /** Two tokens after token 0 by `rule`, with three siblings and two grandchildren guessed. */
  function countPairs(rule: Rule): number[] {
    const tree = new DraftTree(0)
    const first = tree.add(0, 1, 0.4)
    tree.add(0, 3, 0.3)
    tree.add(0, 4, 0.2)
    tree.add(first, 2, 0.2)
    tree.add(first, 5, 0.1)
    const sampler = new Sampler(sampling)
    const counts = new Array<number>(vocabulary * vocabulary).fill(0)
    for (let i = 0; i < draws; i++) {
      const choose = (row: number): number => sampler.choose(logitsAfter(tree.tokens[row]!))
      const { path, next } = rule(tree, choose, none)
      const text = [...path.slice(1).map((row) => tree.tokens[row]!), next]
      if (text.length < 2) text.push(sampler.choose(logitsAfter(text[0]!)))
      counts[text[0]! * vocabulary + text[1]!]!++
    }
    return counts
  }

  function countPlainPairs(): number[] {
    const sampler = new Sampler({ ...sampling, seed: 7 })
    const counts = new Array<number>(vocabulary * vocabulary).fill(0)
    for (let i = 0; i < draws; i++) {
      const token = sampler.choose(logitsAfter(0))
      counts[token * vocabulary + sampler.choose(logitsAfter(token))]!++
    }
    return counts
  }

  /** Two-sample chi-square for equal totals, per degree of freedom standardised (Wilson-Hilferty). */
  function deviation(a: readonly number[], b: readonly number[]): number {
    let chiSquare = 0
    let cells = 0
    a.forEach((count, cell) => {
      const both = count + b[cell]!
      if (both === 0) return
      cells++
      chiSquare += (count - b[cell]!) ** 2 / both
    })
    const freedom = cells - 1
    const spread = 2 / (9 * freedom)
    return (Math.cbrt(chiSquare / freedom) - (1 - spread)) / Math.sqrt(spread)
  }

  // In standard deviations: one in 10,000 runs would exceed it by chance.
  const limit = 3.72

  it('draws pairs of tokens as plain sampling does', () => {
    expect(deviation(countPairs(acceptPath), countPlainPairs())).toBeLessThan(limit)
  })

  it('would be caught drawing from the whole distribution again after a rejection', () => {
    expect(deviation(countPairs(forgetsRejections), countPlainPairs())).toBeGreaterThan(limit)
  })

  it('would be caught favouring a sibling', () => {
    expect(deviation(countPairs(favoursTheFirst), countPlainPairs())).toBeGreaterThan(limit)
  })

  it('accepts each sibling as often as the rule of rejecting them one after the other', () => {
    const tree = new DraftTree(0)
    const siblings = [1, 3, 4]
    for (const token of siblings) tree.add(0, token, 0.3)
    const weights = [...logitsAfter(0)].map(Math.exp)
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const sampler = new Sampler({ temperature: 1, topP: 1, seed: 5 })
    const accepted = new Map<number, number>()
    for (let i = 0; i < draws; i++) {
      const { path, next } = acceptPath(tree, (row) => (row === 0 ? sampler.choose(logitsAfter(0)) : 0), none)
      const token = path.length > 1 ? tree.tokens[path[1]!]! : -1
      if (token < 0) expect(siblings).not.toContain(next)
      accepted.set(token, (accepted.get(token) ?? 0) + 1)
    }
    let reached = 1
    let left = total
    for (const token of siblings) {
      const chance = reached * (weights[token]! / left)
      const error = Math.sqrt((chance * (1 - chance)) / draws)
      expect(Math.abs((accepted.get(token) ?? 0) / draws - chance)).toBeLessThan(4 * error)
      reached -= chance
      left -= weights[token]!
    }
  })

  it('draws through the model itself as plain sampling does, over 10,000 replies', async () => {
    const graph = new TinyDecoder({ vocabulary: 5, seed: 3 })
    const guessing = (pending: number): DraftTree => {
      const tree = new DraftTree(pending)
      const first = tree.add(0, 1, 0.4)
      tree.add(0, 2, 0.3)
      tree.add(first, 4, 0.2)
      return tree
    }
    const tally = async (
      guess: boolean,
      firstSeed: number,
    ): Promise<{ counts: number[]; accepted: number }> => {
      const counts = new Array<number>(125).fill(0)
      const costs = new StepCosts()
      let accepted = 0
      for (let i = 0; i < 10_000; i++) {
        const run = await generateIds(graph, [2, 0], {
          sampling: { temperature: 1, topP: 1, seed: firstSeed + i },
          maxTokens: 4,
          costs,
          ...(guess ? { drafter: new OracleDrafter([2, 0, 0, 0, 0, 0], guessing) } : {}),
        })
        const [, a, b, c] = run.ids
        counts[a! * 25 + b! * 5 + c!]!++
        accepted += run.speculation?.accepted ?? 0
      }
      return { counts, accepted }
    }
    const guessed = await tally(true, 0)
    const plain = await tally(false, 1_000_000)
    expect(guessed.accepted).toBeGreaterThan(1000)
    expect(deviation(guessed.counts, plain.counts)).toBeLessThan(limit)
  })
})
