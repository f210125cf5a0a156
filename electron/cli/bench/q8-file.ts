/**
 * Writes the same checkpoint in llama.cpp's Q8_0, for the engine that ours is measured against: every
 * matrix is dequantised as stored and rounded again to 8-bit blocks; vectors and metadata stay as they are.
 */
import type { ByteSink, ByteSource } from '../../../models/core/bytes.ts'
import { readGguf, type GgufFile, type StoredTensor } from '../../../models/compiler/gguf.ts'
import type { Merge } from './merged-rows.ts'
import { dequantize, storageTypes } from '../../../models/compiler/storage-types.ts'

const alignment = 32
const block = 32
const blockBytes = 34
const typeF32 = 0
const typeQ8 = 8
/** `general.file_type` of a file that is mostly Q8_0. */
const mostlyQ8 = 7
const chunkElements = 1 << 20

/**
 * @param source a complete GGUF file; throws a FailureError when it is none
 * @param merge what is added to the weights before they are rounded
 */
export function writeQ8(source: ByteSource, sink: ByteSink, merge: Merge | null = null): void {
  const file = readGguf(source)
  const metadata = metadataBytes(source, file)
  const header = new DataView(new ArrayBuffer(24))
  header.setUint32(0, 0x46554747, true)
  header.setUint32(4, 3, true)
  header.setBigUint64(8, BigInt(file.tensors.length), true)
  header.setBigUint64(16, BigInt(file.metadata.size), true)
  const infos = tensorInfos(file.tensors)
  const written = header.byteLength + metadata.length + infos.length
  sink.write(new Uint8Array(header.buffer))
  sink.write(metadata)
  sink.write(infos)
  sink.write(new Uint8Array(padded(written) - written))
  for (const tensor of file.tensors) {
    for (const piece of stored(source, tensor, merge)) sink.write(piece)
    const bytes = sizeOf(tensor)
    sink.write(new Uint8Array(padded(bytes) - bytes))
  }
}

const padded = (bytes: number): number => Math.ceil(bytes / alignment) * alignment
const elementsOf = ({ shape }: StoredTensor): number => shape.reduce((product, length) => product * length, 1)
const isMatrix = ({ shape }: StoredTensor): boolean => shape.length > 1

function sizeOf(tensor: StoredTensor): number {
  return isMatrix(tensor) ? (elementsOf(tensor) / block) * blockBytes : elementsOf(tensor) * 4
}

/** The metadata entries byte for byte, but for the file type. */
function metadataBytes(source: ByteSource, { metadata, tensors }: GgufFile): Uint8Array {
  const bytes = source.read(24, infosOffset(source, tensors) - 24)
  if (metadata.has('general.file_type')) {
    const key = new TextEncoder().encode('general.file_type')
    const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(key)
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(at + key.length + 4, mostlyQ8, true)
  }
  return bytes
}

/** Where the list of tensors begins: it ends within one alignment before the first tensor's data. */
function infosOffset(source: ByteSource, tensors: readonly StoredTensor[]): number {
  const length = tensorInfos(tensors).length
  const first = tensors[0]
  if (!first) return source.size
  const name = new TextEncoder().encode(first.name)
  const dataStart = Math.min(...tensors.map(({ offset }) => offset))
  for (let at = dataStart - length; at >= 24; at--) {
    const head = source.read(at, 8 + name.length)
    const view = new DataView(head.buffer, head.byteOffset, head.length)
    if (Number(view.getBigUint64(0, true)) === name.length && name.every((byte, i) => head[8 + i] === byte))
      return at
  }
  throw new Error('the list of tensors was read but is not found again')
}

function tensorInfos(tensors: readonly StoredTensor[]): Uint8Array {
  const pieces: Uint8Array[] = []
  let offset = 0
  for (const tensor of tensors) {
    const name = new TextEncoder().encode(tensor.name)
    const info = new DataView(new ArrayBuffer(8 + name.length + 4 + 8 * tensor.shape.length + 12))
    info.setBigUint64(0, BigInt(name.length), true)
    new Uint8Array(info.buffer).set(name, 8)
    let at = 8 + name.length
    info.setUint32(at, tensor.shape.length, true)
    at += 4
    for (const length of tensor.shape.toReversed()) {
      info.setBigUint64(at, BigInt(length), true)
      at += 8
    }
    info.setUint32(at, isMatrix(tensor) ? typeQ8 : typeF32, true)
    info.setBigUint64(at + 4, BigInt(offset), true)
    offset += padded(sizeOf(tensor))
    pieces.push(new Uint8Array(info.buffer))
  }
  return Buffer.concat(pieces)
}

function* stored(source: ByteSource, tensor: StoredTensor, merge: Merge | null): Generator<Uint8Array> {
  if ((tensor.type === 'Q8_0' && !merge) || (tensor.type === 'F32' && !isMatrix(tensor))) {
    yield source.read(tensor.offset, tensor.bytes)
    return
  }
  const { blockElements, blockBytes: storedBlock } = storageTypes[tensor.type]
  const elements = elementsOf(tensor)
  const columns = tensor.shape.at(-1) ?? elements
  const chunk = Math.max(1, Math.floor(chunkElements / columns)) * columns
  for (let first = 0; first < elements; first += chunk) {
    const values = new Float32Array(Math.min(chunk, elements - first))
    const from = tensor.offset + (first / blockElements) * storedBlock
    dequantize(tensor.type, source.read(from, (values.length / blockElements) * storedBlock), values)
    if (isMatrix(tensor)) merge?.(tensor.name, first / columns, values, columns)
    yield isMatrix(tensor) ? quantizeQ8(values) : new Uint8Array(values.buffer)
  }
}

/**
 * Rounds to Q8_0 as ggml's reference does: scale = absmax / 127, stored as float16; codes rounded half
 * away from zero with the unrounded scale.
 *
 * @param values a multiple of 32
 */
export function quantizeQ8(values: Float32Array): Uint8Array {
  const out = new DataView(new ArrayBuffer((values.length / block) * blockBytes))
  for (let b = 0; b < values.length / block; b++) {
    let largest = 0
    for (let i = 0; i < block; i++) largest = Math.max(largest, Math.abs(values[b * block + i]!))
    const scale = Math.fround(largest / 127)
    const inverse = scale === 0 ? 0 : Math.fround(1 / scale)
    out.setUint16(b * blockBytes, float16Bits(scale), true)
    for (let i = 0; i < block; i++) {
      const scaled = Math.fround(values[b * block + i]! * inverse)
      out.setInt8(b * blockBytes + 2 + i, Math.sign(scaled) * Math.floor(Math.abs(scaled) + 0.5))
    }
  }
  return new Uint8Array(out.buffer)
}

/** The nearest float16 of a non-negative number, ties to even; its bits. */
export function float16Bits(value: number): number {
  if (value >= 65520) return 0x7c00
  // Below the normal range the spacing is fixed; above it, it follows the exponent.
  const exponent = Math.max(Math.floor(Math.log2(value)), -14)
  if (value === 0) return 0
  const mantissa = roundHalfEven((value / 2 ** exponent) * 1024)
  return mantissa < 1024 ? mantissa : ((exponent + 14) << 10) + mantissa
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}
