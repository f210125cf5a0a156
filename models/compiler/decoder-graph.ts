/** The nodes of a decoder: embedding, layers with split key/value cache, final norm and head. */
import { norm, reshape } from './basic-nodes.ts'
import { attention, type AttentionParts, gated, sharedValues, type SharedValues } from './decoder-layer.ts'
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
import type { ModelHeader } from './shapes.ts'

/** Adds one matrix product for `input` and returns the name of its result. */
export type Linear = (kind: MatrixKind, layer: number, input: string) => string

/** What the graph takes from the weights besides its matrix products. */
export interface GraphParts extends AttentionParts {
  readonly header: ModelHeader
  readonly maxPositions: number
  readonly linear: Linear
  /** Adds the look-up of the ids; returns float32 [S, d]. */
  readonly embedding: (ids: string) => string
  /** Weights of the norm before a kind of matrix, already divided by its smoothing. */
  readonly normBefore: (kind: 'qkv' | 'gateUp' | 'head', layer: number) => Float32Array
  /** What makes the sums of attention exact, so that no row's result depends on its company; null: left as they fall. */
  readonly exactSums: ((layer: number) => HeadSpreads) | null
  /** Adds what turns the last layer's state into the output `hidden`; null where it is that output. */
  readonly publish: ((state: string) => void) | null
}

const microsoft = { domain: 'com.microsoft' } as const

export function buildDecoder(graph: GraphBuilder, parts: GraphParts): void {
  const { header, embedding, linear } = parts
  declareInterface(graph, header)
  const shared = sharedOf(graph, parts)
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

function sharedOf(graph: GraphBuilder, { header, maxPositions, exactSums }: GraphParts): SharedValues {
  const shared = sharedValues(graph, header, maxPositions)
  if (exactSums === null)
    return { ...shared, mask: shared.folding.folded(graphInputs.mask, 'folded_mask'), exact: null }
  const { past, splits, folding } = shared
  const exact = new ExactAttention(graph, exactSums, past, splits, folding)
  return { ...shared, mask: graphInputs.mask, exact }
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
