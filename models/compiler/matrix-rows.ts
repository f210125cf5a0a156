/** Matrices as the graph computes them: several of the checkpoint side by side, smoothed where asked. */
import type { Weights } from './shapes.ts'

/** A matrix whose rows (one per output) are produced on demand. */
export interface MatrixRows {
  /** Names its tensors in the graph. */
  readonly name: string
  readonly outputs: number
  readonly inputs: number
  readonly bias: Float32Array | null
  /** The file stores a least value per block of 32 inputs, in some part at least. */
  readonly hasOffsets: boolean
  /** Rows [first, first + count), row-major. */
  readonly rows: (first: number, count: number) => Float32Array
}

const offsetTypes: ReadonlySet<string> = new Set(['Q4_1', 'Q4_K', 'Q5_K'])

export interface Part {
  readonly matrix: string
  readonly bias: string | null
  /** Divides the outputs of this part (and its bias), one number per row; null leaves them. */
  readonly outputDivisors: Float32Array | null
}

/**
 * Stacks matrices with equal inputs into one.
 * @param inputFactors multiplies the weights of each input; null leaves them
 */
export function stackedRows(
  name: string,
  weights: Weights,
  parts: readonly Part[],
  inputFactors: Float32Array | null,
): MatrixRows {
  const heights = parts.map(({ matrix }) => weights.shape(matrix)[0] ?? 0)
  const inputs = weights.shape(parts[0]?.matrix ?? '')[1] ?? 0
  const outputs = heights.reduce((sum, height) => sum + height, 0)
  return {
    name,
    outputs,
    inputs,
    bias: stackedBias(weights, parts, heights, outputs),
    hasOffsets: parts.some(({ matrix }) => offsetTypes.has(weights.type(matrix))),
    rows: (first, count) => {
      const pieces: Float32Array[] = []
      let start = 0
      parts.forEach(({ matrix, outputDivisors }, index) => {
        const height = heights[index] ?? 0
        const from = Math.max(first, start)
        const to = Math.min(first + count, start + height)
        if (from < to) {
          const piece = weights.rows(matrix, from - start, to - from)
          scaleRows(piece, inputs, inputFactors, outputDivisors, from - start)
          pieces.push(piece)
        }
        start += height
      })
      return concatenated(pieces)
    },
  }
}

function scaleRows(
  rows: Float32Array,
  inputs: number,
  inputFactors: Float32Array | null,
  outputDivisors: Float32Array | null,
  firstRow: number,
): void {
  if (inputFactors === null && outputDivisors === null) return
  for (let i = 0; i < rows.length; i++) {
    const factor = inputFactors === null ? 1 : (inputFactors[i % inputs] as number)
    const divisor =
      outputDivisors === null ? 1 : (outputDivisors[firstRow + Math.floor(i / inputs)] as number)
    rows[i] = ((rows[i] as number) * factor) / divisor
  }
}

function stackedBias(
  weights: Weights,
  parts: readonly Part[],
  heights: readonly number[],
  outputs: number,
): Float32Array | null {
  if (parts.every(({ bias }) => bias === null)) return null
  const all = new Float32Array(outputs)
  let start = 0
  parts.forEach(({ bias, outputDivisors }, index) => {
    if (bias !== null) {
      const values = weights.rows(bias, 0, 1)
      scaleRows(values, 1, null, outputDivisors, 0)
      all.set(values, start)
    }
    start += heights[index] ?? 0
  })
  return all
}

function concatenated(pieces: readonly Float32Array[]): Float32Array {
  const [only] = pieces
  if (only && pieces.length === 1) return only
  const all = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
