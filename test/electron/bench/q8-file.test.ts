import { describe, expect, it } from 'vitest'
import { float16Bits, quantizeQ8, writeQ8 } from '../../../electron/cli/bench/q8-file.ts'
import { readGguf } from '../../../models/compiler/gguf.ts'
import { dequantize } from '../../../models/compiler/storage-types.ts'
import { MemorySource } from '../../../models/core/bytes.ts'
import { seededRandom } from '../../../models/core/random.ts'

interface Tensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly type: number
  readonly bytes: Uint8Array
}

/** A GGUF file with a text, the file type and the given tensors. */
function gguf(tensors: readonly Tensor[]): Uint8Array {
  const text = (value: string): Buffer => {
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(value.length))
    return Buffer.concat([length, Buffer.from(value)])
  }
  const u32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(value)
    return bytes
  }
  const u64 = (value: number): Buffer => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64LE(BigInt(value))
    return bytes
  }
  const pad = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((32 - (bytes.length % 32)) % 32)])
  const parts = [
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(3),
    text('general.architecture'),
    u32(8),
    text('llama'),
    text('general.file_type'),
    u32(4),
    u32(3),
    text('note'),
    u32(8),
    // A value that looks like the list of tensors must not be taken for it.
    text('norm.weight'),
  ]
  let offset = 0
  for (const { name, shape, type, bytes } of tensors) {
    parts.push(text(name), u32(shape.length), ...shape.toReversed().map(u64), u32(type), u64(offset))
    offset += Math.ceil(bytes.length / 32) * 32
  }
  return Buffer.concat([pad(Buffer.concat(parts)), ...tensors.map(({ bytes }) => pad(Buffer.from(bytes)))])
}

function values(count: number, seed: number): Float32Array {
  const random = seededRandom(seed)
  return Float32Array.from({ length: count }, () => random.uniform() - 0.5)
}

function read(file: Uint8Array): Map<string, Float32Array> {
  const source = new MemorySource(file)
  return new Map(
    readGguf(source).tensors.map(({ name, shape, type, offset, bytes }) => {
      const out = new Float32Array(shape.reduce((product, length) => product * length, 1))
      dequantize(type, source.read(offset, bytes), out)
      return [name, out]
    }),
  )
}

function rewritten(file: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = []
  writeQ8(new MemorySource(file), { write: (bytes) => pieces.push(Buffer.from(bytes)) })
  return Buffer.concat(pieces)
}

describe('the Q8_0 copy of a model', () => {
  const norm = values(48, 1)
  const matrix = values(6 * 64, 2)
  const original = gguf([
    { name: 'norm.weight', shape: [48], type: 0, bytes: new Uint8Array(norm.buffer) },
    { name: 'a.weight', shape: [6, 64], type: 0, bytes: new Uint8Array(matrix.buffer) },
    { name: 'b.weight', shape: [6, 64], type: 8, bytes: quantizeQ8(matrix) },
  ])

  it('can be read back, keeps vectors exactly and says what it is', () => {
    const copy = rewritten(original)
    const { metadata, tensors } = readGguf(new MemorySource(copy))
    expect(Object.fromEntries(metadata)).toEqual({
      'general.architecture': 'llama',
      'general.file_type': 7,
      note: 'norm.weight',
    })
    expect(tensors.map(({ name, type }) => [name, type])).toEqual([
      ['norm.weight', 'F32'],
      ['a.weight', 'Q8_0'],
      ['b.weight', 'Q8_0'],
    ])
    expect(read(copy).get('norm.weight')).toEqual(norm)
  })

  it('rounds a matrix by at most half a step of its block and leaves stored Q8_0 alone', () => {
    const tensors = read(rewritten(original))
    const rounded = tensors.get('a.weight')!
    expect(tensors.get('b.weight')).toEqual(rounded)
    for (let block = 0; block < matrix.length; block += 32) {
      const largest = Math.max(...matrix.subarray(block, block + 32).map(Math.abs))
      for (let i = block; i < block + 32; i++)
        expect(Math.abs(rounded[i]! - matrix[i]!)).toBeLessThan((largest / 127) * 0.57)
    }
  })
})

describe('float16', () => {
  it('encodes what DataView reads back as the nearest half, ties to even', () => {
    expect(float16Bits(0)).toBe(0)
    expect(float16Bits(1)).toBe(0x3c00)
    expect(float16Bits(65504)).toBe(0x7bff)
    expect(float16Bits(1 + 1 / 2048)).toBe(0x3c00)
    expect(float16Bits(1 + 3 / 2048)).toBe(0x3c02)
    expect(float16Bits(2 ** -24)).toBe(1)
    expect(float16Bits(1.9999)).toBe(0x4000)
  })
})
