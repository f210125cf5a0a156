/**
 * The towers of CLIP as graphs whose deep prompt tokens are inputs (Khattak et al. 2023, "MaPLe"): the
 * backbone's weights stay as they are, and only what stands in for the prompts is ever learned.
 *
 * vision: pixels [1, 3, side, side], normalised; prompts [depth, P, width] -> embedding [1, shared]
 * text:   ids [T] from the start to the end token; prompts [depth, P, width] -> embedding [1, shared]
 *
 * Prompts stand behind the patches of a picture, and between the start token and the words of a text. Before
 * layer k < depth the rows of the prompts are replaced by prompts[k]; later layers keep what became of them.
 * Embeddings are not normalised to length one.
 */
import type { Cancellation } from '../../core/cancellation.ts'
import { reshape } from '../basic-nodes.ts'
import { GraphBuilder } from '../graph-builder.ts'
import type { CompileTarget } from '../options.ts'
import type { Clip } from './clip-files.ts'
import {
  concatRows,
  layerNorm,
  linear,
  rowsOf,
  stored,
  toTheEnd,
  towerLayer,
  type TowerNodes,
} from './tower-nodes.ts'

export type ClipTower = 'vision' | 'text'

export const clipInputs = { pixels: 'pixels', ids: 'ids', prompts: 'prompts' } as const
export const clipOutput = 'embedding'

export interface PromptShape {
  /** Prompt tokens; 0 builds the tower without prompts. */
  readonly tokens: number
  /** Layers whose prompts are given, from the first: at least 1 and at most all of them. */
  readonly depth: number
}

/**
 * Writes one tower in float32. Throws what `signal` and sinks throw, and a RangeError for prompts that the
 * tower cannot take.
 */
export function compileClip(
  tower: ClipTower,
  clip: Clip,
  prompts: PromptShape,
  target: CompileTarget,
  signal: Cancellation,
): void {
  const { layers } = clip[tower]
  if (prompts.tokens < 0 || (prompts.tokens > 0 && (prompts.depth < 1 || prompts.depth > layers)))
    throw new RangeError(`prompts of depth ${prompts.depth} for ${layers} layers`)
  const graph = new GraphBuilder(target.data, target.dataName)
  const nodes: TowerNodes = { graph, weights: clip.weights, check: () => signal.throwIfAborted() }
  if (prompts.tokens > 0)
    graph.input(clipInputs.prompts, 'float32', [prompts.depth, prompts.tokens, clip[tower].width])
  if (tower === 'vision') buildVision(nodes, clip, prompts)
  else buildText(nodes, clip, prompts)
  graph.output(clipOutput, 'float32', [1, clip.shared])
  target.graph.write(graph.encode())
}

function buildVision(nodes: TowerNodes, { vision }: Clip, prompts: PromptShape): void {
  const { graph } = nodes
  const { width, imageSide, patchSide, epsilon } = vision
  const across = imageSide / patchSide
  graph.input(clipInputs.pixels, 'float32', [1, 3, imageSide, imageSide])
  // A picture cut into patches is one matrix product: rows of patches, columns of channel, row and column.
  const cut = reshape(graph, clipInputs.pixels, 'cut', [3, across, patchSide, across, patchSide])
  const byPatch = graph.node('Transpose', [cut], 'by_patch', { attributes: { perm: [1, 3, 0, 2, 4] } })
  const flat = reshape(graph, byPatch, 'flat', [across * across, 3 * patchSide ** 2])
  const patches = linear(nodes, flat, 'vision_model.embeddings.patch_embedding', false, 'patches')
  const first = reshape(graph, stored(nodes, 'vision_model.embeddings.class_embedding'), 'class', [1, width])
  const tokens = concatRows(graph, [first, patches], 'tokens')
  const placed = graph.node(
    'Add',
    [tokens, stored(nodes, 'vision_model.embeddings.position_embedding.weight')],
    'placed',
  )
  const all =
    prompts.tokens > 0 ? concatRows(graph, [placed, promptsOf(graph, 0, prompts, width)], 'all') : placed
  let states = layerNorm(nodes, all, 'vision_model.pre_layrnorm', epsilon, 'start')
  for (let layer = 0; layer < vision.layers; layer++) {
    if (prompts.tokens > 0 && layer > 0 && layer < prompts.depth) {
      const kept = rowsOf(graph, states, 0, -prompts.tokens, `kept_${layer}`)
      states = concatRows(graph, [kept, promptsOf(graph, layer, prompts, width)], `prompted_${layer}`)
    }
    states = towerLayer(nodes, vision, states, `vision_model.encoder.layers.${layer}`, null)
  }
  const summary = rowsOf(graph, states, 0, 1, 'summary')
  const normed = layerNorm(nodes, summary, 'vision_model.post_layernorm', epsilon, 'normed')
  linear(nodes, normed, 'visual_projection', false, clipOutput)
}

function buildText(nodes: TowerNodes, { text }: Clip, prompts: PromptShape): void {
  const { graph } = nodes
  const { width, epsilon } = text
  graph.input(clipInputs.ids, 'int64', ['words'])
  const words = graph.node(
    'Gather',
    [stored(nodes, 'text_model.embeddings.token_embedding.weight'), clipInputs.ids],
    'words_in',
    { attributes: { axis: 0 } },
  )
  const withPrompts = (states: string, layer: number, from: number): string =>
    concatRows(
      graph,
      [
        rowsOf(graph, states, 0, 1, `first_${layer}`),
        promptsOf(graph, layer, prompts, width),
        rowsOf(graph, states, from, toTheEnd, `words_${layer}`),
      ],
      `prompted_${layer}`,
    )
  const tokens = prompts.tokens > 0 ? withPrompts(words, 0, 1) : words
  const length = graph.node('Shape', [tokens], 'length', { attributes: { start: 0, end: 1 } })
  const zero = graph.constant('row_0', 'int64', [1], [0])
  const positions = graph.node(
    'Slice',
    [stored(nodes, 'text_model.embeddings.position_embedding.weight'), zero, length, zero],
    'positions',
  )
  let states = graph.node('Add', [tokens, positions], 'placed')
  const mask = causalMask(graph, length)
  for (let layer = 0; layer < text.layers; layer++) {
    if (prompts.tokens > 0 && layer > 0 && layer < prompts.depth)
      states = withPrompts(states, layer, 1 + prompts.tokens)
    states = towerLayer(nodes, text, states, `text_model.encoder.layers.${layer}`, mask)
  }
  const last = rowsOf(graph, states, -1, toTheEnd, 'summary')
  const normed = layerNorm(nodes, last, 'text_model.final_layer_norm', epsilon, 'normed')
  linear(nodes, normed, 'text_projection', false, clipOutput)
}

/** The prompts of one layer, [P, width]. */
function promptsOf(graph: GraphBuilder, layer: number, { tokens }: PromptShape, width: number): string {
  const chosen = rowsOf(graph, clipInputs.prompts, layer, layer + 1, `prompts_${layer}`)
  return reshape(graph, chosen, `prompts_${layer}_rows`, [tokens, width])
}

/** Additive [T, T]: a token sees itself and what came before. */
function causalMask(graph: GraphBuilder, length: string): string {
  const square = graph.node('Concat', [length, length], 'square', { attributes: { axis: 0 } })
  const low = graph.constant('hidden', 'float32', [1], [-1e9])
  const full = graph.node('Expand', [low, square], 'all_hidden')
  // What remains above the diagonal is hidden.
  const above = graph.constant('above', 'int64', [], [1])
  return graph.node('Trilu', [full, above], 'causal', { attributes: { upper: 1 } })
}
