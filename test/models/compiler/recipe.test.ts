import { describe, expect, it } from 'vitest'
import type { Recipe } from '../../../models/compiler/index.ts'
import { seededRandom } from '../../../models/core/random.ts'
import { tinySafetensors } from '../../support/models/compiler-fixtures.ts'
import { furthest, RunningGraph } from '../../support/models/run-graph.ts'

const ids = [5, 80, 33, 120, 7, 64, 201]
const random = seededRandom(5)
const divisors = (length: number): Float32Array =>
  Float32Array.from({ length }, () => 0.25 + 4 * random.uniform())

async function logits(name: string, recipe: Recipe): Promise<readonly Float32Array[]> {
  const options = { precision: 'f32', weightLimit: 127, recipe } as const
  const graph = await RunningGraph.open(tinySafetensors(name), options)
  const result = await graph.run({ ids })
  await graph.close()
  return result.logits
}

describe('a recipe', () => {
  it.each(['qwen2', 'qwen3', 'llama-tied'])(
    'that smooths every input changes nothing in float32 (%s)',
    async (name) => {
      const { kvHeads, headWidth } = tinySafetensors(name).header
      const layers = [0, 1]
      const smooth: Recipe = {
        qkv: { smooth: layers.map(() => divisors(32)) },
        attentionOutput: { smooth: layers.map(() => divisors(kvHeads * headWidth)) },
        gateUp: { smooth: layers.map(() => divisors(32)) },
        down: { smooth: layers.map(() => divisors(64)) },
        head: { smooth: [divisors(32)] },
      }
      const [plain, smoothed] = [await logits(name, {}), await logits(name, smooth)]
      plain.forEach((row, index) => expect(furthest(row, smoothed[index] as Float32Array)).toBeLessThan(1e-4))
    },
  )

  it('chooses the precision of each matrix and layer', async () => {
    const recipe: Recipe = {
      qkv: { precision: 'block8' },
      down: { precision: ['row8', 'f32'] },
      gateUp: { precision: 'block4' },
      head: { precision: 'row8' },
    }
    const [plain, coarse] = [await logits('llama-tied', {}), await logits('llama-tied', recipe)]
    plain.forEach((row, index) => {
      const distance = furthest(row, coarse[index] as Float32Array)
      expect(distance).toBeGreaterThan(1e-4)
      expect(distance).toBeLessThan(1.5)
    })
  })
})
