/** How one matrix product becomes graph nodes, per precision. */
import { bytesOf, type GraphBuilder, type Placement } from './graph-builder.ts'
import type { MatrixRows } from './matrix-rows.ts'
import type { LinearPrecision } from './options.ts'
import { blockInputs, type BlockFit, fitBlock4, quantizeBlock8, quantizeRow } from './quantize.ts'

export interface LinearRequest {
  readonly graph: GraphBuilder
  readonly matrix: MatrixRows
  /** Name of the activations, float32 [rows, inputs]. */
  readonly input: string
  /** Gives the name of the zero points of the activations' rows: uint8 [rows], all 128. */
  readonly middles: () => string
  readonly weightLimit: number
  readonly importance: Float32Array | null
  readonly searchScale: boolean
  /** Called as weights are done; may throw to stop. */
  readonly onWeights: (count: number) => void
}

/** Adds nodes and weights; returns the name of the result, float32 [rows, outputs]. */
export type Lowering = (request: LinearRequest) => string

// Rows are read and quantised a few at a time: about a megabyte of float32.
const chunkWeights = 262_144

export const lowerings: Readonly<Record<LinearPrecision, Lowering>> = {
  f32: (request) => lowerF32(request, null),
  row8: lowerRow8,
  block8: (request) => lowerBlock8(request, null),
  block4: lowerBlock4,
}

/** @param table the same weights, if they already lie in the data file as [outputs, inputs] */
export function lowerF32(request: LinearRequest, table: Placement | null): string {
  const { graph, matrix, input } = request
  const { name, outputs, inputs } = matrix
  const weight = `${name}.weight`
  if (table) graph.shared(weight, 'float32', [outputs, inputs], table)
  else graph.external(weight, 'float32', [outputs, inputs], floatRows(matrix, request.onWeights))
  const options = { domain: 'com.microsoft', attributes: { transB: 1 } } as const
  return biased(request, graph.node('FusedMatMul', [input, weight], `${name}.product`, options))
}

export function* floatRows(matrix: MatrixRows, onWeights: (count: number) => void): Generator<Uint8Array> {
  for (const { rows } of chunks(matrix, 1)) {
    yield bytesOf(rows)
    onWeights(rows.length)
  }
}

/** The matrix in chunks of whole rows; all but the last have a multiple of `multiple` rows. */
function* chunks(
  { inputs, outputs, rows }: MatrixRows,
  multiple: number,
): Generator<{ readonly first: number; readonly count: number; readonly rows: Float32Array }> {
  const height = Math.max(multiple, Math.floor(chunkWeights / inputs / multiple) * multiple)
  for (let first = 0; first < outputs; first += height) {
    const count = Math.min(height, outputs - first)
    yield { first, count, rows: rows(first, count) }
  }
}

function biased({ graph, matrix: { name, bias, outputs } }: LinearRequest, product: string): string {
  if (bias === null) return product
  graph.external(`${name}.bias`, 'float32', [outputs], [bytesOf(bias)])
  return graph.node('Add', [product, `${name}.bias`], `${name}.sum`)
}

/**
 * int8 weights with one scale per output; activations rounded to uint8 around 128 with the scale
 * absmax / 127 of their own row. Integer sums are exact, so a row's result is its own.
 */
function lowerRow8(request: LinearRequest): string {
  const { graph, matrix } = request
  const { name, outputs, inputs } = matrix
  const weight = `${name}.weight`
  const { columns, scales } = quantizedColumns(request)
  graph.external(weight, 'int8', [inputs, outputs], [bytesOf(columns)])
  graph.external(`${name}.scale`, 'float32', [outputs], [bytesOf(scales)])
  const { codes, rowScale } = quantizedRows(request)
  const middle = graph.constant('middle', 'uint8', [], [128])
  // The product takes a scale per row as well, which spares two passes over its result.
  const product = graph.node(
    'MatMulIntegerToFloat',
    [codes, weight, rowScale, `${name}.scale`, middle],
    `${name}.product`,
    { domain: 'com.microsoft' },
  )
  return biased(request, product)
}

/**
 * int8 weights as `row8`, activations rounded together for all rows of a run: one node for the whole product,
 * but each row's result depends on the others. For guesses, which may be wrong.
 */
export function lowerDynamic8(request: LinearRequest): string {
  const { graph, matrix, input } = request
  const { name, outputs, inputs, bias } = matrix
  const { columns, scales } = quantizedColumns(request)
  graph.external(`${name}.weight`, 'int8', [inputs, outputs], [bytesOf(columns)])
  graph.external(`${name}.scale`, 'float32', [outputs], [bytesOf(scales)])
  const operands = [input, `${name}.weight`, `${name}.scale`]
  if (bias !== null) {
    graph.external(`${name}.bias`, 'float32', [outputs], [bytesOf(bias)])
    operands.push('', `${name}.bias`)
  }
  return graph.node('DynamicQuantizeMatMul', operands, `${name}.product`, { domain: 'com.microsoft' })
}

