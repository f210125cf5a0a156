/** The GGUF container, versions 2 and 3 (ggml-org/ggml, docs/gguf.md): metadata and where tensors lie. */
import type { ByteSource } from '../core/bytes.ts'
import { BoundedReader, damaged, tooLarge, unsupported } from './bounded-reader.ts'
import { limits } from './limits.ts'
import { type StorageType, storageTypes } from './storage-types.ts'

export type GgufValue = string | number | boolean | readonly string[] | readonly number[] | readonly boolean[]

export interface StoredTensor {
  readonly name: string
  /** Row-major, slowest first: [rows, columns] or [length]. */
  readonly shape: readonly number[]
  readonly type: StorageType
  /** Of the first byte, from the start of the source. */
  readonly offset: number
  readonly bytes: number
}

export interface GgufFile {
  readonly metadata: ReadonlyMap<string, GgufValue>
  readonly tensors: readonly StoredTensor[]
}

const magic = 0x46554747
const arrayType = 9

/** Types by their number in the file; those of ggml that are not here cannot be read. */
const typesById: ReadonlyMap<number, StorageType> = new Map([
  [0, 'F32'],
  [1, 'F16'],
  [2, 'Q4_0'],
  [3, 'Q4_1'],
  [8, 'Q8_0'],
  [12, 'Q4_K'],
  [13, 'Q5_K'],
  [14, 'Q6_K'],
  [30, 'BF16'],
])

/** Whether the file begins as GGUF does. */
export function looksLikeGguf(source: ByteSource): boolean {
  if (source.size < 4) return false
  const [a, b, c, d] = source.read(0, 4)
  return a === 0x47 && b === 0x47 && c === 0x55 && d === 0x46
}

/**
 * Reads the header of a GGUF file and checks it completely: every tensor lies inside the file, aligned,
 * apart from the others, and is of a known type.
 * Throws a FailureError: `model-invalid`, `model-unsupported` or `model-too-large`.
 */
export function readGguf(source: ByteSource): GgufFile {
  if (source.size > limits.fileBytes) tooLarge('the file', `has ${source.size} bytes`)
  const reader = new BoundedReader(source, limits.metadataBytes)
  if (reader.u32('the file type') !== magic) damaged('the file', 'is not a GGUF file')
  const version = reader.u32('the GGUF version')
  if (version === 0x02000000 || version === 0x03000000) unsupported('the byte order', 'is big-endian')
  if (version !== 2 && version !== 3) unsupported('the GGUF version', `is ${version}`)
  const tensorCount = reader.count('the number of tensors', limits.tensors, 24)
  const entryCount = reader.count('the number of metadata entries', limits.metadataEntries, 13)
  const metadata = readMetadata(reader, entryCount)
  const infos = readTensorInfos(reader, tensorCount)
  const alignment = metadata.get('general.alignment') ?? 32
  if (typeof alignment !== 'number' || alignment < 8 || alignment > limits.alignment || alignment % 8 !== 0)
    damaged('general.alignment', 'is not a sensible alignment')
  const start = Math.ceil(reader.offset / alignment) * alignment
  return { metadata, tensors: placed(infos, start, alignment, source.size) }
}

function readMetadata(reader: BoundedReader, count: number): Map<string, GgufValue> {
  const metadata = new Map<string, GgufValue>()
  for (let i = 0; i < count; i++) {
    const key = reader.text('a metadata key', limits.metadataKeyBytes)
    if (key === '' || metadata.has(key))
      damaged(`metadata entry "${key}"`, key === '' ? 'has no name' : 'is there twice')
    metadata.set(key, readValue(reader, reader.u32(key), key))
  }
  return metadata
}

function readValue(reader: BoundedReader, type: number, key: string): GgufValue {
  if (type !== arrayType) return readScalar(reader, type, key)
  const itemType = reader.u32(key)
  if (itemType === arrayType) unsupported(`metadata entry "${key}"`, 'is an array of arrays')
  const count = reader.count(key, limits.arrayElements, scalarBytes(itemType, key))
  if (itemType === 8) {
    const texts: string[] = []
    for (let i = 0; i < count; i++) texts.push(reader.text(key, limits.metadataStringBytes))
    return texts
  }
  if (itemType === 7) {
    const flags: boolean[] = []
    for (let i = 0; i < count; i++) flags.push(readScalar(reader, itemType, key) as boolean)
    return flags
  }
  const numbers: number[] = []
  for (let i = 0; i < count; i++) numbers.push(readScalar(reader, itemType, key) as number)
  return numbers
}

