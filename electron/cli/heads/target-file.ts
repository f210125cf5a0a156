/** What draft heads take from their target, in one safetensors file for the trainer. */
import { closeSync, openSync, writeSync } from 'node:fs'
import type { Model } from '../../../models/compiler/index.ts'
import { inverseFrequencies } from '../../../models/compiler/rope.ts'
import {
  embeddingName,
  feedForwardNormName,
  finalNormName,
  headName,
  inputNormName,
  matrixName,
  type LayerMatrix,
} from '../../../models/compiler/tensor-names.ts'

const matrices = {
  query: 'self_attn.q_proj',
  key: 'self_attn.k_proj',
  value: 'self_attn.v_proj',
  gate: 'mlp.gate_proj',
  up: 'mlp.up_proj',
} as const satisfies Record<string, LayerMatrix>

/**
 * Writes `final_norm`, `rows` (of the output head), the first layer as `block.NAME` and rotary `frequencies`,
 * all float32, with the shape of the model as metadata.
 */
export function writeTarget({ header, weights }: Model, path: string): void {
  const { width, heads, kvHeads, headWidth, feedForwardWidth, normEpsilon, vocabulary } = header
  const vector = (name: string): (() => Float32Array)[] => [() => weights.rows(name, 0, 1)]
  const matrix = (name: string, rows: number): (() => Float32Array)[] =>
    Array.from(
      { length: Math.ceil(rows / chunkRows) },
      (_, at) => () => weights.rows(name, at * chunkRows, Math.min(chunkRows, rows - at * chunkRows)),
    )
  const outputs = {
    query: heads * headWidth,
    key: kvHeads * headWidth,
    value: kvHeads * headWidth,
    gate: feedForwardWidth,
    up: feedForwardWidth,
  }
  const tensors = new Map<
    string,
    { readonly shape: readonly number[]; readonly parts: (() => Float32Array)[] }
  >([
    ['final_norm', { shape: [width], parts: vector(finalNormName) }],
    ['frequencies', { shape: [headWidth / 2], parts: [() => inverseFrequencies(header.rope, headWidth)] }],
    ['block.attention_norm', { shape: [width], parts: vector(inputNormName(0)) }],
    ['block.feed_forward_norm', { shape: [width], parts: vector(feedForwardNormName(0)) }],
    [
      'rows',
      { shape: [vocabulary, width], parts: matrix(header.tiedHead ? embeddingName : headName, vocabulary) },
    ],
  ])
  for (const [name, stored] of Object.entries(matrices)) {
    const rows = outputs[name as keyof typeof matrices]
    tensors.set(`block.${name}`, { shape: [rows, width], parts: matrix(matrixName(0, stored), rows) })
  }
  let end = 0
  const entries = [...tensors].map(([name, { shape }]) => {
    const start = end
    end += 4 * shape.reduce((product, size) => product * size, 1)
    return [name, { dtype: 'F32', shape, data_offsets: [start, end] }] as const
  })
  const facts = { width, heads, kvHeads, headWidth, feedForward: feedForwardWidth, epsilon: normEpsilon }
  const metadata = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, String(value)]))
  const text = Buffer.from(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  const file = openSync(path, 'w')
  try {
    writeSync(file, length)
    writeSync(file, text)
    for (const { parts } of tensors.values())
      for (const part of parts) {
        const values = part()
        writeSync(file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
      }
  } finally {
    closeSync(file)
  }
}

const chunkRows = 4096
