/** Clover's two graphs: the Augmenting Block over accepted positions, and one step of the recurrent head. */
import { norm, reshape } from '../basic-nodes.ts'
import { attention, gated, sharedValues } from '../decoder-layer.ts'
import { bytesOf, type GraphBuilder } from '../graph-builder.ts'
import { graphInputs, newKeyName, newValueName, pastKeyName, pastValueName } from '../graph-interface.ts'
import type { MatrixRows } from '../matrix-rows.ts'
import type { Model } from '../shapes.ts'
import { attendToToken } from './attention-decoder.ts'
import type { DraftHeads } from './draft-heads.ts'
import { likeliest } from './guess-nodes.ts'
import { draftEmbedding, draftHead, type HeadProducts, stackedParts } from './head-products.ts'
import { headInputs, headOutputs } from './heads-interface.ts'

/** From accepted positions to the state that guessing starts from. */
export function buildCloverBlock(
  products: HeadProducts,
  heads: DraftHeads,
  model: Model,
  maxPositions: number,
): void {
  const { graph, linear } = products
  const { header } = model
  const { width, heads: headCount, headWidth } = header
  const { weights, layers } = heads
  graph.input(headInputs.states, 'float32', ['S', width])
  graph.input(graphInputs.ids, 'int64', [1, 'S'])
  graph.output(headOutputs.state, 'float32', [1, width])
  graph.output(headOutputs.guess, 'float32', [1, width])
  const token = flat(graph, products.lookUp(draftEmbedding(heads, model), graphInputs.ids), width)
  const parts = stackedParts('first_attention.key_value', weights, [
    { matrix: 'first_attention.key', bias: true },
    { matrix: 'first_attention.value', bias: true },
  ])
  const [key, value] = splitHeads(graph, header, linear(parts, token), 'first_attention', ['key', 'value'])
  let state = attendToToken(products, weights, header, 'first_attention', headInputs.states, key!, value!)
  const lastRow = graph.constant('last_row', 'int64', [1], [-1])
  const last = (input: string, name: string): string =>
    graph.node('Gather', [input, lastRow], name, { attributes: { axis: 0 } })
  declareCache(graph, model, layers)
  const values = sharedValues(graph, header, maxPositions)
  const shared = { ...values, mask: values.folding.folded(graphInputs.mask, 'folded_mask'), exact: null }
  let normed = norm(
    graph,
    state,
    'layer0.normed',
    vector(graph, heads, 'block.0.attention_norm'),
    header.normEpsilon,
  )
  for (let layer = 0; layer < layers; layer++) {
    const at = `layer${layer}`
    const part = (name: string): string => `block.${layer}.${name}`
    const qkv = stackedParts(`${at}.qkv`, weights, [
      { matrix: part('query'), divisor: new Float32Array(headCount * headWidth).fill(Math.sqrt(headWidth)) },
      { matrix: part('key') },
      { matrix: part('value') },
    ])
    let attended = attention(graph, { header, headNorms: () => null }, shared, layer, linear(qkv, normed))
    // Only what follows the last position is guessed; the rows before it leave their keys and values.
    if (layer === layers - 1) {
      attended = last(attended, 'last_attended')
      state = last(state, 'last_state')
    }
    const projected = linear(stackedParts(`${at}.output`, weights, [{ matrix: part('output') }]), attended)
    const middle = sumAndNorm(
      products,
      header.normEpsilon,
      state,
      projected,
      vector(graph, heads, part('feed_forward_norm')),
      `${at}.middle`,
    )
    const gateUp = stackedParts(`${at}.gate_up`, weights, [{ matrix: part('gate') }, { matrix: part('up') }])
    const open = gated(graph, header, linear(gateUp, middle.normed), at)
    const fed = linear(stackedParts(`${at}.down`, weights, [{ matrix: part('down') }]), open)
    const ends = layer === layers - 1
    const weight = ends
      ? vector(graph, heads, 'block_norm')
      : vector(graph, heads, `block.${layer + 1}.attention_norm`)
    const next = sumAndNorm(products, header.normEpsilon, middle.state, fed, weight, `layer${layer + 1}`)
    state = next.state
    normed = next.normed
  }
  finishBlock(products, heads, model, graph.node('Identity', [normed], headOutputs.state))
}

/** Head 1's word on the state. */
function finishBlock(
  { graph, linear }: HeadProducts,
  heads: DraftHeads,
  { header }: Model,
  state: string,
): void {
  const { weights } = heads
  const said = linear(stackedParts('first', weights, [{ matrix: 'first', bias: true }]), state)
  norm(graph, said, headOutputs.guess, vector(graph, heads, 'output_norm'), header.normEpsilon)
}

