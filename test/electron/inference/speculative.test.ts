import { describe, expect, it } from 'vitest'
import { DraftTree } from '../../../models/decoding/draft-tree.ts'
import type { LanguageGraph } from '../../../models/decoding/language-graph.ts'
import { Conversation } from '../../../models/decoding/conversation.ts'
import { PromptLookup } from '../../../models/decoding/prompt-lookup.ts'
import { seededRandom } from '../../../models/core/random.ts'
import { engineRig, quiet } from '../../support/engine-rig.ts'
import { generateIds, OracleDrafter, type Run } from '../../support/generate-ids.ts'
import { bundledBase, fixtureJson, tinyGguf } from '../../support/models/compiler-fixtures.ts'
import { openDecoder } from '../../support/models/open-decoder.ts'
import { furthest } from '../../support/models/run-graph.ts'

const families = ['llama-tied', 'llama3', 'qwen2', 'qwen3'] as const
const prompt = [5, 80, 33, 120, 7, 64, 201, 80, 33]

/** Right guesses, each with a wrong sibling that has a child of its own. */
const bushy = (pending: number, ahead: readonly number[]): DraftTree => {
  const tree = new DraftTree(pending)
  let at = 0
  ahead.forEach((token, index) => {
    const likelihood = tree.likelihoods[at]!
    const wrong = tree.add(at, token + 1, likelihood * 0.95)
    if (index + 1 < ahead.length) tree.add(wrong, token, likelihood * 0.9)
    at = tree.add(at, token, likelihood * 0.97)
  })
  return tree
}

/** The largest difference between the rows that two conversations hold of the same tokens. */
function cacheDistance(a: Conversation, b: Conversation, graph: LanguageGraph): number {
  expect(a.ids).toEqual(b.ids)
  const { kvHeads, headWidth, layers } = graph
  const rows = ({ cache }: Conversation, layer: number): Float32Array => {
    const found = new Float32Array(2 * kvHeads * headWidth * cache.length)
    let at = 0
    for (let row = 0; row < cache.length; row++)
      for (let line = 0; line < kvHeads * headWidth; line++) {
        found[at++] = cache.keys(layer)[line * cache.capacity + row]!
        const head = Math.floor(line / headWidth)
        found[at++] = cache.values(layer)[(head * cache.capacity + row) * headWidth + (line % headWidth)]!
      }
    return found
  }
  let most = 0
  for (let layer = 0; layer < layers; layer++) most = Math.max(most, furthest(rows(a, layer), rows(b, layer)))
  return most
}

async function freshPrefill(graph: LanguageGraph, ids: readonly number[]): Promise<Conversation> {
  const conversation = new Conversation(graph)
  conversation.cache.reserve(ids.length)
  const result = await graph.evaluate({ ids, chooseAt: [], logits: false }, conversation.cache)
  conversation.append(ids, result, ids.length)
  return conversation
}

describe.each(families)('guessing with a compiled %s model in float32', (family) => {
  it('says what plain decoding says and leaves the rows of a fresh prefill', async () => {
    await using open = await openDecoder(tinyGguf(family), { precision: 'f32', weightLimit: 127 })
    const { graph } = open
    let accepted = 0
    for (const [seed, temperature] of [0, 0.7, 1.2].entries()) {
      const sampling = { temperature, topP: 0.95, seed }
      const plain = await generateIds(graph, prompt, { sampling, maxTokens: 48 })
      for (const drafter of [new PromptLookup(), new OracleDrafter([...prompt, ...plain.ids], bushy)]) {
        const guessed: Run = await generateIds(graph, prompt, { sampling, maxTokens: 48, drafter })
        expect(guessed.ids).toEqual(plain.ids)
        accepted += guessed.speculation!.accepted
        const fresh = await freshPrefill(graph, guessed.conversation.ids)
        expect(cacheDistance(guessed.conversation, fresh, graph)).toBeLessThan(2e-5)
      }
    }
    expect(accepted).toBeGreaterThan(60)
  })

  it('gives each row of a tree the logits of its path run in a line', async () => {
    await using open = await openDecoder(tinyGguf(family), { precision: 'f32', weightLimit: 127 })
    const { graph } = open
    const { cache } = await freshPrefill(graph, prompt)
    const random = seededRandom(8)
    const tree = new DraftTree(11)
    while (tree.rows < 16) tree.add(random.below(tree.rows), random.below(200), 1)
    const all = Array.from({ length: tree.rows }, (_, row) => row)
    const shape = { depths: tree.depths, sees: (row: number, other: number) => tree.sees(row, other) }
    const together = await graph.evaluate(
      { ids: tree.tokens, chooseAt: all, logits: true, tree: shape },
      cache,
    )
    for (const row of all) {
      const ids = tree.pathTo(row).map((at) => tree.tokens[at]!)
      const line = await graph.evaluate({ ids, chooseAt: [ids.length - 1], logits: true }, cache)
      const { vocabulary } = graph
      const own = together.logits!.subarray(row * vocabulary, (row + 1) * vocabulary)
      expect(furthest(own, line.logits!)).toBeLessThan(1e-5)
    }
  })
})

