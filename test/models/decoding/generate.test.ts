import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Conversation, ConversationPool } from '../../../models/decoding/conversation.ts'
import { generate, PlainDecoder, type Decoder } from '../../../models/decoding/generate.ts'
import { kvBytes } from '../../../models/decoding/kv-cache.ts'
import type { Sampling } from '../../../models/decoding/language-model.ts'
import { RecentRate } from '../../../models/decoding/recent-rate.ts'
import { Sampler } from '../../../models/decoding/sampler.ts'
import { TinyDecoder } from '../../support/tiny-decoder.ts'

const greedy: Sampling = { temperature: 0, topP: 1, seed: 0 }
const warm: Sampling = { temperature: 1.3, topP: 0.9, seed: 11 }

interface Run {
  readonly sampling?: Sampling
  readonly maxTokens?: number
  readonly endIds?: readonly number[]
  readonly prefillRows?: number
  readonly conversation?: Conversation
  readonly signal?: AbortSignal
  readonly onToken?: (id: number) => void
  readonly decoder?: Decoder
}

function run(graph: TinyDecoder, prompt: readonly number[], options: Run = {}) {
  const sampler = new Sampler(options.sampling ?? greedy)
  return generate(
    graph,
    options.decoder ?? new PlainDecoder(graph, sampler),
    sampler,
    options.conversation ?? new Conversation(graph),
    prompt,
    {
      maxTokens: options.maxTokens ?? 20,
      endIds: new Set(options.endIds ?? []),
      prefillRows: options.prefillRows ?? 64,
      clock: () => performance.now(),
      onToken: options.onToken ?? (() => undefined),
      onPrefill: () => undefined,
      cancellation: options.signal ?? new AbortController().signal,
    },
  )
}

const prompt = [3, 1, 4, 1, 5, 9, 2, 6]

describe('generation', () => {
  it('reads a prompt in chunks of any size with the same result', async () => {
    const whole = await run(new TinyDecoder(), prompt)
    expect(new Set(whole.ids).size).toBeGreaterThan(2)
    for (const prefillRows of [1, 2, 3, 7, 8])
      expect((await run(new TinyDecoder(), prompt, { prefillRows })).ids).toEqual(whole.ids)
  })

  it('gives the same tokens for the same seed, and other tokens for another', async () => {
    const first = await run(new TinyDecoder(), prompt, { sampling: warm })
    expect((await run(new TinyDecoder(), prompt, { sampling: warm })).ids).toEqual(first.ids)
    const other = await run(new TinyDecoder(), prompt, { sampling: { ...warm, seed: 12 } })
    expect(other.ids).not.toEqual(first.ids)
  })

  it('reuses what it holds of a conversation and says the same as a fresh one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(63), { minLength: 1, maxLength: 12 }), { minLength: 2, maxLength: 4 }),
        fc.nat(),
        async (turns, seed) => {
          const graph = new TinyDecoder({ seed })
          const conversation = new Conversation(graph)
          const sampling = { ...warm, seed }
          let history: readonly number[] = []
          for (const turn of turns) {
            history = [...history, ...turn]
            const reused = await run(graph, history, { conversation, sampling, maxTokens: 6 })
            const fresh = await run(new TinyDecoder({ seed }), history, { sampling, maxTokens: 6 })
            expect(reused.ids).toEqual(fresh.ids)
            history = [...history, ...reused.ids]
          }
          const again = await run(graph, history, { conversation, maxTokens: 1 })
          expect(again.reusedTokens).toBe(history.length - 1)
        },
      ),
      { numRuns: 15 },
    )
  })

  it('computes only what is new when a conversation goes on, and what changed when it was edited', async () => {
    const graph = new TinyDecoder()
    const conversation = new Conversation(graph)
    await run(graph, prompt, { conversation, maxTokens: 1 })
    graph.calls.length = 0
    await run(graph, [...prompt, 7, 7], { conversation, maxTokens: 1 })
    expect(graph.calls).toEqual([2])
    graph.calls.length = 0
    const edited = await run(graph, [...prompt.slice(0, 5), 8, 8], { conversation, maxTokens: 1 })
    expect(edited.reusedTokens).toBe(5)
    expect(graph.calls).toEqual([2])
  })

  it('decodes across a bucket of the cache as if there were none', async () => {
    const long = Array.from({ length: 250 }, (_, i) => (i * 7) % 64)
    const crossing = await run(new TinyDecoder(), long, { maxTokens: 20 })
    const roomy = new TinyDecoder()
    const conversation = new Conversation(roomy)
    conversation.cache.reserve(600)
    expect((await run(roomy, long, { conversation, maxTokens: 20 })).ids).toEqual(crossing.ids)
  })

  it('stops at an end token and leaves it out', async () => {
    const free = await run(new TinyDecoder(), prompt)
    const end = free.ids[4]!
    const stopped = await run(new TinyDecoder(), prompt, { endIds: [end] })
    expect(stopped.finish).toBe('end')
    expect(stopped.ids).toEqual(free.ids.slice(0, free.ids.indexOf(end)))
  })

  it('stops at the limit, and at the end of the context before that', async () => {
    expect(await run(new TinyDecoder(), prompt, { maxTokens: 5 })).toMatchObject({ finish: 'length' })
    const graph = new TinyDecoder({ contextTokens: 12 })
    const full = await run(graph, prompt, { maxTokens: 100 })
    expect(full.finish).toBe('length')
    expect(full.ids).toHaveLength(12 - prompt.length)
  })

  it('computes at most one more step after it was cancelled', async () => {
    const graph = new TinyDecoder()
    const abort = new AbortController()
    let callsAtAbort = 0
    const result = await run(graph, prompt, {
      signal: abort.signal,
      maxTokens: 500,
      onToken: () => {
        if (graph.calls.length === 4) {
          abort.abort()
          callsAtAbort = graph.calls.length
        }
      },
    })
    expect(result.finish).toBe('cancelled')
    expect(result.ids).toHaveLength(4)
    expect(graph.calls.length - callsAtAbort).toBeLessThanOrEqual(1)
  })

  it('can be cancelled while it reads the prompt, and goes on from there later', async () => {
    const graph = new TinyDecoder()
    const conversation = new Conversation(graph)
    const aborted = AbortSignal.abort()
    const none = await run(graph, prompt, { conversation, signal: aborted })
    expect(none).toMatchObject({ finish: 'cancelled', ids: [] })
    expect((await run(graph, prompt, { conversation })).ids).toEqual(
      (await run(new TinyDecoder(), prompt)).ids,
    )
  })

  it('takes several tokens from one step, up to an end token within it', async () => {
    const graph = new TinyDecoder()
    const plain = await run(new TinyDecoder(), prompt, { maxTokens: 30 })
    // Verifies nothing: hands out what plain decoding chose, three at a time, with their rows in the cache.
    const sampler = new Sampler(greedy)
    const inner = new PlainDecoder(graph, sampler)
    const triple: Decoder = {
      async step(conversation, pending) {
        const chosen: number[] = []
        for (let last = pending; chosen.length < 3; last = chosen.at(-1)!)
          chosen.push(...(await inner.step(conversation, last)))
        return chosen
      },
    }
    const result = await run(graph, prompt, { decoder: triple, maxTokens: 30 })
    expect(result.ids).toEqual(plain.ids)
    expect(result.stepTokens / result.steps).toBe(3)
    const end = plain.ids[5]!
    const ended = await run(new TinyDecoder(), prompt, { decoder: triple, endIds: [end] })
    expect(ended.ids).toEqual(plain.ids.slice(0, plain.ids.indexOf(end)))
  })
})

