import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { openGguf } from '../../../electron/inference/model-files.ts'
import { tokenizerFromGguf } from '../../../models/compiler/tokenizer-gguf.ts'
import { TextTokenizer } from '../../../models/decoding/tokenizer.ts'

interface Tiny {
  readonly tokens: readonly string[]
  readonly merges: readonly string[]
  readonly ids: readonly (readonly number[])[]
}
const fixture = JSON.parse(readFileSync(new URL('fixtures/tokenizer.json', import.meta.url), 'utf8')) as {
  readonly strings: readonly string[]
  readonly bundled: { readonly ids: readonly (readonly number[])[]; readonly texts: readonly string[] }
  readonly 'llama-bpe': Tiny
  readonly qwen2: Tiny
}

const folder = new URL('../../../resources/models/smollm2-135m-instruct/', import.meta.url)
const bundled = openGguf([0, 1].map((part) => new URL(`weights.gguf.part${part}`, folder).pathname))
const tokenizer = new TextTokenizer(bundled.model.tokenizer)
afterAll(() => bundled[Symbol.dispose]())

describe("the bundled model's tokenizer", () => {
  it('gives the ids of the reference for 447 texts, fuzz included', () => {
    expect(fixture.strings.length).toBeGreaterThan(400)
    for (const [index, text] of fixture.strings.entries())
      expect(tokenizer.encode(text), JSON.stringify(text)).toEqual(fixture.bundled.ids[index])
  })

  it('gives the texts of the reference for those ids', () => {
    for (const [index, ids] of fixture.bundled.ids.entries())
      expect(tokenizer.decode(ids)).toBe(fixture.bundled.texts[index])
  })

  it('never counts fewer tokens than its lower bound', () => {
    for (const text of fixture.strings)
      expect(tokenizer.fewestTokens(text)).toBeLessThanOrEqual(tokenizer.encode(text).length)
  })

  it('releases the same text piece by piece, and only whole characters', () => {
    for (const ids of fixture.bundled.ids) {
      const stream = tokenizer.stream()
      const pieces = ids.map((id) => stream.push(id))
      for (const piece of pieces) expect(piece).not.toMatch(/\p{Surrogate}/u)
      expect(pieces.join('') + stream.flush()).toBe(tokenizer.decode(ids))
    }
  })

  it('holds an emoji back until its last byte has come', () => {
    const ids = tokenizer.encode('\u{1fae0}')
    expect(ids.length).toBeGreaterThan(1)
    const stream = tokenizer.stream()
    expect(ids.map((id) => stream.push(id))).toEqual([...ids.slice(1).map(() => ''), '\u{1fae0}'])
  })

  it('releases an unfinished character as U+FFFD when no more tokens come', () => {
    const stream = tokenizer.stream()
    expect(stream.push(tokenizer.encode('\u{1fae0}')[0]!)).toBe('')
    expect(stream.flush()).toBe('\ufffd')
  })

  it('knows which tokens end a reply and which steer the model', () => {
    expect([...tokenizer.endIds]).toEqual(expect.arrayContaining([tokenizer.encode('<|im_end|>')[0]]))
    expect(tokenizer.controlTokens).toEqual(expect.arrayContaining(['<|im_start|>', '<|im_end|>']))
  })
})

describe.each(['llama-bpe', 'qwen2'] as const)('a tokenizer that splits text the way of %s', (pre) => {
  const { tokens, merges, ids } = fixture[pre]
  const source = tokenizerFromGguf(
    new Map<string, string | number | readonly string[] | readonly number[]>([
      ['tokenizer.ggml.model', 'gpt2'],
      ['tokenizer.ggml.pre', pre],
      ['tokenizer.ggml.tokens', tokens],
      ['tokenizer.ggml.token_type', tokens.map((token) => (/^<\|.*\|>$/.test(token) ? 3 : 1))],
      ['tokenizer.ggml.merges', merges],
      ['tokenizer.ggml.eos_token_id', 1],
    ]),
    tokens.length,
  )

  it('gives the ids of the reference', () => {
    const tiny = new TextTokenizer(source)
    for (const [index, expected] of ids.entries())
      expect(tiny.encode(fixture.strings[index]!), JSON.stringify(fixture.strings[index])).toEqual(expected)
  })
})

describe('a tokenizer of an unknown kind', () => {
  it('is refused with what to do next', () => {
    expect(
      () =>
        new TextTokenizer({
          tokenizerJson: { model: { type: 'Mystery' } },
          tokenizerConfig: {},
          bosId: null,
          eosIds: [],
        }),
    ).toThrow(/Choose another model/)
  })
})