/** The likeliest tokens after each row, one step of the recurrent head further where none is given. */
export function buildCloverGuess(products: HeadProducts, heads: DraftHeads, model: Model): void {
  const { graph, linear } = products
  const { header } = model
  const { width } = header
  const { weights } = heads
  graph.input(headInputs.states, 'float32', ['B', width])
  graph.input(graphInputs.ids, 'int64', [1, 'B'])
  graph.input(headInputs.ready, 'uint8', ['B', 1])
  graph.input(headInputs.given, 'float32', ['B', width])
  graph.output(headOutputs.next, 'float32', ['B', width])
  const token = flat(graph, products.lookUp(draftEmbedding(heads, model), graphInputs.ids), width)
  // The head reads [state; token]: what it makes of the token comes with the token's key and value.
  const sides = splitInputs(heads)
  const told = linear(sides.token, token)
  const [key, value, word] = splitHeads(graph, header, told, 'next_attention', ['key', 'value', 'word'])
  const attended = attendToToken(products, weights, header, 'next_attention', headInputs.states, key!, value!)
  const state = graph.node('Identity', [attended], headOutputs.next)
  const said = linear(sides.state, state)
  const both = graph.node('Add', [said, flat(graph, word!, width)], 'next.sum')
  const guess = norm(graph, both, 'next.normed', vector(graph, heads, 'output_norm'), header.normEpsilon)
  const ready = graph.node('Cast', [headInputs.ready], 'is_ready', { attributes: { to: 9 } })
  const chosen = graph.node('Where', [ready, headInputs.given, guess], 'chosen')
  likeliest(products, draftHead(heads, model), chosen)
}

/** The key and value of the next Attention Decoder stacked on what `next` makes of the token; and of the state. */
function splitInputs({ weights }: DraftHeads): { readonly token: MatrixRows; readonly state: MatrixRows } {
  const stacked = stackedParts('next_attention.token', weights, [
    { matrix: 'next_attention.key', bias: true },
    { matrix: 'next_attention.value', bias: true },
  ])
  const width = stacked.inputs
  const half = (first: number, count: number, side: 0 | 1): Float32Array => {
    const rows = weights.rows('next.weight', first, count)
    const out = new Float32Array(count * width)
    for (let i = 0; i < count; i++)
      out.set(rows.subarray((2 * i + side) * width, (2 * i + side + 1) * width), i * width)
    return out
  }
  const bias = new Float32Array(3 * width)
  bias.set(stacked.bias!)
  bias.set(weights.rows('next.bias', 0, 1), 2 * width)
  return {
    token: {
      ...stacked,
      outputs: 3 * width,
      bias,
      rows: (first, count) => {
        const above = Math.max(0, Math.min(count, stacked.outputs - first))
        const out = new Float32Array(count * width)
        if (above > 0) out.set(stacked.rows(first, above))
        if (above < count)
          out.set(half(Math.max(0, first - stacked.outputs), count - above, 1), above * width)
        return out
      },
    },
    state: {
      ...stacked,
      name: 'next.state',
      outputs: width,
      bias: null,
      rows: (first, count) => half(first, count, 0),
    },
  }
}

function declareCache(graph: GraphBuilder, { header: { kvHeads, headWidth } }: Model, layers: number): void {
  graph.input(graphInputs.positions, 'int64', [1, 'S'])
  graph.input(graphInputs.mask, 'float32', ['S', 'T'])
  for (let layer = 0; layer < layers; layer++) {
    graph.input(pastKeyName(layer), 'float32', [kvHeads, 1, headWidth, 'P'])
    graph.input(pastValueName(layer), 'float32', [kvHeads, 1, 'P', headWidth])
    graph.output(newKeyName(layer), 'float32', [kvHeads, 1, headWidth, 'S'])
    graph.output(newValueName(layer), 'float32', [kvHeads, 1, 'S', headWidth])
  }
}

/** Splits [N, parts * d] into parts [N, heads, d / heads]. */
function splitHeads(
  graph: GraphBuilder,
  { heads, width }: Model['header'],
  input: string,
  at: string,
  names: readonly string[],
): readonly string[] {
  const rows = reshape(graph, input, `${at}.token_heads`, [-1, names.length * heads, width / heads])
  const sizes = graph.constant(
    `heads_of_${names.length}`,
    'int64',
    [names.length],
    names.map(() => heads),
  )
  const outputs = names.map((name) => `${at}.${name}_heads`)
  graph.nodes('Split', [rows, sizes], outputs, { attributes: { axis: 1 } })
  return outputs
}

const flat = (graph: GraphBuilder, input: string, width: number): string =>
  reshape(graph, input, `${input}.flat`, [-1, width])

/** A vector of the heads' file, once. */
function vector(graph: GraphBuilder, { weights }: DraftHeads, name: string): string {
  const values = weights.rows(name, 0, 1)
  graph.external(name, 'float32', [values.length], [bytesOf(values)])
  return name
}

function sumAndNorm(
  { graph }: HeadProducts,
  epsilon: number,
  state: string,
  change: string,
  weight: string,
  at: string,
): { readonly state: string; readonly normed: string } {
  const [normed, sum] = [`${at}.normed`, `${at}.state`]
  graph.nodes('SkipSimplifiedLayerNormalization', [state, change, weight], [normed, '', '', sum], {
    domain: 'com.microsoft',
    attributes: { epsilon: { float: epsilon } },
  })
  return { state: sum, normed }
}