describe('guessing with the bundled base', () => {
  const fixture = fixtureJson('bundled-logits.json') as {
    readonly prompts: readonly { readonly ids: readonly number[] }[]
  }

  it('says exactly what plain decoding says in float32, on 8 prompts', async () => {
    const { model, source } = bundledBase()
    using _open = source
    await using open = await openDecoder(model, { precision: 'f32', weightLimit: 127 })
    let accepted = 0
    for (const { ids } of fixture.prompts.slice(0, 8)) {
      const plain = await generateIds(open.graph, ids, { maxTokens: 32 })
      const guessed = await generateIds(open.graph, ids, { maxTokens: 32, drafter: new PromptLookup() })
      expect(guessed.ids).toEqual(plain.ids)
      accepted += guessed.speculation!.accepted
    }
    expect(accepted).toBeGreaterThan(5)
  }, 300_000)
})

describe('the engine', () => {
  it('says the same with both decoders and tells what came of guessing', async () => {
    await using rig = await engineRig()
    for (const sampling of [
      { temperature: 0, topP: 1, seed: 0 },
      { temperature: 0.9, topP: 0.9, seed: 4 },
    ]) {
      const plain = await rig.ask({ sampling, maxTokens: 80 })
      const guessed = await rig.ask({ sampling, maxTokens: 80, decoder: 'lookup' })
      expect(guessed.text).toBe(plain.text)
      expect(guessed.tokens).toEqual(plain.tokens)
      expect(guessed.context).toEqual(plain.context)
      expect(plain.speculation).toBeUndefined()
      expect(guessed.speculation!.accepted).toBeLessThanOrEqual(guessed.speculation!.drafted)
    }
  })

  it('keeps a conversation that both decoders can continue', async () => {
    await using rig = await engineRig()
    const first = await rig.ask({ conversation: 'c', decoder: 'lookup', maxTokens: 40 })
    const messages = [
      { role: 'user', content: 'The patient has a cough.' },
      { role: 'assistant', content: first.text },
      { role: 'user', content: 'And a fever.' },
    ] as const
    const next = await rig.ask({ conversation: 'c', messages })
    const fresh = await rig.ask({ messages })
    expect(next.reusedTokens).toBeGreaterThan(0)
    expect(next.tokens).toEqual(fresh.tokens)
  })

  it('stops a guessed reply when it is cancelled', async () => {
    await using rig = await engineRig()
    const abort = new AbortController()
    const plain = await rig.ask({ maxTokens: 200 })
    const stopped = await rig.models.generate(
      rig.request({ decoder: 'lookup', maxTokens: 200 }),
      ({ tokens }) => {
        if (tokens >= 5) abort.abort()
      },
      quiet,
      abort.signal,
    )
    expect(['cancelled', plain.finish]).toContain(stopped.finish)
    expect(plain.tokens.slice(0, stopped.tokens.length)).toEqual(stopped.tokens)
  })
})
