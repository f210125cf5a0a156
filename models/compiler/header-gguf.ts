/** What a GGUF file's metadata says of the model. */
import { damaged, unsupported } from './bounded-reader.ts'
import type { GgufFile, GgufValue } from './gguf.ts'
import { architectureOf, type Dimensions } from './header.ts'
import type { Rope, RopeScaling } from './shapes.ts'

/** Typed look-ups that name the missing or ill-typed entry. */
export class GgufMetadata {
  readonly #entries: ReadonlyMap<string, GgufValue>
  constructor(entries: ReadonlyMap<string, GgufValue>) {
    this.#entries = entries
  }

  text(key: string): string | null {
    const value = this.#entries.get(key)
    if (value === undefined) return null
    return typeof value === 'string' ? value : damaged(key, 'is not text')
  }

  number(key: string): number | null {
    const value = this.#entries.get(key)
    if (value === undefined) return null
    return typeof value === 'number' ? value : damaged(key, 'is not a number')
  }

  required(key: string): number {
    return this.number(key) ?? damaged(key, 'is missing')
  }

  flag(key: string): boolean | null {
    const value = this.#entries.get(key)
    if (value === undefined) return null
    return typeof value === 'boolean' ? value : damaged(key, 'is neither true nor false')
  }

  texts(key: string): readonly string[] | null {
    const value = this.#entries.get(key)
    if (value === undefined) return null
    return Array.isArray(value) && (value.length === 0 || typeof value[0] === 'string')
      ? (value as readonly string[])
      : damaged(key, 'is not a list of texts')
  }

  numbers(key: string): readonly number[] | null {
    const value = this.#entries.get(key)
    if (value === undefined) return null
    return Array.isArray(value) && (value.length === 0 || typeof value[0] === 'number')
      ? (value as readonly number[])
      : damaged(key, 'is not a list of numbers')
  }
}

/** @param divisors content of `rope_freqs.weight`, where the file has it */
export function dimensionsFromGguf(file: GgufFile, divisors: Float32Array | null): Dimensions {
  const entries = new GgufMetadata(file.metadata)
  const architecture = architectureOf(
    entries.text('general.architecture') ?? damaged('general.architecture', 'is missing'),
  )
  const of = (key: string): string => `${architecture}.${key}`
  if ((entries.number(of('expert_count')) ?? 0) > 0)
    unsupported(of('expert_count'), 'is a mixture of experts')
  for (const key of ['logit_scale', 'embedding_scale', 'residual_scale', 'attention.scale']) {
    if ((entries.number(of(key)) ?? 1) !== 1) unsupported(of(key), 'is not part of this architecture')
  }
  const width = entries.required(of('embedding_length'))
  const heads = entries.required(of('attention.head_count'))
  const headWidth = entries.number(of('attention.key_length')) ?? width / heads
  if ((entries.number(of('attention.value_length')) ?? headWidth) !== headWidth)
    unsupported(of('attention.value_length'), 'differs from the key length')
  if ((entries.number(of('rope.dimension_count')) ?? headWidth) !== headWidth)
    unsupported(of('rope.dimension_count'), 'rotates only part of each head')
  return {
    architecture,
    name: entries.text('general.name') ?? entries.text('general.basename') ?? 'Unnamed model',
    contextTokens: entries.required(of('context_length')),
    layers: entries.required(of('block_count')),
    width,
    feedForwardWidth: entries.required(of('feed_forward_length')),
    heads,
    kvHeads: entries.number(of('attention.head_count_kv')) ?? heads,
    headWidth,
    normEpsilon: entries.required(of('attention.layer_norm_rms_epsilon')),
    rope: ropeOf(entries, architecture, divisors),
    licence: entries.text('general.license'),
  }
}

function ropeOf(entries: GgufMetadata, architecture: string, divisors: Float32Array | null): Rope {
  const theta = entries.number(`${architecture}.rope.freq_base`) ?? 10_000
  const type = entries.text(`${architecture}.rope.scaling.type`) ?? 'none'
  const factor = entries.number(`${architecture}.rope.scaling.factor`) ?? 1
  let scaling: RopeScaling | null = null
  if (type === 'linear') scaling = { kind: 'linear', factor }
  else if (type !== 'none') unsupported(`${architecture}.rope.scaling.type`, `is "${type}"`)
  if (divisors !== null) {
    if (scaling !== null)
      unsupported(`${architecture}.rope.scaling.type`, 'comes with frequencies of its own')
    scaling = { kind: 'divisors', divisors }
  }
  return { theta, scaling }
}
