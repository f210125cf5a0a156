/** The nodes of a decoder: embedding, layers with split key/value cache, final norm and head. */
import { bytesOf, type GraphBuilder } from './graph-builder.ts'
import {
  graphInputs,
  graphOutputs,
  newKeyName,
  newValueName,
  pastKeyName,
  pastValueName,
} from './graph-interface.ts'
import { ExactAttention, type HeadSpreads } from './exact-attention.ts'
import type { MatrixKind } from './options.ts'
import { rotaryTables } from './rope.ts'
import type { ModelHeader } from './shapes.ts'

/** Adds one matrix product for `input` and returns the name of its result. */
export type Linear = (kind: MatrixKind, layer: number, input: string) => string

/** What the graph takes from the weights besides its matrix products. */
export interface GraphParts {
  readonly header: ModelHeader
  readonly maxPositions: number
  readonly linear: Linear
  /** Adds the look-up of the ids; returns float32 [S, d]. */
  readonly embedding: (ids: string) => string
  /** Weights of the norm before a kind of matrix, already divided by its smoothing. */
  readonly normBefore: (kind: 'qkv' | 'gateUp' | 'head', layer: number) => Float32Array
  /** Weights of the norms of queries (scaled by 1 / sqrt(D)) and keys, or null where the family has none. */
  readonly headNorms: (layer: number) => { readonly query: Float32Array; readonly key: Float32Array } | null
  /** What makes the sums of attention exact, so that no row's result depends on its company; null: left as they fall. */
  readonly exactSums: ((layer: number) => HeadSpreads) | null
  /** Adds what turns the last layer's state into the output `hidden`; null where it is that output. */
  readonly publish: ((state: string) => void) | null
}

const microsoft = { domain: 'com.microsoft' } as const

export function buildDecoder(graph: GraphBuilder, parts: GraphParts): void {
  const { header, embedding, linear } = parts
  declareInterface(graph, header)
  const shared = sharedValues(graph, parts)
  let state = reshape(graph, embedding(graphInputs.ids), 'embedded', [-1, header.width])
  let normed = norm(graph, state, 'layer0.normed', normWeight(graph, parts, 'qkv', 0), header.normEpsilon)
  for (let layer = 0; layer < header.layers; layer++) {
    const at = `layer${layer}`
    const attended = attention(graph, parts, shared, layer, linear('qkv', layer, normed))
    const projected = linear('attentionOutput', layer, attended)
    const middle = addAndNorm(graph, parts, state, projected, 'gateUp', layer, `${at}.middle`)
    const fed = linear('down', layer, gated(graph, header, linear('gateUp', layer, middle.normed), at))
    if (layer === header.layers - 1) {
      state = graph.node('Add', [middle.state, fed], parts.publish ? 'last_state' : graphOutputs.hidden)
      parts.publish?.(state)
    } else {
      const next = addAndNorm(graph, parts, middle.state, fed, 'qkv', layer + 1, `layer${layer + 1}`)
      state = next.state
      normed = next.normed
    }
  }
  const wanted = graph.node('Gather', [state, graphInputs.logitRows], 'wanted', { attributes: { axis: 0 } })
  const last = norm(graph, wanted, 'wanted_normed', normWeight(graph, parts, 'head', 0), header.normEpsilon)
  graph.node('Identity', [linear('head', 0, last)], graphOutputs.logits)
  graph.node('ArgMax', [graphOutputs.logits], graphOutputs.best, { attributes: { axis: -1, keepdims: 0 } })
}

function declareInterface(
  graph: GraphBuilder,
  { layers, kvHeads, headWidth, width, vocabulary }: ModelHeader,
): void {
  graph.input(graphInputs.ids, 'int64', [1, 'S'])
  graph.input(graphInputs.positions, 'int64', [1, 'S'])
  graph.input(graphInputs.mask, 'float32', ['S', 'T'])
  graph.input(graphInputs.logitRows, 'int64', ['R'])
  graph.output(graphOutputs.logits, 'float32', ['R', vocabulary])
  graph.output(graphOutputs.best, 'int64', ['R'])
  graph.output(graphOutputs.hidden, 'float32', ['S', width])
  for (let layer = 0; layer < layers; layer++) {
    graph.input(pastKeyName(layer), 'float32', [kvHeads, 1, headWidth, 'P'])
    graph.input(pastValueName(layer), 'float32', [kvHeads, 1, 'P', headWidth])
    graph.output(newKeyName(layer), 'float32', [kvHeads, 1, headWidth, 'S'])
    graph.output(newValueName(layer), 'float32', [kvHeads, 1, 'S', headWidth])
  }
}

