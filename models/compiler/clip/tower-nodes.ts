/** The transformer that both CLIP towers are: norms first, full or causal attention, QuickGELU. */
import { reshape } from '../basic-nodes.ts'
import { bytesOf, type GraphBuilder } from '../graph-builder.ts'
import type { Weights } from '../shapes.ts'
import type { TowerShape } from './clip-files.ts'

export interface TowerNodes {
  readonly graph: GraphBuilder
  readonly weights: Weights
  /** Called before each matrix: may throw to stop. */
  readonly check: () => void
}

const microsoft = { domain: 'com.microsoft' } as const

/** A tensor of the model in the data file, float32, under its own name. */
export function stored({ graph, weights, check }: TowerNodes, name: string): string {
  check()
  const shape = weights.shape(name)
  const [rows = 1] = shape.length > 1 ? shape : [1]
  graph.external(name, 'float32', shape, [bytesOf(weights.rows(name, 0, rows))])
  return name
}

/** input [T, in] times the matrix [out, in], plus its bias where it has one. */
export function linear(
  nodes: TowerNodes,
  input: string,
  name: string,
  bias: boolean,
  output: string,
): string {
  const parts = [input, stored(nodes, `${name}.weight`), ...(bias ? [stored(nodes, `${name}.bias`)] : [])]
  return nodes.graph.node('Gemm', parts, output, { attributes: { transB: 1 } })
}

export function layerNorm(
  nodes: TowerNodes,
  input: string,
  name: string,
  epsilon: number,
  output: string,
): string {
  return nodes.graph.node(
    'LayerNormalization',
    [input, stored(nodes, `${name}.weight`), stored(nodes, `${name}.bias`)],
    output,
    { attributes: { axis: -1, epsilon: { float: epsilon } } },
  )
}

/**
 * One layer over states [T, width].
 *
 * @param mask additive [T, T], or null where every token sees every other
 */
export function towerLayer(
  nodes: TowerNodes,
  shape: TowerShape,
  states: string,
  prefix: string,
  mask: string | null,
): string {
  const { graph } = nodes
  const { width, heads, epsilon } = shape
  const headWidth = width / heads
  const normed = layerNorm(nodes, states, `${prefix}.layer_norm1`, epsilon, `${prefix}.normed`)
  const byHead = (part: 'q' | 'k' | 'v', order: readonly number[]): string => {
    const rows = linear(nodes, normed, `${prefix}.self_attn.${part}_proj`, true, `${prefix}.${part}_rows`)
    const split = reshape(graph, rows, `${prefix}.${part}_split`, [-1, heads, headWidth])
    return graph.node('Transpose', [split], `${prefix}.${part}`, { attributes: { perm: order } })
  }
  const scale = graph.constant(`scale_${headWidth}`, 'float32', [1], [1 / Math.sqrt(headWidth)])
  const query = graph.node('Mul', [byHead('q', [1, 0, 2]), scale], `${prefix}.scaled`)
  const plain = graph.node('MatMul', [query, byHead('k', [1, 2, 0])], `${prefix}.scores`)
  const scores = mask === null ? plain : graph.node('Add', [plain, mask], `${prefix}.masked`)
  const shares = graph.node('Softmax', [scores], `${prefix}.shares`, { attributes: { axis: -1 } })
  const mixed = graph.node('MatMul', [shares, byHead('v', [1, 0, 2])], `${prefix}.mixed`)
  const rows = graph.node('Transpose', [mixed], `${prefix}.mixed_rows`, { attributes: { perm: [1, 0, 2] } })
  const joined = reshape(graph, rows, `${prefix}.joined`, [-1, width])
  const attended = linear(nodes, joined, `${prefix}.self_attn.out_proj`, true, `${prefix}.attended`)
  const between = graph.node('Add', [states, attended], `${prefix}.between`)
  const inner = layerNorm(nodes, between, `${prefix}.layer_norm2`, epsilon, `${prefix}.inner`)
  const wide = linear(nodes, inner, `${prefix}.mlp.fc1`, true, `${prefix}.wide`)
  const bent = graph.node('QuickGelu', [wide], `${prefix}.bent`, {
    ...microsoft,
    attributes: { alpha: { float: 1.702 } },
  })
  const narrow = linear(nodes, bent, `${prefix}.mlp.fc2`, true, `${prefix}.narrow`)
  return graph.node('Add', [between, narrow], `${prefix}.states`)
}

/** Rows `from` to `to` (-1 times infinity to the end) of states [T, width]; negative counts from the end. */
export function rowsOf(
  graph: GraphBuilder,
  states: string,
  from: number,
  to: number,
  output: string,
): string {
  const whole = (value: number): string =>
    graph.constant(`row_${String(value).replace('-', 'm')}`, 'int64', [1], [value])
  return graph.node('Slice', [states, whole(from), whole(to), whole(0)], output)
}

/** Past any length, for `rowsOf`. */
export const toTheEnd = 2 ** 31 - 1

export const concatRows = (graph: GraphBuilder, parts: readonly string[], output: string): string =>
  graph.node('Concat', parts, output, { attributes: { axis: 0 } })
