import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Conversation, ConversationPool } from '../../../../models/decoding/conversation.ts'
import type { Drafter } from '../../../../models/decoding/drafter.ts'
import { Calibration } from '../../../../models/decoding/heads/calibration.ts'
import { CloverDrafter, nothingLearned } from '../../../../models/decoding/heads/clover-drafter.ts'
import { MedusaDrafter } from '../../../../models/decoding/heads/medusa-drafter.ts'
import { JointDrafter } from '../../../../models/decoding/joint-drafter.ts'
import { PromptLookup } from '../../../../models/decoding/prompt-lookup.ts'
import { generateIds } from '../../../support/generate-ids.ts'
import { blockRow, MadeUpClover, MadeUpMedusa, nonsense } from '../../../support/made-up-heads.ts'
import { TinyDecoder } from '../../../support/tiny-decoder.ts'

const prompt = [3, 1, 4, 1, 5, 9, 2, 6]
const vocabulary = 64
const still = (): number => 0
const memory = { width: 8, block: new MadeUpClover(() => [], 0).block }

const adversary = (seed: number, chance: number): MadeUpClover =>
  new MadeUpClover(
    (path) =>
      nonsense(
        path.reduce((sum, token) => sum * 31 + token, seed),
        vocabulary,
      ),
    chance,
  )

/** Knows a text and guesses each of its tokens first or second. */
const knowing = (text: readonly number[], place: 0 | 1): MadeUpClover =>
  new MadeUpClover((path, at) => {
    const right = text[at + path.length] ?? 0
    const wrong = [(right + 1) % vocabulary, (right + 2) % vocabulary]
    return place === 0 ? [right, ...wrong] : [wrong[0]!, right, wrong[1]!]
  }, 0.5)

const clover = (graph: MadeUpClover): CloverDrafter => new CloverDrafter(graph, nothingLearned(), still)

/** Whether the block holds, for every row it has, what it would compute of the text as it is now. */
function expectBlockFollows(conversation: Conversation): void {
  const { states, block } = conversation.drafting!
  expect(states.length).toBe(conversation.ids.length)
  for (let row = 0; row < Math.min(block!.length, conversation.ids.length - 1); row++) {
    const kept = blockRow(states.rows(row, 1), conversation.ids[row + 1]!)
    for (const [i, x] of kept.entries()) {
      expect(block!.keys(0)[i * block!.capacity + row]).toBe(x)
      expect(block!.values(0)[row * 2 + i]).toBe(x)
    }
  }
}

