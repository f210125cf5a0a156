/** Random draft heads on disk for the tiny model of tiny-model.ts, as the trainer writes them. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { seededRandom } from '../../models/core/random.ts'

const width = 64
const feedForward = 96
const kvWidth = 32

type Shapes = readonly (readonly [name: string, ...sides: number[]])[]

const attention = (at: string): Shapes => [
  [`${at}.norm`, width],
  ...['query', 'key', 'value'].flatMap((part): Shapes => [
    [`${at}.${part}.weight`, width, width],
    [`${at}.${part}.bias`, width],
  ]),
]

const shapes: Readonly<Record<'clover' | 'medusa', Shapes>> = {
  clover: [
    ['other', width],
    ...attention('first_attention'),
    ...attention('next_attention'),
    ['block.0.attention_norm', width],
    ['block.0.query.weight', width, width],
    ['block.0.key.weight', kvWidth, width],
    ['block.0.value.weight', kvWidth, width],
    ['block.0.output.weight', width, width],
    ['block.0.feed_forward_norm', width],
    ['block.0.gate.weight', feedForward, width],
    ['block.0.up.weight', feedForward, width],
    ['block.0.down.weight', width, feedForward],
    ['block_norm', width],
    ['first.weight', width, width],
    ['first.bias', width],
    ['next.weight', width, 2 * width],
    ['next.bias', width],
    ['output_norm', width],
  ],
  medusa: [0, 1, 2].flatMap((head): Shapes => [
    [`heads.${head}.0.weight`, width, width],
    [`heads.${head}.0.bias`, width],
  ]),
}

/**
 * @param model identity of the model that they say they belong to
 * @param draftIds tokens that they guess
 */
export function writeTinyHeads(
  path: string,
  kind: 'clover' | 'medusa',
  model: string,
  draftIds: readonly number[],
): void {
  const random = seededRandom(7)
  const header: Record<string, unknown> = {
    __metadata__: {
      format: 'consilium-heads/1',
      kind,
      model,
      width: String(width),
      heads: '3',
      layers: '1',
      ablation: 'none',
      trained: 'not at all',
    },
  }
  const parts: Buffer[] = []
  let offset = 0
  const add = (name: string, dtype: string, shape: readonly number[], bytes: Buffer): void => {
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes.length] }
    offset += bytes.length
    parts.push(bytes)
  }
  add('draft_ids', 'I32', [draftIds.length], Buffer.from(Int32Array.from(draftIds).buffer))
  for (const [name, ...shape] of shapes[kind]) {
    const length = shape.reduce((product, side) => product * side, 1)
    const values = Float32Array.from({ length }, () =>
      shape.length === 1 ? 1 : (random.uniform() - 0.5) / Math.sqrt(width),
    )
    add(name, 'F32', shape, Buffer.from(values.buffer))
  }
  const json = Buffer.from(JSON.stringify(header))
  const prefix = Buffer.alloc(8)
  prefix.writeBigUInt64LE(BigInt(json.length))
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, Buffer.concat([prefix, json, ...parts]))
}
