/** What all heads end with: the likeliest tokens of the draft vocabulary, so that few numbers leave the graph. */
import { headOutputs, guessesPerRow } from './heads-interface.ts'
import type { HeadProducts } from './head-products.ts'
import type { MatrixRows } from '../matrix-rows.ts'

/** @param input what heads say, [B, d], already normed */
export function likeliest({ graph, linear }: HeadProducts, head: MatrixRows, input: string): void {
  const logits = linear(head, input)
  const chances = graph.node('Softmax', [logits], 'all_chances', { attributes: { axis: -1 } })
  const most = graph.constant('guesses_per_row', 'int64', [1], [guessesPerRow])
  graph.nodes('TopK', [chances, most], [headOutputs.chances, headOutputs.tokens], {
    attributes: { axis: -1 },
  })
  graph.output(headOutputs.tokens, 'int64', ['B', guessesPerRow])
  graph.output(headOutputs.chances, 'float32', ['B', guessesPerRow])
}