interface SharedValues {
  readonly cos: string
  readonly sin: string
  /** int64 [2]: P and S. */
  readonly splits: string
  readonly exact: ExactAttention | null
}

function sharedValues(graph: GraphBuilder, { header, maxPositions, exactSums }: GraphParts): SharedValues {
  const { cos, sin } = rotaryTables(header.rope, header.headWidth, maxPositions)
  const shape = [maxPositions, header.headWidth / 2]
  graph.external('rotary_cos', 'float32', shape, [bytesOf(cos)])
  graph.external('rotary_sin', 'float32', shape, [bytesOf(sin)])
  const past = graph.node('Shape', [pastKeyName(0)], 'past_length', { attributes: { start: 3, end: 4 } })
  const rows = graph.node('Shape', [graphInputs.ids], 'new_length', { attributes: { start: 1, end: 2 } })
  const splits = graph.node('Concat', [past, rows], 'past_and_new', { attributes: { axis: 0 } })
  const exact = exactSums ? new ExactAttention(graph, header, exactSums, past, splits) : null
  return { cos: 'rotary_cos', sin: 'rotary_sin', splits, exact }
}

/**
 * Grouped-query attention over past and new rows; returns [S, Hq * D]. Queries come scaled by 1 / sqrt(D).
 *
 * Each query head has a product of its own with the keys and values that its group shares: with one new
 * row the runtime then reads the cache in place, where a product of several rows would first copy the
 * cache into its packed form.
 */
function attention(
  graph: GraphBuilder,
  parts: GraphParts,
  shared: SharedValues,
  layer: number,
  qkv: string,
): string {
  const { heads, kvHeads, headWidth } = parts.header
  const at = `layer${layer}`
  const separate = reshape(graph, qkv, `${at}.qkv_rows`, [1, -1, heads + 2 * kvHeads, headWidth])
  const byHead = graph.node('Transpose', [separate], `${at}.qkv_heads`, {
    attributes: { perm: [0, 2, 1, 3] },
  })
  const rotated = rotatedQueriesAndKeys(graph, parts, shared, layer, byHead)
  const query = reshape(graph, rotated.query, `${at}.query`, [kvHeads, heads / kvHeads, -1, headWidth])
  const key = graph.node('Transpose', [rotated.key], newKeyName(layer), {
    attributes: { perm: [1, 0, 3, 2] },
  })
  const value = reshape(graph, rotated.value, newValueName(layer), [kvHeads, 1, -1, headWidth])

  const pastScores = graph.node('MatMul', [query, pastKeyName(layer)], `${at}.past_scores`)
  const newScores = graph.node('MatMul', [query, key], `${at}.new_scores`)
  const [pastShares, newShares] = shared.exact
    ? shared.exact.shares(at, pastScores, newScores)
    : shares(graph, shared, at, pastScores, newScores)
  const fromPast = graph.node('MatMul', [pastShares, pastValueName(layer)], `${at}.from_past`)
  const fromNew = graph.node('MatMul', [newShares, value], `${at}.from_new`)
  const mixed = graph.node('Add', [fromPast, fromNew], `${at}.mixed`)
  const mixedHeads = reshape(graph, mixed, `${at}.mixed_heads`, [heads, -1, headWidth])
  const mixedRows = graph.node('Transpose', [mixedHeads], `${at}.mixed_rows`, {
    attributes: { perm: [1, 0, 2] },
  })
  return reshape(graph, mixedRows, `${at}.attended`, [-1, heads * headWidth])
}

/** The shares that past and new rows have in each row's result, [Hkv, G, S, P] and [Hkv, G, S, S]. */
function shares(
  graph: GraphBuilder,
  { splits }: SharedValues,
  at: string,
  pastScores: string,
  newScores: string,
): readonly [past: string, fresh: string] {
  const scores = graph.node('Concat', [pastScores, newScores], `${at}.scores`, { attributes: { axis: -1 } })
  const masked = graph.node('Add', [scores, graphInputs.mask], `${at}.masked_scores`)
  const all = graph.node('Softmax', [masked], `${at}.shares`, { attributes: { axis: -1 } })
  const [past, fresh] = [`${at}.past_shares`, `${at}.new_shares`]
  graph.nodes('Split', [all, splits], [past, fresh], { attributes: { axis: -1 } })
  return [past, fresh]
}

