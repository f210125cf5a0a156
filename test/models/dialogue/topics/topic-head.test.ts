import { describe, expect, it } from 'vitest'
import { openSentenceEncoder } from '../../../../electron/inference/sentence-encoder.ts'
import { resourcesFolder } from '../../../../electron/resources.ts'
import { openTopicHead } from '../../../../electron/topic-files.ts'
import { attentiveTopicReader, TopicHead, type HeadInput } from '../../../../models/dialogue/topics/index.ts'

const description = {
  topics: ['fever', 'sleep'],
  width: 1,
  hidden: 2,
  enough: 0.5,
  confirmed: 0.3,
  partly: 0.8,
  least: 0.2,
}

/**
 * One hidden unit passes the vector on, the other what the rules read of fever; sleep follows the first, fever the
 * second.
 */
const weights = (bias: number): Float32Array =>
  Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, bias, bias])
const head = TopicHead.parse(description, weights(-1), 'head.json')
const meaning = (value: number): Float32Array => Float32Array.from([value])
const input = (value: number, ...rules: readonly string[]): HeadInput => ({
  vector: meaning(value),
  rules: new Set(rules),
})
const read = (from: TopicHead, whole: HeadInput, ...parts: readonly HeadInput[]): readonly string[] =>
  from.topics(whole, parts).map(({ topic }) => topic)

describe('the topic head', () => {
  it('says what a sentence means, and what the rules read, the likeliest first', () => {
    expect(read(head, input(1))).toEqual(['sleep'])
    expect(read(head, input(0, 'fever'))).toEqual(['fever'])
    expect(read(head, input(1, 'fever'))).toEqual(['sleep', 'fever'])
  })

  it('takes the likeliest where none is likely enough, and none where nothing is', () => {
    expect(read(head, input(0.05))).toEqual(['sleep'])
    expect(read(TopicHead.parse(description, weights(-5), 'head.json'), input(0.05))).toEqual([])
  })

  it('is content with less where the rules read the topic too, and drops it where it strongly disagrees', () => {
    const lessSure = TopicHead.parse(description, weights(-2.5), 'head.json')
    // Fever comes to .38 by the rules' word alone, sleep to .38 by the vector alone: enough for a confirmed one only.
    expect(read(lessSure, input(0.25, 'fever'))).toEqual(['fever'])
    expect(read(TopicHead.parse(description, weights(-3), 'head.json'), input(0.5, 'fever'))).toEqual([
      'sleep',
    ])
  })

  it('hears what a part asks that the whole hides, where it is very likely there', () => {
    expect(read(head, input(0, 'fever'), input(1))).toEqual(['sleep', 'fever'])
    expect(read(head, input(0, 'fever'), input(0.2))).toEqual(['fever'])
  })

  it('refuses a description that is none, and weights that do not fit it', () => {
    expect(() => TopicHead.parse({ ...description, topics: ['weather'] }, weights(0), 'head.json')).toThrow(
      'head.json',
    )
    expect(() => TopicHead.parse(description, new Float32Array(3), 'head.json')).toThrow(
      '3 weights where 14 belong',
    )
  })
})

describe('the attentive reader', () => {
  const silent = {
    width: 1,
    encode: (sentences: readonly string[]) => Promise.resolve(sentences.map(() => meaning(1))),
  }
  const reader = attentiveTopicReader(head, silent)

  it('reads nothing into what asks for nothing, for the file or for a diagnosis', async () => {
    for (const turn of ['Thank you, that is helpful.', 'Read me your file.', 'Is it asthma, do you think?'])
      expect(await reader.topics(turn)).toEqual([])
  })

  it('answers only to what is sure', async () => {
    expect((await reader.understand('Are you getting your eight hours?')).sure).toEqual(['sleep'])
    const doubting = attentiveTopicReader(head, {
      width: 1,
      encode: (sentences) => Promise.resolve(sentences.map(() => meaning(0.15))),
    })
    expect((await doubting.topics('Are you getting your eight hours?')).map(({ topic }) => topic)).toEqual([
      'sleep',
    ])
    expect((await doubting.understand('Are you getting your eight hours?')).sure).toEqual([])
  })

  it('understands words that no rule names, with the bundled head', async () => {
    const encoder = await openSentenceEncoder(resourcesFolder())
    try {
      const { topics } = attentiveTopicReader(openTopicHead(resourcesFolder()), encoder)
      const asked = async (turn: string) => (await topics(turn)).map(({ topic }) => topic)
      expect(await asked('Are you managing to get through the night without waking?')).toContain('sleep')
      expect(await asked('Has anybody in the clan had the same trouble?')).toContain('family-history')
    } finally {
      await encoder.dispose()
    }
  })
})
