/**
 * A name for how this version compiles: the hash of what it makes of a small model. Whatever changes in
 * the compiler shows in it, so that nobody has to remember to discard compiled files.
 */
import { createHash } from 'node:crypto'
import { compile, type Model, type ModelHeader, type Weights } from '../../models/compiler/index.ts'
import { seededRandom } from '../../models/core/random.ts'
import type { Precision } from '../../models/decoding/language-model.ts'

/** Changes in how compiled files are kept, which the small model cannot show. */
const layout = 2

const header: ModelHeader = {
  architecture: 'llama',
  name: 'small',
  parameters: 0,
  contextTokens: 64,
  vocabulary: 32,
  layers: 2,
  width: 32,
  feedForwardWidth: 32,
  heads: 2,
  kvHeads: 1,
  headWidth: 16,
  normEpsilon: 1e-5,
  rope: { theta: 10_000, scaling: null },
  tiedHead: true,
  licence: null,
  weightsType: 'F32',
}

const shapes: ReadonlyMap<string, readonly number[]> = new Map([
  ['model.embed_tokens.weight', [32, 32]],
  ...[0, 1].flatMap((layer) =>
    Object.entries({
      'input_layernorm.weight': [32],
      'self_attn.q_proj.weight': [32, 32],
      'self_attn.k_proj.weight': [16, 32],
      'self_attn.v_proj.weight': [16, 32],
      'self_attn.o_proj.weight': [32, 32],
      'post_attention_layernorm.weight': [32],
      'mlp.gate_proj.weight': [32, 32],
      'mlp.up_proj.weight': [32, 32],
      'mlp.down_proj.weight': [32, 32],
    }).map(([name, shape]): [string, readonly number[]] => [`model.layers.${layer}.${name}`, shape]),
  ),
  ['model.norm.weight', [32]],
])

/** Weights of these shapes, the same in every process. */
export const smallWeights = (of: ReadonlyMap<string, readonly number[]>): Weights => ({
  names: [...of.keys()],
  shape: (name) => of.get(name)!,
  type: () => 'F32',
  rows: (name, first, count) => {
    const width = of.get(name)!.at(-1)!
    const random = seededRandom(name.length + first)
    return Float32Array.from({ length: count * width }, () => random.uniform() - 0.5)
  },
})

/** What every recipe is tried on. */
export const smallModel: Model = {
  header,
  weights: smallWeights(shapes),
  tokenizer: {
    tokenizerJson: {},
    tokenizerConfig: {},
    chatTemplate: null,
    bosId: null,
    eosIds: [],
    addBos: false,
  },
}

const names = new Map<Precision, string>()

/** The name for one precision, the same in every process that runs this code. */
export function recipeName(precision: Precision): string {
  let name = names.get(precision)
  if (!name) {
    const hash = createHash('sha256').update(`layout ${layout}\n`)
    const sink = { write: (bytes: Uint8Array): void => void hash.update(bytes) }
    const target = { graph: sink, data: sink, dataName: 'small' }
    const signal = new AbortController().signal
    compile(smallModel, { precision, weightLimit: 63 }, target, () => undefined, signal)
    name = hash.digest('hex').slice(0, 16)
    names.set(precision, name)
  }
  return name
}