/** Splits [1, Hq + 2 Hkv, S, D] and rotates queries and keys together. */
function rotatedQueriesAndKeys(
  graph: GraphBuilder,
  { header: { heads, kvHeads, headWidth, normEpsilon }, headNorms }: GraphParts,
  shared: SharedValues,
  layer: number,
  byHead: string,
): { readonly query: string; readonly key: string; readonly value: string } {
  const at = `layer${layer}`
  const value = `${at}.value_heads`
  const bothSizes = graph.constant('query_and_key_heads', 'int64', [2], [heads, kvHeads])
  const norms = headNorms(layer)
  let both = `${at}.query_key`
  if (norms === null) {
    const sizes = graph.constant('qk_and_v_heads', 'int64', [2], [heads + kvHeads, kvHeads])
    graph.nodes('Split', [byHead, sizes], [both, value], { attributes: { axis: 1 } })
  } else {
    const sizes = graph.constant('q_k_v_heads', 'int64', [3], [heads, kvHeads, kvHeads])
    const [plainQuery, plainKey] = [`${at}.plain_query`, `${at}.plain_key`]
    graph.nodes('Split', [byHead, sizes], [plainQuery, plainKey, value], { attributes: { axis: 1 } })
    const normed = (['query', 'key'] as const).map((side) => {
      const weight = `${at}.${side}_norm`
      graph.external(weight, 'float32', [headWidth], [bytesOf(norms[side])])
      return norm(graph, `${at}.plain_${side}`, `${at}.normed_${side}`, weight, normEpsilon)
    })
    both = graph.node('Concat', normed, both, { attributes: { axis: 1 } })
  }
  const rotated = graph.node(
    'RotaryEmbedding',
    [both, graphInputs.positions, shared.cos, shared.sin],
    `${at}.rotated`,
    microsoft,
  )
  const even = shared.exact?.onGrid(layer, rotated, value) ?? { queryAndKey: rotated, value }
  const [query, key] = [`${at}.rotated_query`, `${at}.rotated_key`]
  graph.nodes('Split', [even.queryAndKey, bothSizes], [query, key], { attributes: { axis: 1 } })
  return { query, key, value: even.value }
}

/** silu(gate) * up; QuickGelu with alpha 1 is silu. */
function gated(graph: GraphBuilder, { feedForwardWidth }: ModelHeader, gateUp: string, at: string): string {
  const sizes = graph.constant('gate_and_up', 'int64', [2], [feedForwardWidth, feedForwardWidth])
  const [gate, up] = [`${at}.gate`, `${at}.up`]
  graph.nodes('Split', [gateUp, sizes], [gate, up], { attributes: { axis: -1 } })
  const open = graph.node('QuickGelu', [gate], `${at}.open`, {
    ...microsoft,
    attributes: { alpha: { float: 1 } },
  })
  return graph.node('Mul', [open, up], `${at}.gated`)
}

function addAndNorm(
  graph: GraphBuilder,
  parts: GraphParts,
  state: string,
  change: string,
  before: 'qkv' | 'gateUp',
  layer: number,
  at: string,
): { readonly state: string; readonly normed: string } {
  const [normed, sum] = [`${at}.normed`, `${at}.state`]
  const weight = normWeight(graph, parts, before, layer)
  graph.nodes('SkipSimplifiedLayerNormalization', [state, change, weight], [normed, '', '', sum], {
    ...microsoft,
    attributes: { epsilon: { float: parts.header.normEpsilon } },
  })
  return { state: sum, normed }
}

function normWeight(
  graph: GraphBuilder,
  parts: GraphParts,
  before: 'qkv' | 'gateUp' | 'head',
  layer: number,
): string {
  const name = `layer${layer}.norm_before_${before}`
  graph.external(name, 'float32', [parts.header.width], [bytesOf(parts.normBefore(before, layer))])
  return name
}

function norm(graph: GraphBuilder, input: string, output: string, weight: string, epsilon: number): string {
  return graph.node('SimplifiedLayerNormalization', [input, weight], output, {
    attributes: { axis: -1, epsilon: { float: epsilon } },
  })
}

function reshape(graph: GraphBuilder, input: string, output: string, dimensions: readonly number[]): string {
  const shape = graph.constant(
    `shape_${dimensions.join('_').replaceAll('-', 'm')}`,
    'int64',
    [dimensions.length],
    dimensions,
  )
  return graph.node('Reshape', [input, shape], output)
}
