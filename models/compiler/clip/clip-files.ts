/** A CLIP model as Hugging Face stores it (Radford et al. 2021): config.json and one safetensors file. */
import * as v from 'valibot'
import type { ByteSource } from '../../core/bytes.ts'
import { damaged, unsupported } from '../bounded-reader.ts'
import { parseJson } from '../json.ts'
import { readSafetensors } from '../safetensors.ts'
import type { Weights } from '../shapes.ts'
import { storedWeights, type Placed } from '../stored-weights.ts'

export interface TowerShape {
  readonly width: number
  readonly feedForwardWidth: number
  readonly layers: number
  readonly heads: number
  readonly epsilon: number
}

export interface Clip {
  readonly weights: Weights
  readonly vision: TowerShape & { readonly imageSide: number; readonly patchSide: number }
  readonly text: TowerShape & { readonly vocabulary: number; readonly positions: number }
  /** Width of the space that pictures and texts share. */
  readonly shared: number
}

const count = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most))
const tower = {
  hidden_size: count(8192),
  intermediate_size: count(65_536),
  num_hidden_layers: count(96),
  num_attention_heads: count(256),
  hidden_act: v.optional(v.string(), 'quick_gelu'),
  layer_norm_eps: v.optional(v.number(), 1e-5),
}
const schema = v.object({
  projection_dim: count(8192),
  vision_config: v.object({ ...tower, image_size: count(2048), patch_size: count(256) }),
  text_config: v.object({
    ...tower,
    vocab_size: v.optional(count(1_000_000), 49_408),
    max_position_embeddings: v.optional(count(4096), 77),
  }),
})

/** Fails with `model-invalid` or `model-unsupported`; every tensor that a tower needs is there afterwards. */
export function openClip(config: string, source: ByteSource): Clip {
  const parsed = v.safeParse(schema, parseJson(config, 'the configuration'))
  if (!parsed.success) return damaged('the configuration', 'is not that of a CLIP model')
  const { vision_config: vision, text_config: text, projection_dim: shared } = parsed.output
  const weights = flatWeights(source)
  const clip: Clip = {
    weights,
    vision: {
      ...shapeOf('the vision tower', vision),
      imageSide: vision.image_size,
      patchSide: vision.patch_size,
    },
    text: {
      ...shapeOf('the text tower', text),
      vocabulary: text.vocab_size,
      positions: text.max_position_embeddings,
    },
    shared,
  }
  if (vision.image_size % vision.patch_size !== 0) damaged('the configuration', 'cuts pictures unevenly')
  for (const [name, shape] of expected(clip)) {
    if (!weights.names.includes(name)) damaged(`tensor "${name}"`, 'is missing')
    const found = weights.shape(name)
    if (found.join() !== shape.join())
      damaged(`tensor "${name}"`, `has the shape ${found.join(' x ')} instead of ${shape.join(' x ')}`)
  }
  return clip
}

function shapeOf(
  what: string,
  given: {
    readonly hidden_size: number
    readonly intermediate_size: number
    readonly num_hidden_layers: number
    readonly num_attention_heads: number
    readonly hidden_act: string
    readonly layer_norm_eps: number
  },
): TowerShape {
  if (given.hidden_act !== 'quick_gelu') unsupported(what, `uses ${given.hidden_act}`)
  if (given.hidden_size % given.num_attention_heads !== 0) damaged(what, 'has heads of uneven width')
  return {
    width: given.hidden_size,
    feedForwardWidth: given.intermediate_size,
    layers: given.num_hidden_layers,
    heads: given.num_attention_heads,
    epsilon: given.layer_norm_eps,
  }
}

/** Weights with every kernel as a matrix of one row per output. */
function flatWeights(source: ByteSource): Weights {
  return storedWeights(
    new Map(
      readSafetensors(source)
        // Older files hold the positions themselves, as integers.
        .tensors.filter(({ name }) => !name.endsWith('position_ids'))
        .map((tensor): [string, Placed] => {
          const [rows = 1, ...rest] = tensor.shape
          const shape =
            rest.length > 1 ? [rows, rest.reduce((product, length) => product * length, 1)] : tensor.shape
          return [tensor.name, { ...tensor, shape, source, interleavedHeads: null }]
        }),
    ),
  )
}

/** Every tensor of both towers with its shape. */
function expected({ vision, text, shared }: Clip): readonly (readonly [string, readonly number[]])[] {
  const patches = (vision.imageSide / vision.patchSide) ** 2
  const normed = (name: string, width: number): (readonly [string, readonly number[]])[] => [
    [`${name}.weight`, [width]],
    [`${name}.bias`, [width]],
  ]
  const layers = (prefix: string, { width, feedForwardWidth, layers: deep }: TowerShape) =>
    Array.from({ length: deep }, (_, layer) => {
      const at = `${prefix}.encoder.layers.${layer}`
      return [
        ...['q', 'k', 'v', 'out'].flatMap((part): (readonly [string, readonly number[]])[] => [
          [`${at}.self_attn.${part}_proj.weight`, [width, width]],
          [`${at}.self_attn.${part}_proj.bias`, [width]],
        ]),
        ...normed(`${at}.layer_norm1`, width),
        ...normed(`${at}.layer_norm2`, width),
        [`${at}.mlp.fc1.weight`, [feedForwardWidth, width]] as const,
        [`${at}.mlp.fc1.bias`, [feedForwardWidth]] as const,
        [`${at}.mlp.fc2.weight`, [width, feedForwardWidth]] as const,
        [`${at}.mlp.fc2.bias`, [width]] as const,
      ]
    }).flat()
  return [
    ['vision_model.embeddings.class_embedding', [vision.width]],
    ['vision_model.embeddings.patch_embedding.weight', [vision.width, 3 * vision.patchSide ** 2]],
    ['vision_model.embeddings.position_embedding.weight', [patches + 1, vision.width]],
    ...normed('vision_model.pre_layrnorm', vision.width),
    ...normed('vision_model.post_layernorm', vision.width),
    ['visual_projection.weight', [shared, vision.width]],
    ...layers('vision_model', vision),
    ['text_model.embeddings.token_embedding.weight', [text.vocabulary, text.width]],
    ['text_model.embeddings.position_embedding.weight', [text.positions, text.width]],
    ...normed('text_model.final_layer_norm', text.width),
    ['text_projection.weight', [shared, text.width]],
    ...layers('text_model', text),
  ]
}
