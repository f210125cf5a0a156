/** The products by which a graph mixes channels while it runs. */
import { bytesOf, type GraphBuilder } from './graph-builder.ts'
import { graphOutputs } from './graph-interface.ts'
import type { Mixing } from './mixing.ts'
import type { ModelHeader } from './shapes.ts'

/** Mixes [S, feed-forward width] in blocks: the part of a rotation that no matrix before `down` can take over. */
export function mixed(
  graph: GraphBuilder,
  mixing: Mixing,
  { feedForwardWidth }: ModelHeader,
  layer: number,
  input: string,
): string {
  const at = `layer${layer}`
  const size = mixing.width
  const { right } = mixing.factors()
  const matrix = graph.constant('block_mixing', 'float32', [size, size], [...right])
  const blocks = graph.node('Reshape', [input, shape(graph, [-1, size])], `${at}.blocks`)
  const product = graph.node('MatMul', [blocks, matrix], `${at}.mixed_blocks`)
  return graph.node('Reshape', [product, shape(graph, [-1, feedForwardWidth])], `${at}.mixed_input`)
}

/** Turns the rotated state back into the model's own basis and calls it `hidden`. */
export function unmixed(graph: GraphBuilder, mixing: Mixing, state: string): void {
  const { left, right } = mixing.factors()
  const inner = Math.sqrt(right.length)
  const outer = Math.sqrt(left.length)
  graph.external('hidden_left', 'float32', [outer, outer], [bytesOf(left)])
  graph.external('hidden_right', 'float32', [inner, inner], [bytesOf(right)])
  // Row-major, x (L x R)^T is L X R^T with x as the matrix X; R is symmetric.
  const parts = graph.node('Reshape', [state, shape(graph, [-1, outer, inner])], 'state_parts')
  const half = graph.node('MatMul', [parts, 'hidden_right'], 'state_half')
  const whole = graph.node('MatMul', ['hidden_left', half], 'state_whole')
  graph.node('Reshape', [whole, shape(graph, [-1, mixing.width])], graphOutputs.hidden)
}

function shape(graph: GraphBuilder, dimensions: readonly number[]): string {
  const name = `shape_${dimensions.join('_').replaceAll('-', 'm')}`
  return graph.constant(name, 'int64', [dimensions.length], dimensions)
}
