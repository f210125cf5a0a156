import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  openSentenceEncoder,
  type LocalSentenceEncoder,
} from '../../../electron/inference/sentence-encoder.ts'
import { remembering, sentenceTokenizer, similarity } from '../../../models/embedding/sentence-encoder.ts'

const resources = new URL('../../../resources', import.meta.url).pathname
const fixtures = JSON.parse(
  readFileSync(new URL('../../models/embedding/fixtures/sentences.json', import.meta.url), 'utf8'),
) as readonly { sentence: string; ids: number[]; embedding: number[] }[]
const file = (name: string): string => readFileSync(`${resources}/models/sentence-encoder/${name}`, 'utf8')

let encoder: LocalSentenceEncoder
beforeAll(async () => {
  encoder = await openSentenceEncoder(resources)
})
afterAll(() => encoder.dispose())

describe('the sentence encoder', () => {
  it('cuts words into the tokens of the reference', () => {
    const tokenize = sentenceTokenizer(file('tokenizer.json'), file('tokenizer_config.json'))
    for (const { sentence, ids } of fixtures) expect(tokenize(sentence), sentence).toEqual(ids)
  })

  it('points where the unrounded reference points', async () => {
    const vectors = await encoder.encode(fixtures.map(({ sentence }) => sentence))
    for (const [index, { embedding, sentence }] of fixtures.entries())
      expect(similarity(vectors[index]!, Float32Array.from(embedding)), sentence).toBeGreaterThan(0.998)
  })

  it('gives a sentence the same vector alone and among longer ones', async () => {
    const [alone] = await encoder.encode(['No fever.'])
    const among = await encoder.encode(['A much longer sentence about a cough at night.', 'No fever.'])
    expect(similarity(alone!, among[1]!)).toBeGreaterThan(0.99999)
  })

  it('finds the paraphrase nearer than the stranger', async () => {
    const [question, paraphrase, stranger] = await encoder.encode([
      'When did the pain begin?',
      'When did it start hurting?',
      'Is anyone in the family diabetic?',
    ])
    expect(similarity(question!, paraphrase!)).toBeGreaterThan(similarity(question!, stranger!) + 0.2)
  })

  it('takes empty, very long and foreign text', async () => {
    const vectors = await encoder.encode(['', 'word '.repeat(3000), '咳嗽三天'])
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 4)
  })

  it('asks the network once for a sentence it remembers', async () => {
    let asked = 0
    const remembered = remembering(
      {
        width: 2,
        encode: (sentences) => {
          asked += sentences.length
          return Promise.resolve(sentences.map(() => Float32Array.of(1, 0)))
        },
      },
      2,
    )
    await remembered.encode(['a', 'b', 'a'])
    expect(await remembered.encode(['a', 'b'])).toHaveLength(2)
    expect(asked).toBe(2)
    await remembered.encode(['c'])
    await remembered.encode(['a'])
    expect(asked).toBe(4)
  })
})
