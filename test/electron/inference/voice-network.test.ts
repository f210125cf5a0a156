import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VoiceReader } from '../../../electron/inference/voice-reader.ts'
import { seededRandom } from '../../../models/core/random.ts'
import { drawnVoice } from '../../support/drawn-voice.ts'

const rate = 16_000
const resources = new URL('../../../resources', import.meta.url).pathname
let reader: VoiceReader

beforeAll(async () => {
  reader = await VoiceReader.open(resources)
})
afterAll(() => reader.dispose())

describe('the voice reader', () => {
  it('gives calibrated probabilities over its labels for any length of speech', async () => {
    for (const frames of [40, 188, 400]) {
      const probabilities = await reader.classify(new Float32Array(128 * frames).fill(0.4), frames)
      expect(probabilities).toHaveLength(6)
      expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
    }
  })

  it.each([
    ['silence', () => new Float32Array(3 * rate)],
    [
      'noise',
      () => {
        const random = seededRandom(3)
        return Float32Array.from({ length: 3 * rate }, () => 0.3 * (random.uniform() - 0.5))
      },
    ],
    ['a pure tone', () => Float32Array.from({ length: 3 * rate }, (_, n) => 0.3 * Math.sin(n * 0.17))],
    ['no sound at all', () => new Float32Array(0)],
  ])('reads nothing from %s', async (_name, samples) => {
    const { reading } = await reader.read(samples())
    expect(reading.kind).toBe('missing')
  })

  const drawn = (pitch: number): Float32Array => drawnVoice({ seconds: 3, rate, pitch, seed: 2 })

  it('says that two speak where two do, and nothing of the kind of one', async () => {
    const [low, high] = [drawn(110), drawn(190)]
    for (const one of [low, high])
      expect((await reader.read(one)).reading).toMatchObject({ kind: 'reading', quality: { reasons: [] } })
    const both = low.map((sample, index) => 0.6 * (sample + high[index]!))
    expect((await reader.read(both)).reading).toMatchObject({
      kind: 'reading',
      quality: { score: 0.5, reasons: ['several-voices'] },
    })
  })

  it('does not ask who speaks in what is too poor to be read', async () => {
    const [low, high] = [drawn(110), drawn(190)]
    const clipped = low.map((sample, index) => Math.min(1, Math.max(-1, 30 * (sample + high[index]!))))
    const { reading } = await reader.read(clipped)
    expect(reading.kind === 'missing' && reading.reasons).toContain('clipped')
    expect(reading.kind === 'missing' && reading.reasons).not.toContain('several-voices')
  })
})
