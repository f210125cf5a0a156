import { describe, expect, it } from 'vitest'
import { KvCache } from '../../../models/decoding/kv-cache.ts'
import { tinyGguf } from '../../support/models/compiler-fixtures.ts'
import { openDecoder } from '../../support/models/open-decoder.ts'
import { furthest, RunningGraph } from '../../support/models/run-graph.ts'

const ids = [5, 80, 33, 120]

describe('a compiled decoder', () => {
  it('hands out the state of each row when asked, and none otherwise', async () => {
    const options = { precision: 'f32', weightLimit: 127 } as const
    await using open = await openDecoder(tinyGguf('llama3'), options)
    const cache = new KvCache(open.graph)
    cache.reserve(ids.length)
    const plain = await open.graph.evaluate({ ids, chooseAt: [3], logits: true }, cache)
    expect(plain.states).toBeNull()
    const asked = await open.graph.evaluate({ ids, chooseAt: [3], logits: true, states: true }, cache)
    expect(asked.logits).toEqual(plain.logits)
    const reference = await RunningGraph.open(tinyGguf('llama3'), options)
    const { hidden } = await reference.run({ ids })
    await reference.close()
    expect(furthest(asked.states!, Float32Array.from(hidden.flatMap((row) => [...row])))).toBeLessThan(1e-5)
  })
})
