/** The nodes of one decoder layer: attention over a split key/value cache, and the gated feed-forward. */
import { norm, reshape } from './basic-nodes.ts'
import type { ExactAttention } from './exact-attention.ts'
import { bytesOf, type GraphBuilder } from './graph-builder.ts'
import { graphInputs, newKeyName, newValueName, pastKeyName, pastValueName } from './graph-interface.ts'
import { rotaryTables } from './rope.ts'
import type { ModelHeader } from './shapes.ts'

/** What a layer's attention takes besides its matrix products. */
export interface AttentionParts {
  readonly header: Pick<ModelHeader, 'heads' | 'kvHeads' | 'headWidth' | 'normEpsilon'>
  /** Weights of the norms of queries (scaled by 1 / sqrt(D)) and keys, or null where the family has none. */
  readonly headNorms: (layer: number) => { readonly query: Float32Array; readonly key: Float32Array } | null
}

/** What all layers of a graph share. */
export interface SharedValues {
  readonly cos: string
  readonly sin: string
  /** int64 [1]: P. */
  readonly past: string
  /** int64 [2]: P and S. */
  readonly splits: string
  readonly folding: Folding
  /** float32 [G S / F, P + S], additive. */
  readonly mask: string
  /** What makes the sums of attention exact; null: left as they fall. */
  readonly exact: ExactAttention | null
}

/**
 * How the query heads that share keys and values are laid out, decided per run. With one new row each head
 * has a product of its own, so that the runtime reads the cache in place; with several it would first copy the
 * cache into its packed form for each of them, so that their rows are folded into one product, [Hkv, 1, G S].
 */
export interface Folding {
  /** int64 [4]: shape of queries, [Hkv, F, -1, D], F either G or 1. */
  readonly queries: string
  /** int64 [4]: shape of their scores over new rows, [Hkv, F, G S / F, S]. */
  readonly newScores: string
  /** Adds the tensor [S, n] as often as rows are folded, [G S / F, n]. */
  readonly folded: (input: string, output: string) => string
}

/** Rotary tables and lengths. Adds the nodes that find them. */
export function sharedValues(
  graph: GraphBuilder,
  header: Pick<ModelHeader, 'rope' | 'heads' | 'kvHeads' | 'headWidth'>,
  maxPositions: number,
): Omit<SharedValues, 'exact' | 'mask'> {
  const { rope, headWidth } = header
  const { cos, sin } = rotaryTables(rope, headWidth, maxPositions)
  const shape = [maxPositions, headWidth / 2]
  graph.external('rotary_cos', 'float32', shape, [bytesOf(cos)])
  graph.external('rotary_sin', 'float32', shape, [bytesOf(sin)])
  const past = graph.node('Shape', [pastKeyName(0)], 'past_length', { attributes: { start: 3, end: 4 } })
  const rows = graph.node('Shape', [graphInputs.ids], 'new_length', {
    attributes: { start: 1, end: 2 },
  })
  const splits = graph.node('Concat', [past, rows], 'past_and_new', { attributes: { axis: 0 } })
  const folding = foldingOf(graph, header, rows)
  return { cos: 'rotary_cos', sin: 'rotary_sin', past, splits, folding }
}

function foldingOf(
  graph: GraphBuilder,
  { heads, kvHeads, headWidth }: Pick<ModelHeader, 'heads' | 'kvHeads' | 'headWidth'>,
  rows: string,
): Folding {
  const whole = (name: string, value: number): string => graph.constant(name, 'int64', [1], [value])
  const [one, groups, kv] = [whole('one', 1), whole('groups', heads / kvHeads), whole('kv_heads', kvHeads)]
  const alone = graph.node('Equal', [rows, one], 'one_new_row')
  const apart = graph.node('Where', [alone, groups, one], 'heads_apart')
  const times = graph.node('Where', [alone, one, groups], 'times_folded')
  const joined = (parts: readonly string[], name: string): string =>
    graph.node('Concat', parts, name, { attributes: { axis: 0 } })
  const queries = joined([kv, apart, whole('rest', -1), whole('head_width', headWidth)], 'query_shape')
  const foldedRows = graph.node('Mul', [rows, times], 'folded_rows')
  const newScores = joined([kv, apart, foldedRows, rows], 'new_scores_shape')
  const repeats = joined([times, one], 'repeats')
  return { queries, newScores, folded: (input, output) => graph.node('Tile', [input, repeats], output) }
}

const microsoft = { domain: 'com.microsoft' } as const

/**
 * Grouped-query attention over past and new rows; returns [S, Hq * D]. Queries come scaled by 1 / sqrt(D).
 */
export function attention(
  graph: GraphBuilder,
  parts: AttentionParts,
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
  const query = graph.node('Reshape', [rotated.query, shared.folding.queries], `${at}.query`)
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

/** The shares that past and new rows have in each row's result, [Hkv, F, G S / F, P] and [..., S]. */
function shares(
  graph: GraphBuilder,
  { splits, mask }: SharedValues,
  at: string,
  pastScores: string,
  newScores: string,
): readonly [past: string, fresh: string] {
  const scores = graph.node('Concat', [pastScores, newScores], `${at}.scores`, { attributes: { axis: -1 } })
  const masked = graph.node('Add', [scores, mask], `${at}.masked_scores`)
  const all = graph.node('Softmax', [masked], `${at}.shares`, { attributes: { axis: -1 } })
  const [past, fresh] = [`${at}.past_shares`, `${at}.new_shares`]
  graph.nodes('Split', [all, splits], [past, fresh], { attributes: { axis: -1 } })
  return [past, fresh]
}

/** Splits [1, Hq + 2 Hkv, S, D] and rotates queries and keys together. */
function rotatedQueriesAndKeys(
  graph: GraphBuilder,
  { header: { heads, kvHeads, headWidth, normEpsilon }, headNorms }: AttentionParts,
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
export function gated(
  graph: GraphBuilder,
  { feedForwardWidth }: Pick<ModelHeader, 'feedForwardWidth'>,
  gateUp: string,
  at: string,
): string {
  const sizes = graph.constant('gate_and_up', 'int64', [2], [feedForwardWidth, feedForwardWidth])
  const [gate, up] = [`${at}.gate`, `${at}.up`]
  graph.nodes('Split', [gateUp, sizes], [gate, up], { attributes: { axis: -1 } })
  const open = graph.node('QuickGelu', [gate], `${at}.open`, {
    ...microsoft,
    attributes: { alpha: { float: 1 } },
  })
  return graph.node('Mul', [open, up], `${at}.gated`)
}
