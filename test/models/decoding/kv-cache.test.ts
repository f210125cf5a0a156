import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KvCache, kvBucket, kvBytes, type KvShape } from '../../../models/decoding/kv-cache.ts'

const shape: KvShape = { layers: 2, kvHeads: 2, headWidth: 3, contextTokens: 1000 }

/** A number that tells layer, head, dimension and row apart. */
const mark = (layer: number, head: number, dimension: number, row: number): number =>
  layer * 1e6 + head * 1e5 + dimension * 1e4 + row

function rowsOf(first: number, count: number): [Float32Array[], Float32Array[]] {
  const keys: Float32Array[] = []
  const values: Float32Array[] = []
  for (let layer = 0; layer < shape.layers; layer++) {
    const key = new Float32Array(shape.kvHeads * shape.headWidth * count)
    const value = new Float32Array(key.length)
    for (let head = 0; head < shape.kvHeads; head++)
      for (let d = 0; d < shape.headWidth; d++)
        for (let row = 0; row < count; row++) {
          key[(head * shape.headWidth + d) * count + row] = mark(layer, head, d, first + row)
          value[(head * count + row) * shape.headWidth + d] = -mark(layer, head, d, first + row)
        }
    keys.push(key)
    values.push(value)
  }
  return [keys, values]
}

function expectRows(cache: KvCache, rows: readonly number[]): void {
  expect(cache.length).toBe(rows.length)
  for (let layer = 0; layer < shape.layers; layer++)
    for (let head = 0; head < shape.kvHeads; head++)
      for (let d = 0; d < shape.headWidth; d++)
        for (const [at, row] of rows.entries()) {
          const key = cache.keys(layer)[(head * shape.headWidth + d) * cache.capacity + at]
          const value = cache.values(layer)[(head * cache.capacity + at) * shape.headWidth + d]
          if (key !== mark(layer, head, d, row) || value !== -mark(layer, head, d, row))
            throw new Error(`row ${at} of layer ${layer} is not row ${row}`)
        }
}

describe('the key/value cache', () => {
  it('holds what was appended, in any portions, across buckets and cuts', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.record({ append: fc.integer({ min: 1, max: 180 }) }),
            fc.record({ keep: fc.double({ min: 0, max: 1, noNaN: true }) }),
          ),
          { maxLength: 12 },
        ),
        (actions) => {
          const cache = new KvCache(shape)
          let rows: number[] = []
          let next = 0
          for (const action of actions) {
            if ('keep' in action) {
              rows = rows.slice(0, Math.floor(action.keep * rows.length))
              cache.truncate(rows.length)
            } else if (rows.length + action.append <= shape.contextTokens) {
              cache.append(...rowsOf(next, action.append), action.append)
              for (let row = 0; row < action.append; row++) rows.push(next++)
            }
          }
          expectRows(cache, rows)
          expect(cache.capacity % kvBucket === 0 || cache.capacity === shape.contextTokens).toBe(true)
          expect(cache.bytes).toBe(kvBytes(shape, cache.capacity))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('keeps only accepted rows, in the order given', () => {
    const cache = new KvCache(shape)
    cache.append(...rowsOf(0, 3), 3)
    cache.append(...rowsOf(10, 6), 6, [0, 2, 5])
    expectRows(cache, [0, 1, 2, 10, 12, 15])
  })

  it('keeps its buffers until it must grow', () => {
    const cache = new KvCache(shape)
    cache.reserve(1)
    const keys = cache.keys(0)
    cache.reserve(kvBucket)
    expect(cache.keys(0)).toBe(keys)
    cache.reserve(kvBucket + 1)
    expect(cache.keys(0)).not.toBe(keys)
  })

  it('holds zeros where no row is, also where one was', () => {
    const cache = new KvCache(shape)
    cache.append(...rowsOf(1, 9), 9)
    cache.truncate(4)
    const filled = (rows: Float32Array): number => rows.filter((x) => x !== 0).length
    for (const layer of [0, 1]) {
      expect(filled(cache.keys(layer))).toBe(4 * shape.kvHeads * shape.headWidth)
      expect(filled(cache.values(layer))).toBe(4 * shape.kvHeads * shape.headWidth)
    }
  })

  it('refuses more rows than the context and cuts that are none', () => {
    const cache = new KvCache(shape)
    expect(() => cache.reserve(shape.contextTokens + 1)).toThrow(RangeError)
    expect(() => cache.truncate(1)).toThrow(RangeError)
    expect(() => cache.append([new Float32Array(1)], [new Float32Array(1)], 1)).toThrow(RangeError)
    cache.reserve(shape.contextTokens)
    expect(cache.capacity).toBe(shape.contextTokens)
  })
})
