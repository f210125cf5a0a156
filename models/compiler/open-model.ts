/** Opens model files: what they are, whether they can be used, and their weights on demand. */
import type { ByteSource } from '../core/bytes.ts'
import { damaged, unsupported } from './bounded-reader.ts'
import { looksLikeGguf, readGguf } from './gguf.ts'
import { checkedHeader } from './header.ts'
import { dimensionsFromConfig } from './header-config.ts'
import { dimensionsFromGguf } from './header-gguf.ts'
import { parseJson } from './json.ts'
import { readSafetensors } from './safetensors.ts'
import type { Model } from './shapes.ts'
import { dequantize } from './storage-types.ts'
import { type Placed, storedWeights } from './stored-weights.ts'
import { nameFromGguf } from './tensor-names.ts'
import { tokenizerFromFiles } from './tokenizer-files.ts'
import { tokenizerFromGguf } from './tokenizer-gguf.ts'

export type ModelFiles =
  | { readonly kind: 'gguf'; readonly file: ByteSource }
  | {
      readonly kind: 'safetensors'
      /** Text of config.json. */
      readonly config: string
      /** Text of tokenizer.json. */
      readonly tokenizer: string
      /** Text of tokenizer_config.json, or null where there is none. */
      readonly tokenizerConfig: string | null
      /** Text of generation_config.json, or null. */
      readonly generationConfig: string | null
      /** Text of chat_template.jinja, or null; it wins over the template in tokenizer_config.json. */
      readonly chatTemplate: string | null
      /** Every shard. */
      readonly weights: readonly ByteSource[]
    }

/**
 * Reads and checks all headers; weights are read when they are asked for.
 * Throws a FailureError: `model-invalid`, `model-unsupported` or `model-too-large`.
 */
export function openModel(files: ModelFiles): Model {
  return files.kind === 'gguf' ? openGguf(files.file) : openSafetensors(files)
}

function openGguf(source: ByteSource): Model {
  if (!looksLikeGguf(source)) damaged('the file', 'is not a GGUF file')
  const file = readGguf(source)
  const divisorsTensor = file.tensors.find(({ name }) => name === 'rope_freqs.weight')
  let divisors: Float32Array | null = null
  if (divisorsTensor) {
    const [length = 0, second] = divisorsTensor.shape
    if (second !== undefined || length > 1024) damaged('rope_freqs.weight', 'has an impossible shape')
    divisors = new Float32Array(length)
    dequantize(divisorsTensor.type, source.read(divisorsTensor.offset, divisorsTensor.bytes), divisors)
  }
  const dimensions = dimensionsFromGguf(file, divisors)
  const interleaves = dimensions.architecture === 'llama'
  const tensors = new Map<string, Placed>()
  for (const tensor of file.tensors) {
    if (tensor === divisorsTensor) continue
    const name =
      nameFromGguf(tensor.name) ?? unsupported(`tensor "${tensor.name}"`, 'is not part of this architecture')
    const interleavedHeads =
      interleaves && /\.self_attn\.[qk]_proj\./.test(name) ? dimensions.headWidth : null
    tensors.set(name, { ...tensor, source, interleavedHeads })
  }
  const header = checkedHeader(dimensions, tensors, null)
  return {
    header,
    weights: storedWeights(tensors),
    tokenizer: tokenizerFromGguf(file.metadata, header.vocabulary),
  }
}

function openSafetensors(files: Extract<ModelFiles, { kind: 'safetensors' }>): Model {
  const config = parseJson(files.config, 'config.json')
  const dimensions = dimensionsFromConfig(config)
  const tensors = new Map<string, Placed>()
  for (const source of files.weights) {
    for (const tensor of readSafetensors(source).tensors) {
      // Old checkpoints kept the frequencies, which follow from the configuration.
      if (tensor.name.endsWith('.rotary_emb.inv_freq')) continue
      if (tensors.has(tensor.name)) damaged(`tensor "${tensor.name}"`, 'is there twice')
      tensors.set(tensor.name, { ...tensor, source, interleavedHeads: null })
    }
  }
  const { tied, ...rest } = dimensions
  const header = checkedHeader(rest, tensors, tied)
  return {
    header,
    weights: storedWeights(tensors),
    tokenizer: tokenizerFromFiles(files, config, header.vocabulary),
  }
}
