import { describe, expect, it } from 'vitest'
import { dequantize, type StorageType, storageTypes } from '../../../models/compiler/storage-types.ts'
import { bytesFrom, fixtureJson, floatsFrom } from '../../support/models/compiler-fixtures.ts'

const fixture = fixtureJson('blocks.json') as Record<StorageType, { blocks: string; values: string }>
const withFixture = (Object.keys(storageTypes) as StorageType[]).filter(
  (type) => type !== 'F32' && type !== 'I32',
)

describe('stored weights', () => {
  it.each(withFixture)('of type %s become the very float32 bits of the reference', (type) => {
    const expected = floatsFrom(fixture[type].values)
    const actual = new Float32Array(expected.length)
    dequantize(type, bytesFrom(fixture[type].blocks), actual)
    expect(actual.length).toBeGreaterThan(1000)
    expect(Buffer.from(actual.buffer).equals(Buffer.from(expected.buffer))).toBe(true)
  })

  it('of type F32 are taken as they are, wherever they lie', () => {
    const bytes = new Uint8Array(9)
    new DataView(bytes.buffer).setFloat32(1, -1.5, true)
    new DataView(bytes.buffer).setFloat32(5, 1e-40, true)
    const out = new Float32Array(2)
    dequantize('F32', bytes.subarray(1), out)
    expect([...out]).toEqual([-1.5, Math.fround(1e-40)])
  })

  it('of type I32 become the numbers they are', () => {
    const bytes = new Uint8Array(Int32Array.of(49_151, -3).buffer)
    const out = new Float32Array(2)
    dequantize('I32', bytes, out)
    expect([...out]).toEqual([49_151, -3])
  })

  it('must fill whole blocks', () => {
    expect(() => dequantize('Q8_0', new Uint8Array(33), new Float32Array(32))).toThrow(RangeError)
  })
})
