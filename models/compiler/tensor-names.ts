/** One name per weight: the one that Hugging Face's checkpoints use. */

export const layerMatrices = [
  'self_attn.q_proj',
  'self_attn.k_proj',
  'self_attn.v_proj',
  'self_attn.o_proj',
  'mlp.gate_proj',
  'mlp.up_proj',
  'mlp.down_proj',
] as const
export type LayerMatrix = (typeof layerMatrices)[number]

export const embeddingName = 'model.embed_tokens.weight'
export const finalNormName = 'model.norm.weight'
export const headName = 'lm_head.weight'

export const matrixName = (layer: number, matrix: LayerMatrix): string =>
  `model.layers.${layer}.${matrix}.weight`
export const biasName = (layer: number, matrix: LayerMatrix): string => `model.layers.${layer}.${matrix}.bias`
export const inputNormName = (layer: number): string => `model.layers.${layer}.input_layernorm.weight`
export const feedForwardNormName = (layer: number): string =>
  `model.layers.${layer}.post_attention_layernorm.weight`
export const queryNormName = (layer: number): string => `model.layers.${layer}.self_attn.q_norm.weight`
export const keyNormName = (layer: number): string => `model.layers.${layer}.self_attn.k_norm.weight`

const ggufLayerNames: ReadonlyMap<string, string> = new Map([
  ['attn_norm', 'input_layernorm'],
  ['ffn_norm', 'post_attention_layernorm'],
  ['attn_q', 'self_attn.q_proj'],
  ['attn_k', 'self_attn.k_proj'],
  ['attn_v', 'self_attn.v_proj'],
  ['attn_output', 'self_attn.o_proj'],
  ['attn_q_norm', 'self_attn.q_norm'],
  ['attn_k_norm', 'self_attn.k_norm'],
  ['ffn_gate', 'mlp.gate_proj'],
  ['ffn_up', 'mlp.up_proj'],
  ['ffn_down', 'mlp.down_proj'],
])

/** The Hugging Face name of a GGUF tensor, or null for one that no supported model has. */
export function nameFromGguf(name: string): string | null {
  if (name === 'token_embd.weight') return embeddingName
  if (name === 'output_norm.weight') return finalNormName
  if (name === 'output.weight') return headName
  const [, layer, part, suffix] = /^blk\.(0|[1-9]\d{0,3})\.([a-z_]+)\.(weight|bias)$/.exec(name) ?? []
  const known = part === undefined ? undefined : ggufLayerNames.get(part)
  return known === undefined ? null : `model.layers.${layer}.${known}.${suffix}`
}
