import { describe, expect, it } from 'vitest'
import { largestExactWeight } from '../../../electron/inference/saturation.ts'
import type { Model } from '../../../models/compiler/index.ts'
import {
  everyFifth,
  expectedLogits,
  fixtureJson,
  tinyGguf,
  tinySafetensors,
} from '../../support/models/compiler-fixtures.ts'
import { furthest, RunningGraph } from '../../support/models/run-graph.ts'

const gguf = ['llama-tied', 'llama3', 'qwen2', 'qwen3'] as const
const safetensors = [...gguf, 'llama-linear'] as const

async function distanceFromReference(model: Model, name: string): Promise<number> {
  const { ids, logits } = expectedLogits(`${name}/expected.json`)
  const graph = await RunningGraph.open(model, { precision: 'f32', weightLimit: 127 })
  const result = await graph.run({ ids })
  await graph.close()
  return Math.max(
    ...logits.map((row, index) => furthest(row, everyFifth(result.logits[index] as Float32Array))),
  )
}

describe('a tiny model of each family', () => {
  it.each(safetensors)('%s from safetensors gives the logits of PyTorch', async (name) => {
    expect(await distanceFromReference(tinySafetensors(name), name)).toBeLessThan(5e-5)
  })

  it.each(gguf)('%s from GGUF gives the logits of PyTorch', async (name) => {
    expect(await distanceFromReference(tinyGguf(name), name)).toBeLessThan(5e-5)
  })

  it.each(gguf)('%s says the same of itself in both formats', (name) => {
    const {
      rope: _ofGguf,
      name: _nameOfGguf,
      licence: _licence,
      normEpsilon,
      ...ofGguf
    } = tinyGguf(name).header
    const {
      rope: _ofFolder,
      name: _nameOfFolder,
      licence: _none,
      normEpsilon: sameEpsilon,
      ...ofFolder
    } = tinySafetensors(name).header
    expect(ofGguf).toEqual(ofFolder)
    expect(Math.fround(sameEpsilon)).toBe(normEpsilon)
  })

  it.each(gguf)('%s holds the same weights in both formats', (name) => {
    const ofGguf = tinyGguf(name).weights
    const ofFolder = tinySafetensors(name).weights
    expect([...ofGguf.names].sort()).toEqual([...ofFolder.names].sort())
    for (const tensor of ofFolder.names) {
      const [rows = 1, columns] = ofFolder.shape(tensor)
      const count = columns === undefined ? 1 : rows
      expect(ofGguf.rows(tensor, 0, count), tensor).toEqual(ofFolder.rows(tensor, 0, count))
      // A few rows from the middle of a head.
      if (columns !== undefined)
        expect(ofGguf.rows(tensor, 3, 7), tensor).toEqual(ofFolder.rows(tensor, 3, 7))
    }
  })

  it('has the tokenizer of its folder in the GGUF file too', () => {
    const { tokenizer } = tinyGguf('llama-tied')
    const beside = fixtureJson('llama-tied/tokenizer.json') as {
      model: { vocab: Record<string, number>; merges: [string, string][] }
      added_tokens: { id: number; content: string; special: boolean }[]
    }
    const { model, added_tokens: added } = tokenizer.tokenizerJson as unknown as {
      model: { vocab: Record<string, number>; merges: string[] }
      added_tokens: { id: number; content: string; special: boolean }[]
    }
    const plain = Object.entries(model.vocab).filter(
      ([text]) => !added.some(({ content }) => content === text),
    )
    expect(new Map(plain)).toEqual(
      new Map(Object.entries(beside.model.vocab).filter(([text]) => !text.startsWith('<|'))),
    )
    expect(model.merges).toEqual(beside.model.merges.map((pair) => pair.join(' ')))
    expect(added).toMatchObject(
      beside.added_tokens.map(({ id, content, special }) => ({ id, content, special })),
    )
    for (const source of [tokenizer, tinySafetensors('llama-tied').tokenizer]) {
      expect(source).toMatchObject({
        bosId: 298,
        eosIds: [299],
        addBos: false,
        chatTemplate: '{{ messages[0].content }}',
      })
    }
  })

  it.each(['row8', 'q4'] as const)(
    'of every family stays near its float32 logits in %s',
    async (precision) => {
      const weightLimit = await largestExactWeight()
      for (const name of gguf) {
        const { ids, logits } = expectedLogits(`${name}/expected.json`)
        const graph = await RunningGraph.open(tinyGguf(name), { precision, weightLimit })
        const result = await graph.run({ ids })
        await graph.close()
        const spread = Math.max(...(logits[0] as Float32Array)) - Math.min(...(logits[0] as Float32Array))
        let square = 0
        logits.forEach((row, index) => {
          const mine = everyFifth(result.logits[index] as Float32Array)
          row.forEach(
            (logit, column) =>
              (square += (logit - (mine[column] as number)) ** 2 / row.length / logits.length),
          )
        })
        expect(Math.sqrt(square) / spread, name).toBeLessThan(precision === 'row8' ? 0.02 : 0.12)
      }
    },
  )
})
