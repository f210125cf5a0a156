/** Weights read from their files on demand: nothing is kept but where each tensor lies. */
import type { ByteSource } from '../core/bytes.ts'
import { damaged } from './bounded-reader.ts'
import type { StoredTensor } from './gguf.ts'
import type { Weights } from './shapes.ts'
import { dequantize } from './storage-types.ts'

export interface Placed extends StoredTensor {
  readonly source: ByteSource
  /** Width of the heads whose rows the file interleaves, or null where rows lie in their own order. */
  readonly interleavedHeads: number | null
}

export function storedWeights(tensors: ReadonlyMap<string, Placed>): Weights {
  const find = (name: string): Placed => {
    const tensor = tensors.get(name)
    if (!tensor) throw new RangeError(`no tensor ${name}`)
    return tensor
  }
  return {
    names: [...tensors.keys()],
    shape: (name) => find(name).shape,
    type: (name) => find(name).type,
    rows: (name, first, count) => {
      const tensor = find(name)
      return tensor.interleavedHeads === null
        ? readRows(tensor, first, count)
        : readInterleaved(tensor, tensor.interleavedHeads, first, count)
    },
  }
}

function readRows(tensor: Placed, first: number, count: number): Float32Array {
  const { rows, columns } = matrix(tensor)
  if (first < 0 || count < 0 || first + count > rows)
    throw new RangeError(`rows ${first}+${count} of ${rows} in ${tensor.name}`)
  const rowBytes = tensor.bytes / rows
  const out = new Float32Array(count * columns)
  dequantize(tensor.type, tensor.source.read(tensor.offset + first * rowBytes, count * rowBytes), out)
  if (!allFinite(out)) damaged(`tensor "${tensor.name}"`, 'holds weights that are not numbers')
  return out
}

/**
 * GGUF stores the query and key rows of llama so that the two halves of each head alternate; the graph
 * rotates halves, as Hugging Face does, so row p * D/2 + j of a head is read from its row 2j + p.
 */
function readInterleaved(tensor: Placed, headWidth: number, first: number, count: number): Float32Array {
  // A bias is a vector to the file, but its elements are ordered as the rows of its matrix are.
  const vector = tensor.shape.length === 1
  const columns = vector ? 1 : matrix(tensor).columns
  const firstHead = vector ? 0 : Math.floor(first / headWidth)
  const heads = vector
    ? (tensor.shape[0] ?? 0) / headWidth
    : Math.ceil((first + count) / headWidth) - firstHead
  const stored = vector
    ? readRows(tensor, first, count)
    : readRows(tensor, firstHead * headWidth, heads * headWidth)
  const [from, total] = vector ? [0, stored.length] : [first, count]
  const out = new Float32Array(total * columns)
  for (let i = 0; i < total; i++) {
    const row = from + i - firstHead * headWidth
    const inHead = row % headWidth
    const half = inHead < headWidth / 2 ? 0 : 1
    const source = row - inHead + 2 * (inHead - half * (headWidth / 2)) + half
    out.set(stored.subarray(source * columns, (source + 1) * columns), i * columns)
  }
  return out
}

function matrix({ shape }: StoredTensor): { rows: number; columns: number } {
  const [a = 1, b] = shape
  return b === undefined ? { rows: 1, columns: a } : { rows: a, columns: b }
}

// x - x is 0 for numbers and NaN for the rest; one comparison at the end keeps the loop free of branches.
function allFinite(values: Float32Array): boolean {
  let zero = 0
  for (let i = 0; i < values.length; i++) {
    const x = values[i] as number
    zero += x - x
  }
  return zero === 0
}