/** Codes, uint8 [rows, inputs], and the scale of each row, [rows, 1]. A row of zeros has the scale 0. */
function quantizedRows({ graph, matrix: { name }, input, middles }: LinearRequest): {
  readonly codes: string
  readonly rowScale: string
} {
  const last = graph.constant('last_axis', 'int64', [1], [-1])
  const step = graph.constant('one_127th', 'float32', [], [1 / 127])
  const magnitudes = graph.node('Abs', [input], `${name}.magnitudes`)
  const largest = graph.node('ReduceMax', [magnitudes, last], `${name}.largest`, {
    attributes: { keepdims: 0 },
  })
  const scale = graph.node('Mul', [largest, step], `${name}.row_scales`)
  const codes = graph.node('QuantizeLinear', [input, scale, middles()], `${name}.codes`, {
    attributes: { axis: 0 },
  })
  return { codes, rowScale: graph.node('Unsqueeze', [scale, last], `${name}.row_scale`) }
}

/** The whole matrix in int8, transposed to [inputs, outputs] as the product wants it, and its scales. */
function quantizedColumns(request: LinearRequest): { columns: Int8Array; scales: Float32Array } {
  const { matrix, weightLimit, importance, searchScale } = request
  const { outputs, inputs } = matrix
  const columns = new Int8Array(inputs * outputs)
  const scales = new Float32Array(outputs)
  // Rows are transposed by 64, so that writes to the far apart columns come in whole cache lines.
  const tileRows = 64
  const tile = new Int8Array(tileRows * inputs)
  for (const { first, count, rows } of chunks(matrix, tileRows)) {
    for (let start = 0; start < count; start += tileRows) {
      const height = Math.min(tileRows, count - start)
      for (let r = 0; r < height; r++) {
        const row = rows.subarray((start + r) * inputs, (start + r + 1) * inputs)
        const out = tile.subarray(r * inputs, (r + 1) * inputs)
        scales[first + start + r] = quantizeRow(row, out, weightLimit, importance, searchScale)
      }
      for (let k = 0; k < inputs; k++) {
        const at = k * outputs + first + start
        for (let r = 0; r < height; r++) columns[at + r] = tile[r * inputs + k] as number
      }
    }
    request.onWeights(rows.length)
  }
  return { columns, scales }
}

const blocksPerRow = (inputs: number): number => Math.ceil(inputs / blockInputs)

/** The tensors of an 8-bit block matrix: codes [outputs, inputs] and scales [outputs, inputs / 32]. */
export interface Block8Placement {
  readonly codes: Placement
  readonly scales: Placement
}

/** Writes a matrix in 8-bit blocks, codes first; `name.codes` is [outputs, padded inputs]. */
export function writeBlock8(
  graph: GraphBuilder,
  matrix: MatrixRows,
  dimensions: 'table' | 'blocks',
  onWeights: (count: number) => void,
): Block8Placement {
  const { name, outputs, inputs } = matrix
  const blocks = blocksPerRow(inputs)
  const scales = new Float32Array(outputs * blocks)
  function* codes(): Generator<Uint8Array> {
    for (const { first, count, rows } of chunks(matrix, 1)) {
      const piece = new Uint8Array(count * blocks * blockInputs)
      for (let r = 0; r < count; r++) {
        for (let b = 0; b < blocks; b++) {
          const block = r * blocks + b
          const length = Math.min(blockInputs, inputs - b * blockInputs)
          scales[first * blocks + block] = quantizeBlock8(
            rows,
            r * inputs + b * blockInputs,
            length,
            piece,
            block * blockInputs,
          )
        }
      }
      yield piece
      onWeights(rows.length)
    }
  }
  const table = dimensions === 'table'
  const codesShape = table ? [outputs, blocks * blockInputs] : [outputs, blocks, blockInputs]
  const codesPlacement = graph.external(`${name}.codes`, 'uint8', codesShape, codes())
  const scalesShape = table ? [outputs, blocks] : [outputs * blocks]
  return {
    codes: codesPlacement,
    scales: graph.external(`${name}.scales`, 'float32', scalesShape, [bytesOf(scales)]),
  }
}

/** @param table the same weights, if they already lie in the data file in 8-bit blocks */
export function lowerBlock8(request: LinearRequest, table: Block8Placement | null): string {
  const { graph, matrix } = request
  const { name, outputs, inputs } = matrix
  const blocks = blocksPerRow(inputs)
  if (table) {
    graph.shared(`${name}.codes`, 'uint8', [outputs, blocks, blockInputs], table.codes)
    graph.shared(`${name}.scales`, 'float32', [outputs * blocks], table.scales)
  } else writeBlock8(graph, matrix, 'blocks', request.onWeights)
  return blockProduct(request, 8, [`${name}.codes`, `${name}.scales`])
}

