import { describe, expect, it } from 'vitest'
import { Mixing } from '../../../models/compiler/mixing.ts'
import { rotatedModel } from '../../../models/compiler/rotation.ts'
import type { ModelHeader, Weights } from '../../../models/compiler/shapes.ts'
import { seededRandom } from '../../../models/core/random.ts'

const random = seededRandom(11)
const noise = (count: number): Float32Array =>
  Float32Array.from({ length: count }, () => random.uniform() - 0.5)

/** Rows of a row-major matrix times a vector. */
function product(matrix: Float32Array, vector: Float32Array): Float32Array {
  return Float32Array.from({ length: matrix.length / vector.length }, (_, row) =>
    vector.reduce((sum, value, i) => sum + value * matrix[row * vector.length + i]!, 0),
  )
}

function expectClose(actual: Float32Array, expected: Float32Array): void {
  expect(actual.length).toBe(expected.length)
  actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5))
}

const mixed = (mixing: Mixing, values: Float32Array): Float32Array => {
  const copy = values.slice()
  mixing.rows(copy)
  return copy
}

describe('mixing', () => {
  it.each([1, 2, 3, 9, 24, 64, 72, 576])('keeps products of vectors of width %i', (width) => {
    const mixing = new Mixing(width)
    const [a, b] = [noise(width), noise(width)]
    expectClose(product(mixed(mixing, a), mixed(mixing, b)), product(a, b))
  })

  it('spreads one outlier over all channels', () => {
    const spike = new Float32Array(576)
    spike[77] = 100
    expect(Math.max(...mixed(new Mixing(576), spike).map(Math.abs))).toBeLessThan(7)
  })

  it.each([3, 64, 72, 128, 576])('is the product of its two factors at width %i', (width) => {
    const mixing = new Mixing(width)
    const { left, right } = mixing.factors()
    const [outer, inner] = [Math.sqrt(left.length), Math.sqrt(right.length)]
    const x = noise(width)
    const expected = Float32Array.from({ length: width }, (_, column) => {
      let sum = 0
      for (let row = 0; row < width; row++)
        sum +=
          x[row]! *
          left[Math.floor(row / inner) * outer + Math.floor(column / inner)]! *
          right[(row % inner) * inner + (column % inner)]!
      return sum
    })
    expectClose(mixed(mixing, x), expected)
  })
})

describe('a rotated model', () => {
  const [width, headWidth, heads, kvHeads, feedForwardWidth, vocabulary] = [24, 8, 4, 2, 128, 10]
  const shapes: Readonly<Record<string, readonly number[]>> = {
    'model.embed_tokens.weight': [vocabulary, width],
    'model.norm.weight': [width],
    'model.layers.0.input_layernorm.weight': [width],
    'model.layers.0.post_attention_layernorm.weight': [width],
    'model.layers.0.self_attn.q_proj.weight': [heads * headWidth, width],
    'model.layers.0.self_attn.v_proj.weight': [kvHeads * headWidth, width],
    'model.layers.0.self_attn.v_proj.bias': [kvHeads * headWidth],
    'model.layers.0.self_attn.o_proj.weight': [width, heads * headWidth],
    'model.layers.0.mlp.up_proj.weight': [feedForwardWidth, width],
    'model.layers.0.mlp.down_proj.weight': [width, feedForwardWidth],
  }
  const stored = new Map(
    Object.entries(shapes).map(([name, shape]) => [name, noise(shape.reduce((a, b) => a * b, 1))]),
  )
  const weights: Weights = {
    names: [...stored.keys()],
    shape: (name) => shapes[name]!,
    type: () => 'F32',
    rows: (name, first, count) => {
      const columns = shapes[name]![1] ?? shapes[name]![0]!
      return stored.get(name)!.slice(first * columns, (first + count) * columns)
    },
  }
  const header: ModelHeader = {
    architecture: 'llama',
    name: 'tiny',
    parameters: 1,
    contextTokens: 16,
    vocabulary,
    layers: 1,
    width,
    feedForwardWidth,
    heads,
    kvHeads,
    headWidth,
    normEpsilon: 1e-5,
    rope: { theta: 1e4, scaling: null },
    tiedHead: true,
    licence: null,
    weightsType: 'F32',
  }
  const rotated = rotatedModel(header, weights)
  const whole = (name: string): Float32Array =>
    rotated.weights.rows(name, 0, shapes[name]?.length === 2 ? shapes[name][0]! : 1)
  const gained = (name: string, values: Float32Array): Float32Array =>
    values.map((value, i) => value * stored.get(name)![i]!)
  const layer = 'model.layers.0.'
  const state = noise(width)
  const rotatedState = mixed(rotated.residual, state)

  it('reads a rotated state as the model reads the plain one behind its norm', () => {
    const expected = product(
      stored.get(`${layer}self_attn.q_proj.weight`)!,
      gained(`${layer}input_layernorm.weight`, state),
    )
    expectClose(product(whole(`${layer}self_attn.q_proj.weight`), rotatedState), expected)
    expect(whole(`${layer}input_layernorm.weight`).every((gain) => gain === 1)).toBe(true)
  })

  it('has a head of its own that holds the gains of the last norm', () => {
    expect(rotated.header.tiedHead).toBe(false)
    const head = rotated.weights.rows('lm_head.weight', 0, vocabulary)
    const embedding = stored.get('model.embed_tokens.weight')!
    expectClose(product(head, rotatedState), product(embedding, gained('model.norm.weight', state)))
  })

  it('starts from rotated token vectors', () => {
    const row = stored.get('model.embed_tokens.weight')!.slice(3 * width, 4 * width)
    expectClose(rotated.weights.rows('model.embed_tokens.weight', 3, 1), mixed(rotated.residual, row))
  })

  it('writes a rotated change from the mixed input of down', () => {
    const input = noise(feedForwardWidth)
    const expected = product(stored.get(`${layer}mlp.down_proj.weight`)!, input)
    const actual = product(whole(`${layer}mlp.down_proj.weight`), mixed(rotated.down!, input))
    expectClose(actual, mixed(rotated.residual, expected))
  })

  it('rotates values, their bias and what reads them alike', () => {
    const gainedState = gained(`${layer}input_layernorm.weight`, state)
    const bias = stored.get(`${layer}self_attn.v_proj.bias`)!
    const values = product(stored.get(`${layer}self_attn.v_proj.weight`)!, gainedState).map(
      (v, i) => v + bias[i]!,
    )
    const rotatedBias = whole(`${layer}self_attn.v_proj.bias`)
    const rotatedValues = product(whole(`${layer}self_attn.v_proj.weight`), rotatedState).map(
      (v, i) => v + rotatedBias[i]!,
    )
    const perHead = (each: Float32Array): Float32Array =>
      Float32Array.from({ length: heads * headWidth }, (_, i) => {
        const kvHead = Math.floor(i / headWidth / (heads / kvHeads))
        return each[kvHead * headWidth + (i % headWidth)]!
      })
    const expected = product(stored.get(`${layer}self_attn.o_proj.weight`)!, perHead(values))
    const actual = product(whole(`${layer}self_attn.o_proj.weight`), perHead(rotatedValues))
    expectClose(actual, mixed(rotated.residual, expected))
  })

  it('gives the same rows in pieces', () => {
    const name = `${layer}mlp.down_proj.weight`
    const pieces = [rotated.weights.rows(name, 0, 10), rotated.weights.rows(name, 10, width - 10)]
    expect(Float32Array.from(pieces.flatMap((piece) => [...piece]))).toEqual(whole(name))
  })
})
