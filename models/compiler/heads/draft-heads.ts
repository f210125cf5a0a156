/** Trained draft heads as their file holds them, checked against the model that they guess for. */
import type { ByteSource } from '../../core/bytes.ts'
import { fail, FailureError } from '../../core/failure.ts'
import { type SafetensorsFile, readSafetensors } from '../safetensors.ts'
import type { ModelHeader, Weights } from '../shapes.ts'
import { type Placed, storedWeights } from '../stored-weights.ts'
import { guessesPerRow } from './heads-interface.ts'

export type HeadsKind = 'clover' | 'medusa'

export interface DraftHeads {
  readonly kind: HeadsKind
  /** Heads trained: tokens guessed ahead. */
  readonly count: number
  /** Clover: layers of the Augmenting Block. Medusa: residual blocks per head. */
  readonly layers: number
  /** Token ids that can be guessed, ascending, [V']. */
  readonly draftIds: Int32Array
  readonly weights: Weights
  /** How they were trained, in a few words. */
  readonly trained: string
}

const format = 'consilium-heads/1'
/** More than any heads have; files that claim more are damaged. */
const most = { count: 16, layers: 8 }

/**
 * Reads heads and checks every tensor's shape. Throws a FailureError, `model-invalid`, for a damaged file and
 * for heads of another model.
 *
 * @param header of the model to guess for
 * @param model its identity, as the heads' file names it
 */
export function openHeads(source: ByteSource, header: ModelHeader, model: string): DraftHeads {
  const file = readFile(source)
  const fact = (name: string): string => file.metadata.get(name) ?? refuse(`do not say their ${name}`)
  if (fact('format') !== format) refuse('are in a form that this version does not know')
  const kind = fact('kind')
  if (kind !== 'clover' && kind !== 'medusa') return refuse('are of a kind that this version does not know')
  if (fact('model') !== model) foreign()
  if (fact('width') !== String(header.width)) foreign()
  if ((file.metadata.get('ablation') ?? 'none') !== 'none')
    refuse('lack a part, as heads made for comparison do')
  const count = whole(fact('heads'), most.count)
  const layers = whole(fact('layers'), most.layers)
  const tensors = new Map<string, Placed>()
  for (const tensor of file.tensors) tensors.set(tensor.name, { ...tensor, source, interleavedHeads: null })
  const draftIds = readDraftIds(tensors, header.vocabulary)
  const weights = storedWeights(tensors)
  const shapes = kind === 'clover' ? cloverShapes(header, layers) : medusaShapes(header, count, layers)
  for (const [name, shape] of shapes) {
    const stored = tensors.get(name)?.shape ?? refuse(`have no ${name}`)
    if (stored.join() !== shape.join())
      refuse(`have ${name} of ${stored.join(' x ')} instead of ${shape.join(' x ')}`)
  }
  return { kind, count, layers, draftIds, weights, trained: file.metadata.get('trained') ?? '' }
}

/** Heads that cannot be used, and what to do. */
export function refuse(what: string): never {
  return fail(
    'model-invalid',
    `The draft heads ${what}. Replies are the same without them, only slower; make them again with \`train-heads\`.`,
  )
}

function foreign(): never {
  return refuse('belong to another model')
}

function readFile(source: ByteSource): SafetensorsFile {
  try {
    return readSafetensors(source)
  } catch (error) {
    if (error instanceof FailureError) return refuse('are damaged')
    throw error
  }
}

function whole(text: string, limit: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN
  return value >= 1 && value <= limit ? value : refuse('have an impossible size')
}

function readDraftIds(tensors: ReadonlyMap<string, Placed>, vocabulary: number): Int32Array {
  const stored = tensors.get('draft_ids')
  const length = stored?.shape[0] ?? 0
  if (stored?.type !== 'I32' || stored.shape.length !== 1 || length < guessesPerRow || length > vocabulary)
    return refuse('do not say which tokens they guess')
  const bytes = stored.source.read(stored.offset, stored.bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const ids = Int32Array.from({ length }, (_, i) => view.getInt32(4 * i, true))
  if (ids[0]! < 0 || ids.at(-1)! >= vocabulary || ids.some((id, i) => i > 0 && id <= ids[i - 1]!))
    refuse('name tokens that the model does not have')
  return ids
}

function attentionShapes(at: string, d: number): readonly (readonly [string, readonly number[]])[] {
  return [
    [`${at}.norm`, [d]],
    ...['query', 'key', 'value'].flatMap((part): [string, number[]][] => [
      [`${at}.${part}.weight`, [d, d]],
      [`${at}.${part}.bias`, [d]],
    ]),
  ]
}

function cloverShapes(
  { width: d, feedForwardWidth, heads, kvHeads, headWidth }: ModelHeader,
  layers: number,
): readonly (readonly [string, readonly number[]])[] {
  const blocks = Array.from({ length: layers }, (_, layer) =>
    Object.entries({
      attention_norm: [d],
      'query.weight': [heads * headWidth, d],
      'key.weight': [kvHeads * headWidth, d],
      'value.weight': [kvHeads * headWidth, d],
      'output.weight': [d, heads * headWidth],
      feed_forward_norm: [d],
      'gate.weight': [feedForwardWidth, d],
      'up.weight': [feedForwardWidth, d],
      'down.weight': [d, feedForwardWidth],
    }).map(([part, shape]): readonly [string, readonly number[]] => [`block.${layer}.${part}`, shape]),
  )
  return [
    ['other', [d]],
    ...attentionShapes('first_attention', d),
    ...attentionShapes('next_attention', d),
    ...blocks.flat(),
    ['block_norm', [d]],
    ['first.weight', [d, d]],
    ['first.bias', [d]],
    ['next.weight', [d, 2 * d]],
    ['next.bias', [d]],
    ['output_norm', [d]],
  ]
}

function medusaShapes(
  { width: d }: ModelHeader,
  count: number,
  layers: number,
): readonly (readonly [string, readonly number[]])[] {
  return Array.from({ length: count * layers }, (_, at) => {
    const name = `heads.${Math.floor(at / layers)}.${at % layers}`
    return [
      [`${name}.weight`, [d, d]],
      [`${name}.bias`, [d]],
    ] as const
  }).flat()
}
