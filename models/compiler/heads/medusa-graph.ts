/** Medusa's graph: every head guesses its own distance ahead from one state (arXiv 2401.10774). */
import { norm, reshape } from '../basic-nodes.ts'
import { bytesOf } from '../graph-builder.ts'
import type { Model } from '../shapes.ts'
import { finalNormName } from '../tensor-names.ts'
import type { DraftHeads } from './draft-heads.ts'
import { likeliest } from './guess-nodes.ts'
import { draftHead, type HeadProducts, stackedParts } from './head-products.ts'
import { headInputs } from './heads-interface.ts'

export function buildMedusa(products: HeadProducts, heads: DraftHeads, model: Model): void {
  const { graph, linear } = products
  const { width, normEpsilon } = model.header
  const { weights, count, layers } = heads
  graph.input(headInputs.states, 'float32', [1, width])
  graph.external(finalNormName, 'float32', [width], [bytesOf(model.weights.rows(finalNormName, 0, 1))])
  const start = norm(graph, headInputs.states, 'start', finalNormName, normEpsilon)
  // The first blocks of all heads read the same state and are one product.
  const first = stackedParts(
    'heads',
    weights,
    Array.from({ length: count }, (_, head) => ({ matrix: `heads.${head}.0`, bias: true as const })),
  )
  let states = residual(
    products,
    start,
    reshape(graph, linear(first, start), 'heads.changes', [-1, width]),
    'heads',
  )
  if (layers > 1) states = laterBlocks(products, heads, states)
  likeliest(products, draftHead(heads, model), states)
}

/** The blocks after the first, each head on its own row of [B, d]. */
function laterBlocks(
  { graph, ...rest }: HeadProducts,
  { weights, count, layers }: DraftHeads,
  states: string,
): string {
  const products = { graph, ...rest }
  const rows = Array.from({ length: count }, (_, head) => {
    const row = graph.constant(`head_${head}`, 'int64', [1], [head])
    let state = graph.node('Gather', [states, row], `heads.${head}.start`, { attributes: { axis: 0 } })
    for (let layer = 1; layer < layers; layer++) {
      const name = `heads.${head}.${layer}`
      const change = products.linear(stackedParts(name, weights, [{ matrix: name, bias: true }]), state)
      state = residual(products, state, change, name)
    }
    return state
  })
  return graph.node('Concat', rows, 'heads.ends', { attributes: { axis: 0 } })
}

/** state + silu(change); QuickGelu with alpha 1 is silu. */
function residual({ graph }: HeadProducts, state: string, change: string, at: string): string {
  const bent = graph.node('QuickGelu', [change], `${at}.bent`, {
    domain: 'com.microsoft',
    attributes: { alpha: { float: 1 } },
  })
  return graph.node('Add', [state, bent], `${at}.state`)
}
