import { describe, expect, it } from 'vitest'
import { compile, type Model, openModel } from '../../../models/compiler/index.ts'
import { readGguf } from '../../../models/compiler/gguf.ts'
import { readSafetensors } from '../../../models/compiler/safetensors.ts'
import { MemorySource } from '../../../models/core/bytes.ts'
import { type Failure, FailureError } from '../../../models/core/failure.ts'
import { type Random, seededRandom } from '../../../models/core/random.ts'
import { fixtureBytes, fixtureText } from '../../support/models/compiler-fixtures.ts'

const allowed = ['model-invalid', 'model-unsupported', 'model-too-large']

/** The failure of an action, or null; anything but a FailureError is a bug and thrown on. */
function failureOf(action: () => unknown): Failure | null {
  try {
    action()
    return null
  } catch (error) {
    if (error instanceof FailureError) return error.failure
    throw error
  }
}

const openGguf = (bytes: Uint8Array): Model => openModel({ kind: 'gguf', file: new MemorySource(bytes) })

const openSafetensors = (bytes: Uint8Array, config = fixtureText('qwen3/config.json')): Model =>
  openModel({
    kind: 'safetensors',
    config,
    tokenizer: fixtureText('qwen3/tokenizer.json'),
    tokenizerConfig: null,
    generationConfig: null,
    chatTemplate: null,
    weights: [new MemorySource(bytes)],
  })

const nowhere = { write: (): void => undefined }

/** Opens and, where that succeeds, compiles: weights are part of the file too. */
function use(open: () => Model): void {
  const target = { graph: nowhere, data: nowhere, dataName: 'data' }
  compile(
    open(),
    { precision: 'row8', weightLimit: 63 },
    target,
    () => undefined,
    new AbortController().signal,
  )
}

const interesting = [0, 1, 0x7f, 0x80, 0xff]

function mutated(original: Uint8Array, headerBytes: number, random: Random): Uint8Array {
  const bytes = original.slice()
  const view = new DataView(bytes.buffer)
  // Mostly the header: the rest are weights, where a flipped bit is another sound model.
  const place = (): number => random.below(random.uniform() < 0.9 ? headerBytes : bytes.length)
  switch (random.below(6)) {
    case 0:
      bytes[place()] = random.below(256)
      return bytes
    case 1: {
      const at = place()
      bytes[at] = (bytes[at] as number) ^ (1 << random.below(8))
      return bytes
    }
    case 2: {
      const at = Math.min(place(), bytes.length - 8)
      for (let i = 0; i < 8; i++) bytes[at + i] = interesting[random.below(5)] as number
      return bytes
    }
    case 3:
      view.setBigUint64(
        Math.min(place(), bytes.length - 8),
        BigInt(random.below(2 ** 31)) << BigInt(random.below(33)),
        true,
      )
      return bytes
    case 4:
      return bytes.subarray(0, place())
    default: {
      const [from, to] = [place(), place()]
      bytes.copyWithin(to, from, from + 1 + random.below(64))
      return bytes
    }
  }
}

describe('2,000 seeded mutations', () => {
  const cases: readonly [string, string, (bytes: Uint8Array) => Model, number][] = [
    ['GGUF', 'llama3/model.gguf', openGguf, 11_000],
    ['safetensors', 'qwen3/model.safetensors', openSafetensors, 2_200],
  ]
  it.each(cases)(
    'of a %s file are a model or a failure that says what to do',
    (_kind, file, open, headerBytes) => {
      const original = fixtureBytes(file)
      const random = seededRandom(2024)
      const outcomes = { models: 0, failures: 0 }
      for (let i = 0; i < 1000; i++) {
        const bytes = mutated(original, headerBytes, random)
        const failure = failureOf(() => use(() => open(bytes)))
        if (failure === null) outcomes.models++
        else {
          outcomes.failures++
          expect(allowed).toContain(failure.code)
          expect(failure.message).toMatch(/(again|Choose) ?/)
          expect(failure.message.length).toBeLessThan(500)
        }
      }
      expect(outcomes.models).toBeGreaterThan(20)
      expect(outcomes.failures).toBeGreaterThan(400)
    },
    300_000,
  )
})

