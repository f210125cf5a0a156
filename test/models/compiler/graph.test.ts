import { describe, expect, it } from 'vitest'
import { hiddenMask, fillMask } from '../../../models/compiler/index.ts'
import { tinyGguf } from '../../support/models/compiler-fixtures.ts'
import { furthest, RunningGraph } from '../../support/models/run-graph.ts'

const prompt = [5, 80, 33, 120, 7, 64, 201]
// 0 - 1 - 3, 0 - 2 - 4: two branches of the same root.
const tree = { ids: [11, 12, 13, 14, 15], parents: [-1, 0, 0, 1, 2], depths: [0, 1, 1, 2, 2] }

/** Row8 adds exactly, so that nothing depends on which rows run together. */
const tolerance = { f32: 1e-5, row8: 0, q4: 0.05 } as const

const isAncestor = (row: number, other: number): boolean => {
  for (let at = row; at >= 0; at = tree.parents[at] as number) if (at === other) return true
  return false
}

describe('the compiled graph', () => {
  it.each(['f32', 'row8', 'q4'] as const)(
    'gives tree rows the logits of their path run in a line (%s)',
    async (precision) => {
      const graph = await RunningGraph.open(tinyGguf('qwen3'), { precision, weightLimit: 127 })
      const prefill = await graph.run({ ids: prompt })
      prefill.keep(prompt.map((_, row) => row))
      const positions = tree.depths.map((depth) => prompt.length + depth)
      const together = await graph.run({ ids: tree.ids, positions, sees: isAncestor })
      for (const path of [
        [0, 1, 3],
        [0, 2, 4],
      ]) {
        const line = await graph.run({ ids: path.map((row) => tree.ids[row] as number) })
        path.forEach((row, index) => {
          const distance = furthest(together.logits[row] as Float32Array, line.logits[index] as Float32Array)
          expect(distance).toBeLessThanOrEqual(tolerance[precision])
          expect(together.best[row]).toBe(line.best[index])
        })
      }
      await graph.close()
    },
  )

  it.each(['f32', 'row8'] as const)(
    'computes each row apart from its neighbours, to the last bit (%s)',
    async (precision) => {
      const graph = await RunningGraph.open(tinyGguf('llama3'), { precision, weightLimit: 127 })
      ;(await graph.run({ ids: prompt })).keep(prompt.map((_, row) => row))
      // No row sees another, so their company must not matter.
      const alone = (row: number, other: number): boolean => row === other
      const positions = [9, 9, 9, 9]
      const calm = await graph.run({ ids: [40, 41, 42, 43], positions, sees: alone })
      const changed = await graph.run({ ids: [40, 250, 17, 99], positions, sees: alone })
      expect(changed.logits[0]).toEqual(calm.logits[0])
      expect(changed.hidden[0]).toEqual(calm.hidden[0])
      expect(changed.logits[1]).not.toEqual(calm.logits[1])
      await graph.close()
    },
  )

  it.each(['f32', 'row8', 'q4'] as const)(
    'continues from kept rows as if all were run at once (%s)',
    async (precision) => {
      const graph = await RunningGraph.open(tinyGguf('qwen2'), { precision, weightLimit: 63 })
      const whole = await graph.run({ ids: prompt })
      for (const [index, id] of prompt.entries()) {
        const step = await graph.run({ ids: [id] })
        const distance = furthest(step.logits[0] as Float32Array, whole.logits[index] as Float32Array)
        expect(distance).toBeLessThanOrEqual(tolerance[precision])
        step.keep([0])
      }
      expect(graph.kept).toBe(prompt.length)
      await graph.close()
    },
  )

  it('ignores what masked cache rows hold', async () => {
    const graph = await RunningGraph.open(tinyGguf('llama-tied'), { precision: 'f32', weightLimit: 127 })
    const before = await graph.run({ ids: prompt })
    before.keep([0, 1, 2, 3, 4, 5, 6])
    graph.forget()
    const after = await graph.run({ ids: prompt })
    expect(after.logits).toEqual(before.logits)
    await graph.close()
  })

  it('answers with the first largest logit and the state before the last norm', async () => {
    const graph = await RunningGraph.open(tinyGguf('llama-tied'), { precision: 'f32', weightLimit: 127 })
    const { logits, best, hidden } = await graph.run({ ids: prompt })
    logits.forEach((row, index) => expect(best[index]).toBe(row.indexOf(Math.max(...row))))
    expect(hidden.map((row) => row.length)).toEqual(prompt.map(() => 32))
    const gains = tinyGguf('llama-tied').weights.rows('model.norm.weight', 0, 1)
    const table = tinyGguf('llama-tied').weights.rows('model.embed_tokens.weight', 0, 300)
    const last = hidden[prompt.length - 1] as Float32Array
    const size = Math.sqrt(last.reduce((sum, x) => sum + x * x, 0) / 32 + 1e-5)
    const expected = Float32Array.from({ length: 300 }, (_, token) =>
      last.reduce(
        (sum, x, i) => sum + (x / size) * (gains[i] as number) * (table[token * 32 + i] as number),
        0,
      ),
    )
    expect(furthest(logits[prompt.length - 1] as Float32Array, expected)).toBeLessThan(1e-4)
    await graph.close()
  })

  it('publishes the same hidden states in a rotated basis', async () => {
    const run = async (rotation: boolean): Promise<readonly Float32Array[]> => {
      const options = { precision: 'f32', weightLimit: 127, rotation } as const
      const graph = await RunningGraph.open(tinyGguf('llama3'), options)
      const { hidden } = await graph.run({ ids: prompt })
      await graph.close()
      return hidden
    }
    const [plain, rotated] = [await run(false), await run(true)]
    plain.forEach((row, index) => expect(furthest(row, rotated[index] as Float32Array)).toBeLessThan(1e-4))
  })
})

describe('the mask', () => {
  it('shows filled past rows and the named new ones', () => {
    const mask = new Float32Array(2 * 5).fill(7)
    fillMask(mask, 2, 3, 2)
    const h = Math.fround(hiddenMask)
    expect([...mask]).toEqual([0, 0, h, 0, h, 0, 0, h, 0, 0])
  })
})