describe('the pool of conversations', () => {
  const graph = new TinyDecoder()
  const bucket = kvBytes(graph, 256)
  const fill = (pool: ConversationPool, key: string, rows: number): Conversation => {
    const conversation = pool.open(key, rows)
    conversation.cache.reserve(rows)
    return conversation
  }

  it('forgets the least recently used when the budget is reached, never the one in use', () => {
    const pool = new ConversationPool(graph, 3 * bucket)
    const a = fill(pool, 'a', 256)
    fill(pool, 'b', 256)
    fill(pool, 'c', 256)
    expect(pool.open('a', 256)).toBe(a)
    fill(pool, 'd', 256)
    expect(pool.size).toBe(3)
    expect(pool.open('a', 256)).toBe(a)
    const large = fill(pool, 'e', 2048)
    expect(pool.size).toBe(1)
    expect(pool.open('e', 10)).toBe(large)
  })

  it('keeps nothing without a key', () => {
    const pool = new ConversationPool(graph, bucket)
    pool.open(null, 10).cache.reserve(10)
    expect(pool.bytes).toBe(0)
  })

  it('forgets by prefix', () => {
    const pool = new ConversationPool(graph, 10 * bucket)
    for (const key of ['s1:chat', 's1:note', 's2:chat']) fill(pool, key, 1)
    pool.forget('s1:')
    expect(pool.size).toBe(1)
    pool.forget('')
    expect(pool.size).toBe(0)
  })
})

describe('the rate of tokens', () => {
  it('looks at the last tokens only', () => {
    const rate = new RecentRate()
    expect(rate.note(0)).toBe(0)
    for (let i = 1; i <= 30; i++) rate.note(i * 1000)
    for (let i = 1; i <= 20; i++) rate.note(30_000 + i * 100)
    expect(rate.current).toBeCloseTo(10)
  })
})
