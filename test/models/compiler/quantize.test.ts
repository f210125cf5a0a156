import { describe, expect, it } from 'vitest'
import {
  blockInputs,
  type BlockFit,
  fitBlock4,
  quantizeBlock8,
  quantizeRow,
} from '../../../models/compiler/quantize.ts'
import { dequantize } from '../../../models/compiler/storage-types.ts'
import { seededRandom } from '../../../models/core/random.ts'
import { furthest } from '../../support/models/run-graph.ts'

const random = seededRandom(3)
const normal = (): number =>
  Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())
const normals = (count: number): Float32Array => Float32Array.from({ length: count }, normal)

function refitted(row: Float32Array, withOffset: boolean): Float32Array {
  const codes = new Uint8Array(blockInputs)
  const fit: BlockFit = { scale: 0, zeroPoint: 0, offset: 0 }
  const out = new Float32Array(row.length)
  for (let from = 0; from < row.length; from += blockInputs) {
    fitBlock4(row, from, blockInputs, withOffset, null, codes, fit)
    for (let i = 0; i < blockInputs; i++)
      out[from + i] = fit.scale * ((codes[i] as number) - fit.zeroPoint) + fit.offset
  }
  return out
}

const meanSquare = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, x, i) => sum + (x - (b[i] as number)) ** 2, 0) / a.length

/** Blocks of a 4-bit type whose codes reach both ends, as its quantiser makes them. */
function storedBlocks(type: 'Q4_0' | 'Q4_1', count: number): Float32Array {
  const bytesEach = type === 'Q4_0' ? 18 : 20
  const bytes = Uint8Array.from({ length: count * bytesEach }, () => random.below(256))
  for (let at = 0; at < bytes.length; at += bytesEach) {
    bytes.set([0x00, 0x2c], at)
    if (type === 'Q4_1') bytes.set([random.below(256), 0xac + random.below(2)], at + 2)
    bytes[at + bytesEach - 1] = 0xf0
  }
  const out = new Float32Array(count * blockInputs)
  dequantize(type, bytes, out)
  return out
}

describe('4-bit blocks', () => {
  it('find weights that came from Q4_1 again', () => {
    const row = storedBlocks('Q4_1', 200)
    expect(furthest(refitted(row, true), row)).toBeLessThan(1e-6)
  })

  it('find weights that came from Q4_0 again, without an offset', () => {
    const row = storedBlocks('Q4_0', 200)
    expect(furthest(refitted(row, false), row)).toBeLessThan(1e-6)
  })

  it('lose less than spreading 16 levels over the range would', () => {
    const row = normals(200 * blockInputs)
    const naive = new Float32Array(row.length)
    for (let from = 0; from < row.length; from += blockInputs) {
      const block = row.subarray(from, from + blockInputs)
      const low = Math.min(...block)
      const scale = (Math.max(...block) - low) / 15
      const zeroPoint = Math.round(-low / scale)
      block.forEach((w, i) => {
        const q = Math.min(15, Math.max(0, Math.round(w / scale) + zeroPoint))
        naive[from + i] = scale * (q - zeroPoint)
      })
    }
    const loss = meanSquare(refitted(row, false), row)
    expect(loss).toBeLessThan(0.95 * meanSquare(naive, row))
    expect(meanSquare(refitted(row, true), row)).toBeLessThan(loss)
  })

  it('hold zeros, equal weights and one-sided weights', () => {
    for (const make of [() => 0, () => -0.25, (i: number) => 1 + i / 64, (i: number) => -2 - i / 64]) {
      const row = Float32Array.from({ length: blockInputs }, (_, i) => make(i))
      const far = furthest(refitted(row, true), row)
      expect(far).toBeLessThan(0.04)
      expect(furthest(refitted(row, false), row)).toBeLessThan(0.3)
    }
  })
})

describe('8-bit blocks', () => {
  it('keep weights that came from Q8_0 exactly', () => {
    const count = 100
    const bytes = Uint8Array.from({ length: count * 34 }, () => random.below(256))
    for (let at = 0; at < bytes.length; at += 34) {
      bytes.set([random.below(256), 0x2c], at)
      for (let i = 2; i < 34; i++) if (bytes[at + i] === 128) bytes[at + i] = 129
      bytes[at + 2 + random.below(32)] = 127
    }
    const row = new Float32Array(count * blockInputs)
    dequantize('Q8_0', bytes, row)
    const codes = new Uint8Array(blockInputs)
    for (let from = 0; from < row.length; from += blockInputs) {
      const scale = quantizeBlock8(row, from, blockInputs, codes, 0)
      const back = Float32Array.from(codes, (code) => scale * (code - 128))
      expect(back).toEqual(row.subarray(from, from + blockInputs))
    }
  })
})

describe('int8 rows', () => {
  it.each([63, 127])('stay within the limit %i and near their weights', (limit) => {
    const row = normals(576)
    const out = new Int8Array(576)
    const scale = quantizeRow(row, out, limit, null, false)
    expect(Math.max(...out.map(Math.abs))).toBe(limit)
    const back = Float32Array.from(out, (q) => q * scale)
    expect(furthest(back, row)).toBeLessThan(scale * 0.5001)
  })

  it('clip an outlier where that serves the rest', () => {
    const row = normals(576)
    row[0] = 8
    const [plain, searched] = [new Int8Array(576), new Int8Array(576)]
    const scale = quantizeRow(row, plain, 63, null, false)
    const smaller = quantizeRow(row, searched, 63, null, true)
    const loss = (codes: Int8Array, s: number): number =>
      meanSquare(
        Float32Array.from(codes, (q) => q * s),
        row,
      )
    expect(loss(searched, smaller)).toBeLessThanOrEqual(loss(plain, scale))
  })

  it('of zeros have no scale', () => {
    const out = new Int8Array(4).fill(1)
    expect(quantizeRow(new Float32Array(4), out, 127, null, true)).toBe(0)
    expect([...out]).toEqual([0, 0, 0, 0])
  })
})
