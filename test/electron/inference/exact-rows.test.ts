import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../../models/core/random.ts'
import type { Conversation } from '../../../models/decoding/conversation.ts'
import { DraftTree } from '../../../models/decoding/draft-tree.ts'
import { KvCache } from '../../../models/decoding/kv-cache.ts'
import type { LanguageGraph, StepResult } from '../../../models/decoding/language-graph.ts'
import { PromptLookup } from '../../../models/decoding/prompt-lookup.ts'
import { generateIds } from '../../support/generate-ids.ts'
import { bundledBase, fixtureJson } from '../../support/models/compiler-fixtures.ts'
import { openDecoder, type OpenDecoder } from '../../support/models/open-decoder.ts'

const { prompts } = fixtureJson('bundled-logits.json') as {
  readonly prompts: readonly { readonly ids: readonly number[] }[]
}
/** Long enough to leave the first bucket of the cache. */
const text = prompts.flatMap(({ ids }) => ids).slice(0, 150)

/** Reads `ids` in steps of `rows`; returns the result of the last step. */
async function read(
  graph: LanguageGraph,
  cache: KvCache,
  ids: readonly number[],
  rows: number,
): Promise<StepResult> {
  let last: StepResult | null = null
  for (let at = 0; at < ids.length; at += rows) {
    const chunk = ids.slice(at, at + rows)
    cache.reserve(cache.length + chunk.length)
    last = await graph.evaluate({ ids: chunk, chooseAt: [chunk.length - 1], logits: true }, cache)
    cache.append(last.newKeys, last.newValues, chunk.length)
  }
  return last!
}

/** The logits of each row of a step on their own. */
const rowsOf = ({ logits }: StepResult, { vocabulary }: LanguageGraph): readonly Float32Array[] =>
  Array.from({ length: logits!.length / vocabulary }, (_, row) =>
    logits!.subarray(row * vocabulary, (row + 1) * vocabulary),
  )

/** Whether two arrays hold the same bits; comparing 49,152 numbers one by one by matchers takes seconds. */
const same = (a: Float32Array, b: Float32Array): boolean =>
  Buffer.compare(
    new Uint8Array(a.buffer, a.byteOffset, a.byteLength),
    new Uint8Array(b.buffer, b.byteOffset, b.byteLength),
  ) === 0

describe.each([63, 127] as const)('the bundled base in row8 with weights within %i', (weightLimit) => {
  let open: OpenDecoder
  beforeAll(async () => {
    const { model, source } = bundledBase()
    using _open = source
    open = await openDecoder(model, { precision: 'row8', weightLimit })
  }, 120_000)
  afterAll(() => open[Symbol.asyncDispose]())

  it('computes a row alike in any company, to the last bit', async () => {
    const { graph } = open
    const cache = new KvCache(graph)
    await read(graph, cache, text.slice(0, 100), 64)
    cache.reserve(128)
    const alone = await graph.evaluate({ ids: [text[100]!], chooseAt: [0], logits: true }, cache)
    for (const rows of [2, 3, 5, 6, 12, 17, 28]) {
      const ids = [text[100]!, ...text.slice(40, 39 + rows)]
      const together = await graph.evaluate({ ids, chooseAt: [0], logits: true }, cache)
      expect(same(together.logits!, alone.logits!), `${rows} rows`).toBe(true)
    }
  }, 120_000)

  it('reads a text alike in steps of any size', async () => {
    const { graph } = open
    const caches = new Map<number, KvCache>()
    const last = new Map<number, StepResult>()
    for (const rows of [64, 1, 7, 150]) {
      const cache = new KvCache(graph)
      last.set(rows, await read(graph, cache, text, rows))
      caches.set(rows, cache)
    }
    for (const rows of [1, 7, 150]) {
      expect(same(last.get(rows)!.logits!, last.get(64)!.logits!), `steps of ${rows}`).toBe(true)
      for (let layer = 0; layer < graph.layers; layer++) {
        expect(same(caches.get(rows)!.keys(layer), caches.get(64)!.keys(layer))).toBe(true)
        expect(same(caches.get(rows)!.values(layer), caches.get(64)!.values(layer))).toBe(true)
      }
    }
  }, 120_000)

  it('gives each row of a tree the logits of its path run in a line', async () => {
    const { graph } = open
    const cache = new KvCache(graph)
    await read(graph, cache, text.slice(0, 60), 64)
    const random = seededRandom(weightLimit)
    const tree = new DraftTree(text[60]!)
    while (tree.rows < 12) tree.add(random.below(tree.rows), random.below(graph.vocabulary), 1)
    const all = Array.from({ length: tree.rows }, (_, row) => row)
    const shape = { depths: tree.depths, sees: (row: number, other: number) => tree.sees(row, other) }
    const result = await graph.evaluate({ ids: tree.tokens, chooseAt: all, logits: true, tree: shape }, cache)
    for (const [row, own] of rowsOf(result, graph).entries()) {
      const ids = tree.pathTo(row).map((at) => tree.tokens[at]!)
      const line = await graph.evaluate({ ids, chooseAt: [ids.length - 1], logits: true }, cache)
      expect(same(own, line.logits!), `row ${row}`).toBe(true)
    }
  }, 120_000)

  it('says with guesses what it says without, and with remembered rows what it says afresh', async () => {
    const { graph } = open
    let accepted = 0
    for (const prompt of prompts.slice(0, 4)) {
      // Said twice, so that there is something to guess from.
      const ids = [...prompt.ids, ...prompt.ids]
      const plain = await generateIds(graph, ids, { maxTokens: 40 })
      const guessed = await generateIds(graph, ids, { maxTokens: 40, drafter: new PromptLookup() })
      expect(guessed.ids).toEqual(plain.ids)
      accepted += guessed.speculation!.accepted
      const next = [...ids, ...plain.ids, ...prompts[5]!.ids]
      const conversation: Conversation = guessed.conversation
      const remembered = await generateIds(graph, next, { maxTokens: 24, conversation })
      expect(remembered.reusedTokens).toBeGreaterThan(ids.length)
      expect(remembered.ids).toEqual((await generateIds(graph, next, { maxTokens: 24 })).ids)
    }
    expect(accepted).toBeGreaterThan(5)
  }, 300_000)
})
