import { describe, expect, it } from 'vitest'
import { mergeOf } from '../../../electron/cli/bench/merged-rows.ts'
import { writeQ8 } from '../../../electron/cli/bench/q8-file.ts'
import { mergedWeights } from '../../../models/compiler/adapter.ts'
import { openModel } from '../../../models/compiler/index.ts'
import { MemorySource } from '../../../models/core/bytes.ts'
import { fixtureBytes, tinyAdapter, tinyGguf } from '../../support/models/compiler-fixtures.ts'
import { furthest } from '../../support/models/run-graph.ts'

describe('the peer’s file of an adapted model', () => {
  it('holds the weights that our compiler merges, in the order of the file', () => {
    const model = tinyGguf('llama-tied')
    const adapter = tinyAdapter()
    const pieces: Uint8Array[] = []
    writeQ8(
      new MemorySource(fixtureBytes('llama-tied/model.gguf')),
      { write: (bytes) => pieces.push(Uint8Array.from(bytes)) },
      mergeOf(adapter, model.header),
    )
    const written = openModel({ kind: 'gguf', file: new MemorySource(Buffer.concat(pieces)) })
    const merged = mergedWeights(model.weights, adapter)
    expect(adapter.updates.size).toBeGreaterThan(3)
    for (const name of adapter.updates.keys()) {
      const [rows = 0] = merged.shape(name)
      const expected = merged.rows(name, 0, rows)
      const largest = Math.max(...expected.map(Math.abs))
      expect(furthest(written.weights.rows(name, 0, rows), expected), name).toBeLessThan(largest / 100)
      const untouched = model.weights.rows(name, 0, rows)
      expect(furthest(untouched, expected)).toBeGreaterThan(largest / 50)
    }
  })
})
