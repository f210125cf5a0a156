/** Nodes that every graph is made of, with the names of their constants. */
import type { GraphBuilder } from './graph-builder.ts'

/** RMS norm over the last axis. */
export function norm(
  graph: GraphBuilder,
  input: string,
  output: string,
  weight: string,
  epsilon: number,
): string {
  return graph.node('SimplifiedLayerNormalization', [input, weight], output, {
    attributes: { axis: -1, epsilon: { float: epsilon } },
  })
}

export function reshape(
  graph: GraphBuilder,
  input: string,
  output: string,
  dimensions: readonly number[],
): string {
  const shape = graph.constant(
    `shape_${dimensions.join('_').replaceAll('-', 'm')}`,
    'int64',
    [dimensions.length],
    dimensions,
  )
  return graph.node('Reshape', [input, shape], output)
}
