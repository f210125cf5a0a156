/** What a Hugging Face config.json says of the model. */
import { damaged, unsupported } from './bounded-reader.ts'
import { architectureOf, type Dimensions } from './header.ts'
import { isRecord, type JsonObject } from './json.ts'
import type { Rope, RopeScaling } from './shapes.ts'

export function dimensionsFromConfig(config: JsonObject): Dimensions & { readonly tied: boolean } {
  const architecture = architectureOf(text(config, 'model_type') ?? damaged('model_type', 'is missing'))
  const activation = text(config, 'hidden_act') ?? 'silu'
  if (activation !== 'silu') unsupported('hidden_act', `is "${activation}"`)
  if (config['use_sliding_window'] === true) unsupported('use_sliding_window', 'is on')
  const layerTypes = config['layer_types']
  if (Array.isArray(layerTypes) && layerTypes.some((type) => type !== 'full_attention'))
    unsupported('layer_types', 'has something other than full attention')
  const width = required(config, 'hidden_size')
  const heads = required(config, 'num_attention_heads')
  return {
    architecture,
    name: text(config, '_name_or_path') || 'Unnamed model',
    contextTokens: required(config, 'max_position_embeddings'),
    layers: required(config, 'num_hidden_layers'),
    width,
    feedForwardWidth: required(config, 'intermediate_size'),
    heads,
    kvHeads: number(config, 'num_key_value_heads') ?? heads,
    headWidth: number(config, 'head_dim') ?? (architecture === 'qwen3' ? 128 : width / heads),
    normEpsilon: number(config, 'rms_norm_eps') ?? 1e-6,
    rope: ropeOf(config),
    licence: null,
    tied: config['tie_word_embeddings'] === true,
  }
}

// transformers 5 keeps all of it in rope_parameters; before, theta stood apart from rope_scaling.
function ropeOf(config: JsonObject): Rope {
  const parameters = config['rope_parameters'] ?? config['rope_scaling'] ?? {}
  if (!isRecord(parameters)) return damaged('rope_scaling', 'is not an object')
  const theta = number(parameters, 'rope_theta') ?? number(config, 'rope_theta') ?? 10_000
  const partial = number(parameters, 'partial_rotary_factor') ?? number(config, 'partial_rotary_factor') ?? 1
  if (partial !== 1) unsupported('partial_rotary_factor', 'rotates only part of each head')
  return { theta, scaling: scalingOf(parameters) }
}

function scalingOf(parameters: JsonObject): RopeScaling | null {
  const type = text(parameters, 'rope_type') ?? text(parameters, 'type') ?? 'default'
  switch (type) {
    case 'default':
      return null
    case 'linear':
      return { kind: 'linear', factor: required(parameters, 'factor') }
    case 'llama3':
      return {
        kind: 'llama3',
        factor: required(parameters, 'factor'),
        lowFrequencyFactor: required(parameters, 'low_freq_factor'),
        highFrequencyFactor: required(parameters, 'high_freq_factor'),
        originalContextTokens: required(parameters, 'original_max_position_embeddings'),
      }
    default:
      return unsupported('rope_scaling', `is "${type}"`)
  }
}

function text(object: JsonObject, key: string): string | null {
  const value = object[key] ?? null
  return value === null || typeof value === 'string' ? value : damaged(key, 'is not text')
}

function number(object: JsonObject, key: string): number | null {
  const value = object[key] ?? null
  return value === null || typeof value === 'number' ? value : damaged(key, 'is not a number')
}

function required(object: JsonObject, key: string): number {
  return number(object, key) ?? damaged(key, 'is missing')
}
