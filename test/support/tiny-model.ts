/** A small random Llama model on disk, as a safetensors folder: real files for the real engine. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../../models/core/random.ts'
import { tokenizerFromGguf } from '../../models/compiler/tokenizer-gguf.ts'

const width = 64
const layers = 2
const heads = 4
const kvHeads = 2
const feedForward = 96

const fixture = JSON.parse(
  readFileSync(new URL('../models/decoding/fixtures/tokenizer.json', import.meta.url), 'utf8'),
) as { readonly 'llama-bpe': { readonly tokens: readonly string[]; readonly merges: readonly string[] } }
const { tokens, merges } = fixture['llama-bpe']

const template =
  "{% for message in messages %}{{ '<|begin|>' + message['role'] + '\\n' + message['content'] + '<|end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|begin|>assistant\\n' }}{% endif %}"

export interface TinyModelOptions {
  readonly seed?: number
  readonly contextTokens?: number
}

/** Writes the folder and returns its path. */
export function writeTinyModel(folder: string, options: TinyModelOptions = {}): string {
  mkdirSync(folder, { recursive: true })
  const vocabulary = Math.ceil(tokens.length / 32) * 32
  const source = tokenizerFromGguf(
    new Map<string, string | number | readonly string[] | readonly number[]>([
      ['tokenizer.ggml.model', 'gpt2'],
      ['tokenizer.ggml.pre', 'llama-bpe'],
      ['tokenizer.ggml.tokens', tokens],
      ['tokenizer.ggml.token_type', tokens.map((token) => (/^<\|.*\|>$/.test(token) ? 3 : 1))],
      ['tokenizer.ggml.merges', merges],
      ['tokenizer.ggml.eos_token_id', tokens.indexOf('<|end|>')],
    ]),
    vocabulary,
  )
  const write = (name: string, content: unknown): void =>
    writeFileSync(join(folder, name), JSON.stringify(content))
  write('config.json', {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    hidden_size: width,
    intermediate_size: feedForward,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: kvHeads,
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    max_position_embeddings: options.contextTokens ?? 2048,
    vocab_size: vocabulary,
    tie_word_embeddings: true,
    hidden_act: 'silu',
    eos_token_id: tokens.indexOf('<|end|>'),
    bos_token_id: tokens.indexOf('<|begin|>'),
  })
  write('tokenizer.json', source.tokenizerJson)
  write('tokenizer_config.json', { ...source.tokenizerConfig, eos_token: '<|end|>', chat_template: template })
  writeFileSync(join(folder, 'model.safetensors'), weights(vocabulary, options.seed ?? 1))
  return folder
}

function weights(vocabulary: number, seed: number): Buffer {
  const random = seededRandom(seed)
  const head = width / heads
  const shapes: [string, number[]][] = [['model.embed_tokens.weight', [vocabulary, width]]]
  for (let layer = 0; layer < layers; layer++) {
    const at = `model.layers.${layer}`
    shapes.push(
      [`${at}.input_layernorm.weight`, [width]],
      [`${at}.self_attn.q_proj.weight`, [heads * head, width]],
      [`${at}.self_attn.k_proj.weight`, [kvHeads * head, width]],
      [`${at}.self_attn.v_proj.weight`, [kvHeads * head, width]],
      [`${at}.self_attn.o_proj.weight`, [width, heads * head]],
      [`${at}.post_attention_layernorm.weight`, [width]],
      [`${at}.mlp.gate_proj.weight`, [feedForward, width]],
      [`${at}.mlp.up_proj.weight`, [feedForward, width]],
      [`${at}.mlp.down_proj.weight`, [width, feedForward]],
    )
  }
  shapes.push(['model.norm.weight', [width]])

  const header: Record<string, unknown> = {}
  const parts: Buffer[] = []
  let offset = 0
  for (const [name, shape] of shapes) {
    const length = shape.reduce((product, side) => product * side, 1)
    const scale = shape.length === 1 ? 0 : 4 / Math.sqrt(shape[1]!)
    const values = Float32Array.from({ length }, () => (scale === 0 ? 1 : (random.uniform() - 0.5) * scale))
    const bytes = Buffer.from(values.buffer)
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + bytes.length] }
    offset += bytes.length
    parts.push(bytes)
  }
  const json = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, ...parts])
}
