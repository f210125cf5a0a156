/** The safetensors container (huggingface/safetensors, README "Format"): a JSON header and packed tensors. */
import type { ByteSource } from '../core/bytes.ts'
import { damaged, tooLarge, unsupported } from './bounded-reader.ts'
import { refuseOverlap, storedBytes, type StoredTensor } from './gguf.ts'
import { limits } from './limits.ts'
import { isRecord, parseJson } from './json.ts'
import type { StorageType } from './storage-types.ts'
import { decodeUtf8 } from './utf8.ts'

export interface SafetensorsFile {
  readonly metadata: ReadonlyMap<string, string>
  readonly tensors: readonly StoredTensor[]
}

const types: ReadonlyMap<string, StorageType> = new Map([
  ['F32', 'F32'],
  ['F16', 'F16'],
  ['BF16', 'BF16'],
  // Lists of ids beside the weights of draft heads.
  ['I32', 'I32'],
])

/**
 * Reads the header and checks it completely: tensors are of a known type, as long as their shapes say, and
 * fill the rest of the file without gap or overlap.
 * Throws a FailureError: `model-invalid`, `model-unsupported` or `model-too-large`.
 */
export function readSafetensors(source: ByteSource): SafetensorsFile {
  if (source.size > limits.fileBytes) tooLarge('the file', `has ${source.size} bytes`)
  if (source.size < 10) damaged('the file', 'is too short to be safetensors')
  const prefix = source.read(0, 8)
  const length = Number(new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true))
  if (length > limits.safetensorsHeaderBytes || 8 + length > source.size)
    damaged(
      'the header',
      'claims a length that the file does not have: it is not a safetensors file or is cut off',
    )
  const text = decodeUtf8(source.read(8, length)) ?? damaged('the header', 'is not valid text')
  const header = parseJson(text, 'the header')
  const start = 8 + length
  const metadata = new Map<string, string>()
  const tensors: StoredTensor[] = []
  for (const [name, entry] of Object.entries(header)) {
    if (name !== '__metadata__') tensors.push(readEntry(name, entry, start, source.size))
    else if (isRecord(entry)) {
      for (const [key, value] of Object.entries(entry)) {
        if (typeof value !== 'string')
          damaged('the metadata of the header', 'holds something other than text')
        metadata.set(key, value)
      }
    } else damaged('the metadata of the header', 'is not an object')
  }
  if (tensors.length === 0) damaged('the header', 'names no tensors')
  if (tensors.length > limits.tensors) tooLarge('the file', `has ${tensors.length} tensors`)
  refuseOverlap(tensors)
  const filled = tensors.reduce((sum, { bytes }) => sum + bytes, start)
  if (filled !== source.size) damaged('the file', 'is longer or shorter than its tensors')
  return { metadata, tensors }
}

function readEntry(name: string, entry: unknown, start: number, size: number): StoredTensor {
  const field = `tensor "${name}"`
  if (name === '' || name.length > limits.tensorNameBytes) damaged(field, 'has no usable name')
  if (!isRecord(entry)) return damaged(field, 'is not described')
  const { dtype, shape, data_offsets: offsets } = entry
  if (typeof dtype !== 'string') return damaged(field, 'has no type')
  const type = types.get(dtype) ?? unsupported(field, `is stored as ${dtype}, which is not readable here`)
  if (!isCounts(shape) || shape.length > limits.rank) return damaged(field, 'has an impossible shape')
  if (!isCounts(offsets)) return damaged(field, 'has impossible offsets')
  const [begin, end] = offsets
  if (begin === undefined || end === undefined || offsets.length !== 2 || begin > end || start + end > size)
    return damaged(field, 'lies beyond the end of the file')
  const bytes = storedBytes(name, shape.length === 0 ? [1] : shape, type)
  if (end - begin !== bytes) damaged(field, `takes ${end - begin} bytes where its shape needs ${bytes}`)
  return { name, shape: shape.length === 0 ? [1] : shape, type, offset: start + begin, bytes }
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n: unknown) => Number.isSafeInteger(n) && (n as number) >= 0)
}
