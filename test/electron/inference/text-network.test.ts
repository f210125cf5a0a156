import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TextReader } from '../../../electron/inference/text-reader.ts'
import { emotions, strongest } from '../../../models/emotion/reading.ts'

const resources = new URL('../../../resources', import.meta.url).pathname
const fixtures = JSON.parse(
  readFileSync(new URL('../../models/emotion/fixtures/text-emotion.json', import.meta.url), 'utf8'),
) as readonly { text: string; probabilities: readonly number[] }[]

let reader: TextReader
beforeAll(async () => {
  reader = await TextReader.open(resources)
})
afterAll(() => reader.dispose())

describe('the text network', () => {
  it('gives the probabilities of the unrounded network in PyTorch', async () => {
    const readings = await reader.read(fixtures.map(({ text }) => text))
    for (const [index, { text, probabilities }] of fixtures.entries()) {
      const reading = readings[index]!
      if (reading.kind === 'missing') throw new Error(`Nothing was read from: ${text}`)
      for (const [place, emotion] of emotions.entries())
        expect(Math.abs(reading.scores[emotion] - probabilities[place]!), `${text} ${emotion}`).toBeLessThan(
          0.05,
        )
    }
  })

  it('keeps the order of texts, those that cannot be read among them', async () => {
    const readings = await reader.read([
      'I am so glad it is over.',
      '',
      'I am terrified of the operation and cannot sleep.',
      'Me duele mucho la cabeza.',
    ])
    expect(
      readings.map((reading) => (reading.kind === 'missing' ? null : strongest(reading.scores))),
    ).toEqual(['happy', null, 'worried', null])
  })

  it('reads a text alone as among others', async () => {
    const [alone] = await reader.read(['Nobody ever calls me back.'])
    const among = await reader.read(['Nobody ever calls me back.', 'It began on Monday. '.repeat(9)])
    if (alone?.kind !== 'reading' || among[0]?.kind !== 'reading') throw new Error('Nothing was read.')
    for (const emotion of emotions) expect(among[0].scores[emotion]).toBeCloseTo(alone.scores[emotion], 4)
  })

  it('mixes the moods of a long account and says that it is long', async () => {
    const [reading] = await reader.read([
      `${'I was so afraid of the result, I could not sleep at all and I cried. '.repeat(6)}${'Now I am so happy and grateful that it is over, thank you! '.repeat(6)}`,
    ])
    if (reading?.kind !== 'reading') throw new Error('Nothing was read.')
    expect(reading.quality.reasons).toEqual(['long'])
    expect(Math.max(...Object.values(reading.scores))).toBeLessThan(0.8)
    expect(reading.scores.happy).toBeGreaterThan(0.2)
  })
})
