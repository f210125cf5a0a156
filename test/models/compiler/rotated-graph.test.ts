import { describe, expect, it } from 'vitest'
import { tinySafetensors } from '../../support/models/compiler-fixtures.ts'
import { furthest, RunningGraph, type RowResults } from '../../support/models/run-graph.ts'

const ids = [5, 80, 33, 120, 7, 64, 201]

async function run(name: string, rotation: boolean): Promise<RowResults> {
  const graph = await RunningGraph.open(tinySafetensors(name), {
    precision: 'f32',
    weightLimit: 127,
    rotation,
  })
  const result = await graph.run({ ids })
  await graph.close()
  return result
}

describe('a graph in the rotated basis', () => {
  it.each(['llama-tied', 'llama3', 'qwen2', 'qwen3'])(
    'gives the same logits and hidden states in float32 (%s)',
    async (name) => {
      const [plain, rotated] = [await run(name, false), await run(name, true)]
      plain.logits.forEach((row, i) => expect(furthest(row, rotated.logits[i]!)).toBeLessThan(1e-4))
      plain.hidden.forEach((row, i) => expect(furthest(row, rotated.hidden[i]!)).toBeLessThan(1e-4))
      expect(rotated.best).toEqual(plain.best)
    },
  )
})
