import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundledBase, fixtureJson, floatsFrom } from '../../support/models/compiler-fixtures.ts'
import { furthest, RunningGraph } from '../../support/models/run-graph.ts'

interface Prompt {
  readonly ids: readonly number[]
  /** The 16 best tokens of each row, and their logits. */
  readonly top: readonly (readonly number[])[]
  readonly topLogits: string
  readonly columnLogits: string
  /** The 64 tokens that greedy decoding says after `ids`. */
  readonly greedy: readonly number[]
}
const fixture = fixtureJson('bundled-logits.json') as {
  readonly columns: readonly number[]
  readonly prompts: readonly Prompt[]
}

describe('the bundled base in float32', () => {
  let graph: RunningGraph
  beforeAll(async () => {
    const { model, source } = bundledBase()
    using _open = source
    graph = await RunningGraph.open(model, { precision: 'f32', weightLimit: 127 }, 160)
  }, 300_000)
  afterAll(() => graph.close())

  it('gives the logits of PyTorch within 2e-3 on 20 prompts', async () => {
    expect(fixture.prompts.length).toBe(20)
    let most = 0
    for (const { ids, top, topLogits, columnLogits } of fixture.prompts) {
      graph.forget()
      const { logits } = await graph.run({ ids })
      const pick = (columns: (row: number) => readonly number[]): number[] =>
        logits.flatMap((row, index) => columns(index).map((column) => row[column] as number))
      most = Math.max(
        most,
        furthest(
          pick((row) => top[row] as readonly number[]),
          floatsFrom(topLogits),
        ),
        furthest(
          pick(() => fixture.columns),
          floatsFrom(columnLogits),
        ),
      )
    }
    expect(most).toBeLessThan(2e-3)
  }, 300_000)

  it('would continue each of the 20 prompts with the same 64 tokens', async () => {
    for (const { ids, greedy } of fixture.prompts) {
      expect(greedy.length).toBe(64)
      graph.forget()
      // Each row's best token is what greedy decoding says after the rows up to it: by induction all are equal.
      const { best } = await graph.run({ ids: [...ids, ...greedy.slice(0, -1)] })
      expect(best.slice(ids.length - 1)).toEqual(greedy)
    }
  }, 300_000)

  it('says the same 64 tokens one by one, with what it keeps of the rows before', async () => {
    for (const { ids, greedy } of [5, 11].map((index) => fixture.prompts[index] as Prompt)) {
      graph.forget()
      const prefill = await graph.run({ ids })
      prefill.keep(ids.map((_, row) => row))
      const tokens = [prefill.best.at(-1) as number]
      while (tokens.length < 64) {
        const step = await graph.run({ ids: [tokens.at(-1) as number] })
        step.keep([0])
        tokens.push(step.best[0] as number)
      }
      expect(tokens).toEqual(greedy)
    }
  }, 300_000)
})
