/**
 * Clover's Attention Decoder: a token is merged into a state by how well their heads agree,
 * h + concat over heads of cos(q, k) v (Clover-2, arXiv 2408.00264; no softmax, no positions).
 */
import { norm, reshape } from '../basic-nodes.ts'
import { bytesOf } from '../graph-builder.ts'
import type { ModelHeader, Weights } from '../shapes.ts'
import { type HeadProducts, stackedParts } from './head-products.ts'

/**
 * @param at name of the decoder's tensors
 * @param state [N, d]
 * @param key [N, heads, d / heads], from the token
 * @param value the same shape
 * @returns [N, d]
 */
export function attendToToken(
  { graph, linear }: HeadProducts,
  weights: Weights,
  { width, heads, normEpsilon }: ModelHeader,
  at: string,
  state: string,
  key: string,
  value: string,
): string {
  graph.external(`${at}.norm`, 'float32', [width], [bytesOf(weights.rows(`${at}.norm`, 0, 1))])
  const normed = norm(graph, state, `${at}.normed`, `${at}.norm`, normEpsilon)
  const asked = linear(stackedParts(`${at}.query`, weights, [{ matrix: `${at}.query`, bias: true }]), normed)
  const query = reshape(graph, asked, `${at}.query_heads`, [-1, heads, width / heads])
  const unit = (name: string, input: string): string =>
    graph.node('LpNormalization', [input], name, { attributes: { axis: -1, p: 2 } })
  const last = graph.constant('last_axis', 'int64', [1], [-1])
  const products = graph.node(
    'Mul',
    [unit(`${at}.query_units`, query), unit(`${at}.key_units`, key)],
    `${at}.products`,
  )
  const cosine = graph.node('ReduceSum', [products, last], `${at}.cosine`, { attributes: { keepdims: 1 } })
  const gated = graph.node('Mul', [cosine, value], `${at}.gated`)
  return graph.node('Add', [state, reshape(graph, gated, `${at}.told`, [-1, width])], `${at}.state`)
}