/** The least number of bytes that one value of this type takes. */
function scalarBytes(type: number, key: string): number {
  const bytes = [1, 1, 2, 2, 4, 4, 4, 1, 8, undefined, 8, 8, 8][type]
  return bytes ?? damaged(`metadata entry "${key}"`, `has the unknown type ${type}`)
}

function readScalar(reader: BoundedReader, type: number, key: string): string | number | boolean {
  switch (type) {
    case 0:
      return reader.u8(key)
    case 1:
      return reader.i8(key)
    case 2:
      return reader.u16(key)
    case 3:
      return reader.i16(key)
    case 4:
      return reader.u32(key)
    case 5:
      return reader.i32(key)
    case 6:
      return reader.f32(key)
    case 7: {
      const flag = reader.u8(key)
      if (flag > 1) damaged(`metadata entry "${key}"`, 'is neither true nor false')
      return flag === 1
    }
    case 8:
      return reader.text(key, limits.metadataStringBytes)
    case 10:
      return reader.u64(key)
    case 11:
      return reader.i64(key)
    case 12:
      return reader.f64(key)
    default:
      return damaged(`metadata entry "${key}"`, `has the unknown type ${type}`)
  }
}

interface TensorInfo {
  readonly name: string
  readonly shape: readonly number[]
  readonly type: StorageType
  readonly relativeOffset: number
}

function readTensorInfos(reader: BoundedReader, count: number): TensorInfo[] {
  const seen = new Set<string>()
  const infos: TensorInfo[] = []
  for (let i = 0; i < count; i++) {
    const name = reader.text('a tensor name', limits.tensorNameBytes)
    if (name === '' || seen.has(name))
      damaged(`tensor "${name}"`, name === '' ? 'has no name' : 'is there twice')
    seen.add(name)
    const rank = reader.u32(name)
    if (rank < 1 || rank > limits.rank) damaged(`tensor "${name}"`, `has ${rank} dimensions`)
    const shape: number[] = []
    for (let axis = 0; axis < rank; axis++) shape.unshift(reader.u64(name))
    const typeId = reader.u32(name)
    const type =
      typesById.get(typeId) ??
      unsupported(`tensor "${name}"`, `is stored as type ${typeId}, which is not readable here`)
    infos.push({ name, shape, type, relativeOffset: reader.u64(name) })
  }
  return infos
}

function placed(
  infos: readonly TensorInfo[],
  start: number,
  alignment: number,
  size: number,
): StoredTensor[] {
  const tensors = infos.map(({ name, shape, type, relativeOffset }): StoredTensor => {
    const bytes = storedBytes(name, shape, type)
    const offset = start + relativeOffset
    if (relativeOffset % alignment !== 0) damaged(`tensor "${name}"`, 'is not aligned')
    if (offset + bytes > size) damaged(`tensor "${name}"`, 'lies beyond the end of the file')
    return { name, shape, type, offset, bytes }
  })
  refuseOverlap(tensors)
  return tensors
}

/** Bytes of a tensor of this shape; refuses shapes that cannot be. */
export function storedBytes(name: string, shape: readonly number[], type: StorageType): number {
  let elements = 1
  for (const length of shape) {
    if (length < 1) damaged(`tensor "${name}"`, 'has an empty dimension')
    elements *= length
    if (elements > limits.elements) tooLarge(`tensor "${name}"`, `has more than ${limits.elements} elements`)
  }
  const { blockElements, blockBytes } = storageTypes[type]
  const columns = shape[shape.length - 1] ?? 0
  if (columns % blockElements !== 0)
    damaged(`tensor "${name}"`, `has rows of ${columns}, not a multiple of the ${blockElements} of ${type}`)
  return (elements / blockElements) * blockBytes
}

export function refuseOverlap(tensors: readonly StoredTensor[]): void {
  const sorted = tensors.toSorted((a, b) => a.offset - b.offset)
  let end = 0
  for (const { name, offset, bytes } of sorted) {
    if (offset < end) damaged(`tensor "${name}"`, 'overlaps another')
    end = offset + bytes
  }
}
