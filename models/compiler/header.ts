/** Checks that the dimensions of a model can be, and that its tensors have the shapes they imply. */
import { damaged, tooLarge, unsupported } from './bounded-reader.ts'
import type { StoredTensor } from './gguf.ts'
import { limits } from './limits.ts'
import type { Architecture, ModelHeader, Rope } from './shapes.ts'
import {
  biasName,
  embeddingName,
  feedForwardNormName,
  finalNormName,
  headName,
  inputNormName,
  keyNormName,
  type LayerMatrix,
  layerMatrices,
  matrixName,
  queryNormName,
} from './tensor-names.ts'

/** A header before its tensors are seen. */
export interface Dimensions {
  readonly architecture: Architecture
  readonly name: string
  readonly contextTokens: number
  readonly layers: number
  readonly width: number
  readonly feedForwardWidth: number
  readonly heads: number
  readonly kvHeads: number
  readonly headWidth: number
  readonly normEpsilon: number
  readonly rope: Rope
  readonly licence: string | null
}

export function architectureOf(name: string): Architecture {
  return name === 'llama' || name === 'qwen2' || name === 'qwen3'
    ? name
    : unsupported('the architecture', `is "${name}"`)
}

/** [outputs, inputs] of a layer's matrix. */
export function matrixShape(of: Dimensions, matrix: LayerMatrix): readonly [number, number] {
  switch (matrix) {
    case 'self_attn.q_proj':
      return [of.heads * of.headWidth, of.width]
    case 'self_attn.k_proj':
    case 'self_attn.v_proj':
      return [of.kvHeads * of.headWidth, of.width]
    case 'self_attn.o_proj':
      return [of.width, of.heads * of.headWidth]
    case 'mlp.gate_proj':
    case 'mlp.up_proj':
      return [of.feedForwardWidth, of.width]
    case 'mlp.down_proj':
      return [of.width, of.feedForwardWidth]
  }
}

/**
 * The header of a model whose every tensor is there, has its shape, and is known.
 * @param tensors under their Hugging Face names
 * @param tied what the configuration says of the head; null where only the tensors tell
 */
export function checkedHeader(
  of: Dimensions,
  tensors: ReadonlyMap<string, StoredTensor>,
  tied: boolean | null,
): ModelHeader {
  checkDimensions(of)
  const embedding = tensors.get(embeddingName) ?? damaged('the embedding table', 'is missing')
  const vocabulary = embedding.shape[0] ?? 0
  if (vocabulary > limits.vocabulary) tooLarge('the vocabulary', `has ${vocabulary} entries`)
  const tiedHead = tied === true || !tensors.has(headName)
  if (tied === false && tiedHead) damaged(headName, 'is missing')
  const left = new Set(tensors.keys())
  const expect = (name: string, shape: readonly number[]): void => {
    const tensor = tensors.get(name) ?? damaged(`tensor "${name}"`, 'is missing')
    if (tensor.shape.length !== shape.length || tensor.shape.some((length, axis) => length !== shape[axis]))
      damaged(
        `tensor "${name}"`,
        `has the shape [${tensor.shape.join(', ')}] instead of [${shape.join(', ')}]`,
      )
    left.delete(name)
  }
  expect(embeddingName, [vocabulary, of.width])
  expect(finalNormName, [of.width])
  if (tensors.has(headName)) expect(headName, [vocabulary, of.width])
  for (let layer = 0; layer < of.layers; layer++) {
    expect(inputNormName(layer), [of.width])
    expect(feedForwardNormName(layer), [of.width])
    if (of.architecture === 'qwen3') {
      expect(queryNormName(layer), [of.headWidth])
      expect(keyNormName(layer), [of.headWidth])
    }
    for (const matrix of layerMatrices) {
      const [outputs, inputs] = matrixShape(of, matrix)
      expect(matrixName(layer, matrix), [outputs, inputs])
      const bias = biasName(layer, matrix)
      if (tensors.has(bias)) expect(bias, [outputs])
      else if (of.architecture === 'qwen2' && /[qkv]_proj$/.test(matrix))
        damaged(`tensor "${bias}"`, 'is missing')
    }
  }
  for (const name of left) unsupported(`tensor "${name}"`, 'is not part of this architecture')
  return {
    ...of,
    vocabulary,
    tiedHead,
    parameters: parametersOf(tensors, tiedHead),
    weightsType: typeOf(tensors),
  }
}

function checkDimensions(of: Dimensions): void {
  const whole = (field: string, value: number, limit: number): void => {
    if (!Number.isSafeInteger(value) || value < 1) damaged(field, `is ${value}`)
    if (value > limit) tooLarge(field, `is ${value}`)
  }
  whole('the number of layers', of.layers, limits.layers)
  whole('the width', of.width, limits.width)
  whole('the feed-forward width', of.feedForwardWidth, limits.feedForwardWidth)
  whole('the number of heads', of.heads, limits.heads)
  whole('the number of key/value heads', of.kvHeads, limits.heads)
  whole('the head width', of.headWidth, limits.headWidth)
  whole('the context length', of.contextTokens, limits.contextTokens)
  if (of.heads % of.kvHeads !== 0)
    damaged('the number of key/value heads', 'does not divide the number of heads')
  if (of.headWidth % 2 !== 0) damaged('the head width', 'is odd')
  if (!(of.normEpsilon > 0 && of.normEpsilon < 1)) damaged('the norm epsilon', `is ${of.normEpsilon}`)
  checkRope(of)
}

function checkRope({ rope: { theta, scaling }, headWidth }: Dimensions): void {
  if (!(theta > 1 && theta < 1e12)) damaged('the rotary base', `is ${theta}`)
  const positive = (field: string, value: number): void => {
    if (!(value > 0 && value < 1e9)) damaged(field, `is ${value}`)
  }
  if (scaling === null) return
  switch (scaling.kind) {
    case 'linear':
      positive('the rotary scaling factor', scaling.factor)
      break
    case 'llama3':
      positive('the rotary scaling factor', scaling.factor)
      positive('low_freq_factor', scaling.lowFrequencyFactor)
      positive('high_freq_factor', scaling.highFrequencyFactor)
      positive('original_max_position_embeddings', scaling.originalContextTokens)
      if (scaling.highFrequencyFactor <= scaling.lowFrequencyFactor)
        damaged('high_freq_factor', 'is not above low_freq_factor')
      break
    case 'divisors':
      if (scaling.divisors.length !== headWidth / 2) damaged('rope_freqs.weight', 'has the wrong length')
      for (const divisor of scaling.divisors) positive('rope_freqs.weight', divisor)
  }
}

const elements = ({ shape }: StoredTensor): number => shape.reduce((product, length) => product * length, 1)

function parametersOf(tensors: ReadonlyMap<string, StoredTensor>, tiedHead: boolean): number {
  let sum = 0
  for (const [name, tensor] of tensors) if (!(tiedHead && name === headName)) sum += elements(tensor)
  return sum
}

function typeOf(tensors: ReadonlyMap<string, StoredTensor>): string {
  const counts = new Map<string, number>()
  for (const tensor of tensors.values())
    if (tensor.shape.length === 2) counts.set(tensor.type, (counts.get(tensor.type) ?? 0) + elements(tensor))
  return [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most), ['F32', 0])[0]
}