describe('guessing by heads', () => {
  it('says what plain decoding says, however wrong the heads are and however sure of it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.constantFrom(0, 0.9),
        fc.constantFrom(0.34, 0.95),
        fc.integer({ min: 1, max: 40 }),
        async (seed, temperature, chance, maxTokens) => {
          const sampling = { temperature, topP: 1, seed }
          const plain = await generateIds(new TinyDecoder({ seed }), prompt, { sampling, maxTokens })
          const medusa = new MadeUpMedusa(
            (state) => [0, 1, 2].map((head) => nonsense(Math.round(1e6 * state[head]!), vocabulary)),
            chance,
          )
          const drafters: readonly Drafter[] = [
            clover(adversary(seed, chance)),
            new MedusaDrafter(medusa, new Calibration()),
            new JointDrafter(new PromptLookup(), clover(adversary(seed, chance)), still),
          ]
          for (const drafter of drafters) {
            const graph = new TinyDecoder({ seed })
            const conversation = new Conversation(graph, memory)
            const guessed = await generateIds(graph, prompt, { sampling, maxTokens, drafter, conversation })
            expect(guessed.ids).toEqual(plain.ids)
            expect(guessed.finish).toBe(plain.finish)
            expectBlockFollows(conversation)
          }
        },
      ),
      { numRuns: 15 },
    )
  })

  it('takes fewer steps when heads are right, whichever of their guesses it is', async () => {
    const plain = await generateIds(new TinyDecoder(), prompt, { maxTokens: 30 })
    const followers = new Map<number, Set<number>>()
    const text = [...prompt, ...plain.ids]
    text.forEach((token, i) =>
      followers.set(token, (followers.get(token) ?? new Set()).add(text[i + 1] ?? -1)),
    )
    for (const place of [0, 1] as const) {
      const graph = new TinyDecoder()
      const drafter = clover(knowing(text, place))
      const conversation = new Conversation(graph, memory)
      const guessed = await generateIds(graph, prompt, { maxTokens: 30, drafter, conversation, nodes: 12 })
      expect(guessed.ids).toEqual(plain.ids)
      expect(guessed.steps).toBeLessThan(plain.steps)
      expect(guessed.speculation!.accepted).toBeGreaterThan(5)
    }
  })

  it('runs the block once over the prompt and later over what is new alone', async () => {
    const graph = new TinyDecoder()
    const heads = adversary(1, 0.9)
    const conversation = new Conversation(graph, memory)
    await generateIds(graph, prompt, { maxTokens: 12, drafter: clover(heads), conversation })
    const [first, ...later] = heads.runs.block
    // The first three steps are plain, because nothing is known of the machine before them.
    expect(first).toBe(prompt.length + 3)
    for (const rows of later) expect(rows).toBeLessThan(4)
  })

  it('follows a conversation that goes on, is cut, is edited and is cancelled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(40), fc.array(fc.nat(63), { minLength: 1, maxLength: 9 }), fc.boolean()), {
          minLength: 2,
          maxLength: 5,
        }),
        fc.nat(),
        async (turns, seed) => {
          const graph = new TinyDecoder({ seed })
          const conversation = new Conversation(graph, memory)
          const heads = adversary(seed, 0.6)
          let text: readonly number[] = prompt
          for (const [kept, added, guesses] of turns) {
            text = [...text.slice(0, Math.max(1, text.length - kept)), ...added]
            const abort = new AbortController()
            const run = await generateIds(graph, text, {
              maxTokens: 14,
              conversation,
              signal: abort.signal,
              onToken: (id) => {
                if (id % 7 === 0) abort.abort()
              },
              ...(guesses && { drafter: clover(heads) }),
            })
            const fresh = await generateIds(new TinyDecoder({ seed }), text, { maxTokens: 14 })
            expect(fresh.ids.slice(0, run.ids.length)).toEqual(run.ids)
            expectBlockFollows(conversation)
            text = [...text, ...run.ids]
          }
        },
      ),
      { numRuns: 25 },
    )
  })

  it('stops going further where that is not worth its time', async () => {
    const graph = new TinyDecoder()
    const plain = await generateIds(graph, prompt, { maxTokens: 40 })
    const text = [...prompt, ...plain.ids]
    const runs = async (msPerRun: number): Promise<number> => {
      const heads = knowing(text, 0)
      let now = 0
      const drafter = new CloverDrafter(heads, nothingLearned(), () => (now += msPerRun))
      const conversation = new Conversation(graph, memory)
      await generateIds(graph, prompt, { maxTokens: 40, drafter, conversation, stepMs: () => 10 })
      return heads.runs.next.length
    }
    expect(await runs(0.01)).toBeGreaterThan(12)
    // Each number of beams has to be tried once.
    expect(await runs(40)).toBeLessThan(6)
  })
})

describe('the memory of heads', () => {
  it('counts towards what conversations may take, and is forgotten with them', () => {
    const graph = new TinyDecoder()
    const pool = new ConversationPool(graph, 1e6, memory)
    const conversation = pool.open('a', 10)
    conversation.drafting!.states.append(new Float32Array(8 * 10))
    expect(pool.bytes).toBe(128 * 8 * 4)
    pool.forget('a')
    expect(pool.bytes).toBe(0)
    expect(pool.open('a', 10).drafting!.states.length).toBe(0)
  })
})

describe('the calibration of heads', () => {
  it('believes heads until it has seen how often they are right', () => {
    const calibration = new Calibration()
    expect(calibration.of(1, 0.6)).toBeCloseTo(0.6)
    for (let i = 0; i < 400; i++) calibration.note(1, 0.6, i % 4 === 0)
    expect(calibration.of(1, 0.6)).toBeCloseTo(0.25, 1)
    expect(calibration.of(2, 0.6)).toBeCloseTo(0.6)
    expect(calibration.of(1, 0.3)).toBeCloseTo(0.3)
  })

  it('holds no guess to be certain', () => {
    const calibration = new Calibration()
    for (let i = 0; i < 400; i++) calibration.note(1, 0.95, true)
    expect(calibration.of(1, 1)).toBeLessThan(1)
  })
})