/** A GGUF header written by hand. */
class Header {
  readonly #bytes: number[] = []
  u32(value: number): this {
    this.#bytes.push(...new Uint8Array(Uint32Array.of(value).buffer))
    return this
  }
  u64(value: bigint): this {
    this.#bytes.push(...new Uint8Array(BigUint64Array.of(value).buffer))
    return this
  }
  text(value: string): this {
    this.u64(BigInt(value.length))
    this.#bytes.push(...new TextEncoder().encode(value))
    return this
  }
  start(tensors: bigint, entries: bigint): this {
    return this.u32(0x46554747).u32(3).u64(tensors).u64(entries)
  }
  source(padding = 256): MemorySource {
    return new MemorySource(Uint8Array.from([...this.#bytes, ...new Uint8Array(padding)]))
  }
}

describe('a hostile GGUF header', () => {
  const huge = 2n ** 63n
  const cases: readonly [string, string, Header][] = [
    ['a tensor count beyond all numbers', 'model-invalid', new Header().start(huge, 0n)],
    ['an entry count beyond the file', 'model-invalid', new Header().start(0n, 4000n)],
    ['a key that is longer than the file', 'model-invalid', new Header().start(0n, 1n).u64(60_000n)],
    [
      'a text that claims petabytes',
      'model-invalid',
      new Header()
        .start(0n, 1n)
        .text('k')
        .u32(8)
        .u64(2n ** 50n),
    ],
    [
      'an array of four billion numbers',
      'model-invalid',
      new Header()
        .start(0n, 1n)
        .text('k')
        .u32(9)
        .u32(4)
        .u64(2n ** 32n),
    ],
    [
      'arrays inside arrays',
      'model-unsupported',
      new Header().start(0n, 1n).text('k').u32(9).u32(9).u64(1n).u32(9).u64(1n),
    ],
    ['an unknown kind of value', 'model-invalid', new Header().start(0n, 1n).text('k').u32(77)],
    ['a tensor of nine dimensions', 'model-invalid', new Header().start(1n, 0n).text('t').u32(9)],
    [
      'a shape whose product leaves all numbers',
      'model-too-large',
      new Header()
        .start(1n, 0n)
        .text('t')
        .u32(4)
        .u64(2n ** 40n)
        .u64(2n ** 40n)
        .u64(2n ** 40n)
        .u64(2n ** 40n)
        .u32(0)
        .u64(0n),
    ],
    [
      'an empty dimension',
      'model-invalid',
      new Header().start(1n, 0n).text('t').u32(1).u64(0n).u32(0).u64(0n),
    ],
    [
      'an unknown tensor type',
      'model-unsupported',
      new Header().start(1n, 0n).text('t').u32(1).u64(8n).u32(99).u64(0n),
    ],
    [
      'a tensor beyond the end',
      'model-invalid',
      new Header()
        .start(1n, 0n)
        .text('t')
        .u32(1)
        .u64(8n)
        .u32(0)
        .u64(2n ** 40n),
    ],
    [
      'an offset that is not aligned',
      'model-invalid',
      new Header().start(1n, 0n).text('t').u32(1).u64(1n).u32(0).u64(4n),
    ],
    [
      'tensors that overlap',
      'model-invalid',
      new Header()
        .start(2n, 0n)
        .text('a')
        .u32(1)
        .u64(16n)
        .u32(0)
        .u64(0n)
        .text('b')
        .u32(1)
        .u64(16n)
        .u32(0)
        .u64(32n),
    ],
    [
      'two tensors of one name',
      'model-invalid',
      new Header()
        .start(2n, 0n)
        .text('a')
        .u32(1)
        .u64(4n)
        .u32(0)
        .u64(0n)
        .text('a')
        .u32(1)
        .u64(4n)
        .u32(0)
        .u64(32n),
    ],
    [
      'rows that are not whole blocks',
      'model-invalid',
      new Header().start(1n, 0n).text('t').u32(1).u64(33n).u32(8).u64(0n),
    ],
    ['the other byte order', 'model-unsupported', new Header().u32(0x46554747).u32(0x03000000)],
    ['a version from the future', 'model-unsupported', new Header().u32(0x46554747).u32(4)],
  ]
  it.each(cases)('with %s is refused as %s', (_what, code, header) => {
    expect(failureOf(() => readGguf(header.source()))?.code).toBe(code)
  })
})

function safetensors(header: unknown, dataBytes = 64): MemorySource {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + json.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
  bytes.set(json, 8)
  return new MemorySource(bytes)
}

describe('a hostile safetensors header', () => {
  const tensor = (shape: unknown, offsets: unknown, dtype: unknown = 'F32'): object => ({
    dtype,
    shape,
    data_offsets: offsets,
  })
  const cases: readonly [string, string, MemorySource][] = [
    ['nesting that would exhaust the stack', 'model-invalid', safetensors('['.repeat(100_000))],
    ['no JSON', 'model-invalid', safetensors('{"a":')],
    ['an unknown type', 'model-unsupported', safetensors({ t: tensor([16], [0, 64], 'F8_E4M3') })],
    ['a shape that does not fill its bytes', 'model-invalid', safetensors({ t: tensor([15], [0, 64]) })],
    [
      'a shape beyond all numbers',
      'model-too-large',
      safetensors({ t: tensor([2 ** 52, 2 ** 52], [0, 64]) }),
    ],
    ['fractions of elements', 'model-invalid', safetensors({ t: tensor([1.5], [0, 64]) })],
    ['an end before its begin', 'model-invalid', safetensors({ t: tensor([16], [64, 0]) })],
    ['a tensor beyond the end', 'model-invalid', safetensors({ t: tensor([32], [0, 128]) })],
    [
      'tensors that overlap',
      'model-invalid',
      safetensors({ a: tensor([16], [0, 64]), b: tensor([16], [0, 64]) }),
    ],
    ['bytes that belong to none', 'model-invalid', safetensors({ a: tensor([8], [0, 32]) })],
    ['no tensors', 'model-invalid', safetensors({}, 0)],
    [
      'metadata that is not text',
      'model-invalid',
      safetensors({ __metadata__: { a: 1 }, t: tensor([16], [0, 64]) }),
    ],
  ]
  it.each(cases)('with %s is refused as %s', (_what, code, source) => {
    expect(failureOf(() => readSafetensors(source))?.code).toBe(code)
  })

  it('that claims more than ten megabytes is not read', () => {
    const bytes = new Uint8Array(64)
    new DataView(bytes.buffer).setBigUint64(0, 10_000_001n, true)
    let most = 0
    const source = {
      size: 100_000_000,
      read: (offset: number, length: number): Uint8Array => {
        most = Math.max(most, length)
        return bytes.subarray(offset, offset + length)
      },
    }
    expect(failureOf(() => readSafetensors(source))?.code).toBe('model-invalid')
    expect(most).toBeLessThan(100)
  })
})

describe('a file that is no usable model', () => {
  it('is refused when it is something else', () => {
    for (const bytes of [
      new Uint8Array(0),
      new Uint8Array(3),
      new TextEncoder().encode('%PDF-1.7 and so on'),
    ])
      expect(failureOf(() => openGguf(bytes))?.code).toBe('model-invalid')
  })

  it('names an unknown architecture', () => {
    const config = fixtureText('qwen3/config.json').replace('"model_type": "qwen3"', '"model_type": "mamba"')
    const failure = failureOf(() => openSafetensors(fixtureBytes('qwen3/model.safetensors'), config))
    expect(failure?.code).toBe('model-unsupported')
    expect(failure?.message).toContain('mamba')
  })

  it('names the tensor whose weights are not numbers', () => {
    const bytes = fixtureBytes('qwen3/model.safetensors').slice()
    bytes.set([0x00, 0x7e], bytes.length - 2)
    const failure = failureOf(() => use(() => openSafetensors(bytes)))
    expect(failure?.code).toBe('model-invalid')
    expect(failure?.message).toContain('tensor')
  })

  it('is refused when its sizes contradict its tensors', () => {
    for (const [from, to] of [
      ['"hidden_size": 32', '"hidden_size": 64'],
      ['"num_hidden_layers": 2', '"num_hidden_layers": 3'],
      ['"num_key_value_heads": 2', '"num_key_value_heads": 3'],
      ['"head_dim": 16', '"head_dim": 15'],
      ['"rms_norm_eps": 1e-05', '"rms_norm_eps": -1'],
    ] as const) {
      const config = fixtureText('qwen3/config.json').replace(from, to)
      expect(config).toContain(to)
      expect(failureOf(() => openSafetensors(fixtureBytes('qwen3/model.safetensors'), config))?.code).toBe(
        'model-invalid',
      )
    }
  })
})
