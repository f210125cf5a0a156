import { describe, expect, it } from 'vitest'
import { MemorySource } from '../../../../models/core/bytes.ts'
import { openHeads } from '../../../../models/compiler/index.ts'
import { fixtureBytes } from '../../../support/models/compiler-fixtures.ts'
import { fixtureIdentity, headsModel } from '../../../support/models/open-heads.ts'

const { header } = headsModel()
const original = fixtureBytes('heads/clover.safetensors')

/** The file with its header changed and padded to its old length, as far as that is possible. */
function withHeader(change: (header: Record<string, Entry>) => void): Uint8Array {
  const length = Number(new DataView(original.buffer, original.byteOffset).getBigUint64(0, true))
  const parsed = JSON.parse(Buffer.from(original.subarray(8, 8 + length)).toString()) as Record<string, Entry>
  change(parsed)
  const text = Buffer.from(JSON.stringify(parsed))
  const prefix = Buffer.alloc(8)
  prefix.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([prefix, text, original.subarray(8 + length)])
}

type Entry = Record<string, string> & { shape?: number[] }

const open = (bytes: Uint8Array, identity = fixtureIdentity, changed: Partial<typeof header> = {}): unknown =>
  openHeads(new MemorySource(bytes), { ...header, ...changed }, identity)

describe('draft heads from a file', () => {
  it('say what they are', () => {
    expect(open(original)).toMatchObject({ kind: 'clover', count: 5, layers: 2, trained: 'not at all' })
    const { draftIds } = openHeads(new MemorySource(original), header, fixtureIdentity)
    expect([...draftIds.slice(0, 3)]).toEqual([3, 8, 13])
    expect(draftIds.length).toBe(60)
  })

  it('are refused for any other model than their own', () => {
    expect(() => open(original, 'another')).toThrow('belong to another model')
    expect(() => open(original, fixtureIdentity, { width: 64 })).toThrow('belong to another model')
    expect(() => open(original, fixtureIdentity, { feedForwardWidth: 96 })).toThrow('block.0.gate.weight')
    expect(() => open(original, fixtureIdentity, { vocabulary: 200 })).toThrow('that the model does not have')
  })

  it('are refused wherever their file is cut off', () => {
    for (let length = 0; length < original.length; length += 997)
      expect(() => open(original.subarray(0, length))).toThrow(/draft heads .*train-heads/)
  })

  it.each([
    [
      'a missing tensor',
      (h: Record<string, Entry>) => (h['elsewhere'] = h['first.weight']!),
      /first\.weight|damaged/,
    ],
    ['another format', (h: Record<string, Entry>) => (h['__metadata__']!['format'] = 'x'), /in a form/],
    ['an unknown kind', (h: Record<string, Entry>) => (h['__metadata__']!['kind'] = 'x'), /of a kind/],
    [
      'a left out part',
      (h: Record<string, Entry>) => (h['__metadata__']!['ablation'] = 'block'),
      /lack a part/,
    ],
    [
      'an impossible size',
      (h: Record<string, Entry>) => (h['__metadata__']!['heads'] = '99'),
      /impossible size/,
    ],
    ['no size', (h: Record<string, Entry>) => delete h['__metadata__']!['layers'], /do not say their layers/],
    ['a turned matrix', (h: Record<string, Entry>) => h['next.weight']!.shape!.reverse(), /next\.weight of/],
  ])('are refused for %s', (_what, change, message) => {
    const bytes = withHeader((parsed) => {
      change(parsed)
      if ('elsewhere' in parsed) delete parsed['first.weight']
    })
    expect(() => open(bytes)).toThrow(message)
  })
})
