/** Matrix products and table look-ups of draft heads. */
import { fail } from '../../core/failure.ts'
import type { GraphBuilder } from '../graph-builder.ts'
import { floatRows, lowerDynamic8, lowerF32, writeBlock8 } from '../linear.ts'
import { type MatrixRows, stackedRows } from '../matrix-rows.ts'
import { blockInputs } from '../quantize.ts'
import type { Model, Weights } from '../shapes.ts'
import { embeddingName, headName } from '../tensor-names.ts'
import type { DraftHeads } from './draft-heads.ts'

/**
 * - `f32`: as stored.
 * - `fast`: int8 weights, activations rounded together for all rows of a run. What is guessed may then depend
 *   on what is guessed beside it; the text never does.
 */
export type HeadsPrecision = 'f32' | 'fast'

export interface HeadProducts {
  readonly graph: GraphBuilder
  /** Adds a product for `input` [rows, inputs]; returns [rows, outputs]. */
  readonly linear: (matrix: MatrixRows, input: string) => string
  /** Adds the look-up of draft tokens in a table [V' + 1, d]; returns float32 [1, rows, d]. */
  readonly lookUp: (table: MatrixRows, ids: string) => string
}

export function headProducts(
  graph: GraphBuilder,
  precision: HeadsPrecision,
  weightLimit: 63 | 127,
  onWeights: (count: number) => void,
): HeadProducts {
  const request = (matrix: MatrixRows, input: string): Parameters<typeof lowerDynamic8>[0] => ({
    graph,
    matrix,
    input,
    weightLimit,
    onWeights,
    importance: null,
    searchScale: false,
    middles: () => fail('internal', 'Draft heads have no zero points.'),
  })
  return {
    graph,
    linear: (matrix, input) =>
      precision === 'f32' ? lowerF32(request(matrix, input), null) : lowerDynamic8(request(matrix, input)),
    lookUp: (table, ids) => {
      const { name, outputs, inputs } = table
      if (precision === 'f32' || inputs % blockInputs !== 0) {
        graph.external(`${name}.weight`, 'float32', [outputs, inputs], floatRows(table, onWeights))
        return graph.node('Gather', [`${name}.weight`, ids], `${name}.rows`, { attributes: { axis: 0 } })
      }
      writeBlock8(graph, table, 'table', onWeights)
      return graph.node('GatherBlockQuantized', [`${name}.codes`, ids, `${name}.scales`], `${name}.rows`, {
        domain: 'com.microsoft',
        attributes: { bits: 8, block_size: blockInputs, gather_axis: 0, quantize_axis: 1 },
      })
    },
  }
}

/** Matrices of the heads by name, stacked into one; those called `bias` have theirs. */
export function stackedParts(
  name: string,
  weights: Weights,
  parts: readonly { readonly matrix: string; readonly bias?: true; readonly divisor?: Float32Array }[],
): MatrixRows {
  return stackedRows(
    name,
    weights,
    parts.map(({ matrix, bias, divisor }) => ({
      matrix: `${matrix}.weight`,
      bias: bias ? `${matrix}.bias` : null,
      outputDivisors: divisor ?? null,
    })),
    null,
  )
}

/** The target's output rows of the draft vocabulary, [V', d]: what a guess is compared with. */
export function draftHead({ draftIds }: DraftHeads, { header, weights }: Model): MatrixRows {
  return {
    name: 'draft_head',
    outputs: draftIds.length,
    inputs: header.width,
    bias: null,
    hasOffsets: false,
    rows: (first, count) => {
      const out = new Float32Array(count * header.width)
      const source = header.tiedHead ? embeddingName : headName
      for (let i = 0; i < count; i++) out.set(weights.rows(source, draftIds[first + i]!, 1), i * header.width)
      return out
    },
  }
}

/** The same rows as embeddings of tokens, and last that of all other tokens, [V' + 1, d]. */
export function draftEmbedding(heads: DraftHeads, model: Model): MatrixRows {
  const head = draftHead(heads, model)
  return {
    ...head,
    name: 'draft_embedding',
    outputs: head.outputs + 1,
    rows: (first, count) => {
      const known = Math.max(0, Math.min(count, head.outputs - first))
      if (known === count) return head.rows(first, count)
      const out = new Float32Array(count * head.inputs)
      out.set(head.rows(first, known))
      out.set(heads.weights.rows('other', 0, 1), known * head.inputs)
      return out
    },
  }
}