/**
 * 4-bit blocks. Where the file stores a least value per block (Q4_1, Q4_K, Q5_K), rounding it to a zero
 * point would lose as much as the first quantisation did; what the zero point leaves is kept as an offset
 * per block, which the sum of the block's activations multiplies.
 */
function lowerBlock4(request: LinearRequest): string {
  const { graph, matrix } = request
  const { name, outputs, inputs, hasOffsets } = matrix
  const blocks = blocksPerRow(inputs)
  const keepsOffsets = hasOffsets && inputs % blockInputs === 0
  const tensors = new Block4Tensors(outputs, blocks, keepsOffsets)
  graph.external(`${name}.codes`, 'uint8', [outputs, blocks, blockInputs / 2], block4Codes(request, tensors))
  graph.external(`${name}.scales`, 'float32', [outputs * blocks], [bytesOf(tensors.scales)])
  graph.external(`${name}.zero_points`, 'uint8', [tensors.zeroPoints.length], [tensors.zeroPoints])
  const parts = [`${name}.codes`, `${name}.scales`, `${name}.zero_points`]
  if (tensors.offsets === null) return blockProduct(request, 4, parts)
  graph.external(`${name}.offsets`, 'float32', [outputs, blocks], [bytesOf(tensors.offsets)])
  return graph.node('Add', [blockProduct(request, 4, parts), offsetProduct(request)], `${name}.with_offsets`)
}

/** The sums of each block of activations, times the offsets. */
function offsetProduct({ graph, matrix: { name, inputs }, input }: LinearRequest): string {
  const blocks = blocksPerRow(inputs)
  const shape = graph.constant(`blocks_of_${inputs}`, 'int64', [3], [-1, blocks, blockInputs])
  const last = graph.constant('last_axis', 'int64', [1], [-1])
  const inBlocks = graph.node('Reshape', [input, shape], `${name}.input_blocks`)
  const sums = graph.node('ReduceSum', [inBlocks, last], `${name}.block_sums`, {
    attributes: { keepdims: 0 },
  })
  return graph.node('FusedMatMul', [sums, `${name}.offsets`], `${name}.offset_product`, {
    domain: 'com.microsoft',
    attributes: { transB: 1 },
  })
}

/** What remains to be written once all codes are. */
class Block4Tensors {
  readonly scales: Float32Array
  /** Two to a byte, each row in bytes of its own. */
  readonly zeroPoints: Uint8Array
  readonly offsets: Float32Array | null
  readonly #blocks: number

  constructor(outputs: number, blocks: number, keepsOffsets: boolean) {
    this.#blocks = blocks
    this.scales = new Float32Array(outputs * blocks)
    this.zeroPoints = new Uint8Array(outputs * Math.ceil(blocks / 2))
    this.offsets = keepsOffsets ? new Float32Array(outputs * blocks) : null
  }

  set(output: number, block: number, { scale, zeroPoint, offset }: BlockFit): void {
    const at = output * this.#blocks + block
    this.scales[at] = scale
    const byteAt = output * Math.ceil(this.#blocks / 2) + (block >> 1)
    this.zeroPoints[byteAt] = (this.zeroPoints[byteAt] as number) | (zeroPoint << (4 * (block & 1)))
    if (this.offsets) this.offsets[at] = offset
  }
}

function* block4Codes(
  { matrix, importance, onWeights }: LinearRequest,
  tensors: Block4Tensors,
): Generator<Uint8Array> {
  const { inputs } = matrix
  const blocks = blocksPerRow(inputs)
  const half = blockInputs / 2
  const codes = new Uint8Array(blockInputs)
  const fit: BlockFit = { scale: 0, zeroPoint: 8, offset: 0 }
  for (const { first, count, rows } of chunks(matrix, 1)) {
    const piece = new Uint8Array(count * blocks * half)
    for (let r = 0; r < count; r++) {
      const row = rows.subarray(r * inputs, (r + 1) * inputs)
      for (let b = 0; b < blocks; b++) {
        const length = Math.min(blockInputs, inputs - b * blockInputs)
        fitBlock4(row, b * blockInputs, length, tensors.offsets !== null, importance, codes, fit)
        tensors.set(first + r, b, fit)
        const at = (r * blocks + b) * half
        for (let i = 0; i < half; i++)
          piece[at + i] = (codes[2 * i] as number) | ((codes[2 * i + 1] as number) << 4)
      }
    }
    yield piece
    onWeights(rows.length)
  }
}

function blockProduct(request: LinearRequest, bits: number, tensors: readonly string[]): string {
  const { graph, matrix, input } = request
  const { name, outputs, inputs } = matrix
  const product = graph.node('MatMulNBits', [input, ...tensors], `${name}.product`, {
    domain: 'com.microsoft',
    attributes: { K: inputs, N: outputs, bits, block_size: blockInputs, accuracy_level: 4 },
  })
  return biased(request, product)
}
