/** A name for how this version compiles draft heads: the hash of what it makes of small ones. */
import { createHash } from 'node:crypto'
import { compileHeads, headGraphs, type DraftHeads } from '../../../models/compiler/index.ts'
import { smallModel, smallWeights } from '../recipe.ts'
import { headsKinds } from './heads-files.ts'

/** Changes in how compiled heads are kept, which the small ones cannot show. */
const layout = 1

const width = smallModel.header.width
const square = [width, width]
const attention = (at: string): Record<string, readonly number[]> => ({
  [`${at}.norm`]: [width],
  ...Object.fromEntries(
    ['query', 'key', 'value'].flatMap((part) => [
      [`${at}.${part}.weight`, square],
      [`${at}.${part}.bias`, [width]],
    ]),
  ),
})

const shapes: Readonly<Record<string, readonly number[]>> = {
  other: [width],
  ...attention('first_attention'),
  ...attention('next_attention'),
  'block.0.attention_norm': [width],
  'block.0.query.weight': square,
  'block.0.key.weight': [width / 2, width],
  'block.0.value.weight': [width / 2, width],
  'block.0.output.weight': square,
  'block.0.feed_forward_norm': [width],
  'block.0.gate.weight': square,
  'block.0.up.weight': square,
  'block.0.down.weight': square,
  block_norm: [width],
  'first.weight': square,
  'first.bias': [width],
  'next.weight': [width, 2 * width],
  'next.bias': [width],
  output_norm: [width],
  'heads.0.0.weight': square,
  'heads.0.0.bias': [width],
}

let name: string | null = null

/** The same in every process that runs this code. */
export function headsRecipeName(): string {
  if (name !== null) return name
  const hash = createHash('sha256').update(`layout ${layout}\n`)
  const sink = { write: (bytes: Uint8Array): void => void hash.update(bytes) }
  const signal = new AbortController().signal
  for (const kind of headsKinds) {
    const draftIds = Int32Array.from({ length: 16 }, (_, i) => 2 * i)
    const heads: DraftHeads = {
      kind,
      count: 1,
      layers: 1,
      draftIds,
      weights: smallWeights(new Map(Object.entries(shapes))),
      trained: '',
    }
    for (const graph of headGraphs[kind])
      compileHeads(
        graph,
        heads,
        smallModel,
        { precision: 'fast', weightLimit: 63, maxPositions: 64, adapter: null },
        { graph: sink, data: sink, dataName: 'small' },
        () => undefined,
        signal,
      )
  }
  return (name = hash.digest('hex').slice(0, 16))
}
