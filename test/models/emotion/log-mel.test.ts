import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { logMel } from '../../../models/emotion/voice/log-mel.ts'

interface Fixture {
  readonly every: number
  readonly frames: number
  readonly values: readonly number[]
}
const fixtures = JSON.parse(
  readFileSync(new URL('fixtures/log-mel.json', import.meta.url), 'utf8'),
) as Readonly<Record<'glide' | 'clicks', Fixture>>
const rate = 16_000

const glide = Float32Array.from({ length: rate }, (_, n) => {
  const t = n / rate
  const phase = 2 * Math.PI * (120 * t + 60 * t * t)
  let wave = 0
  for (let k = 1; k <= 10; k++) wave += Math.sin(k * phase) / k
  return 0.1 * wave * (0.2 + Math.sin(Math.PI * t) ** 2)
})
const clicks = Float32Array.from(
  { length: rate / 2 },
  (_, n) =>
    (n % 800 === 0 ? 0.5 : 0) + (n >= rate / 4 ? 0.001 * Math.sin((2 * Math.PI * 3000 * n) / rate) : 0),
)

describe('the log-mel spectrogram of the voice front end', () => {
  it.each([
    ['a gliding voice', glide, fixtures.glide],
    ['clicks over a faint tone', clicks, fixtures.clicks],
  ])('equals the reference of the training data for %s', (_, samples, fixture) => {
    const { values, frames } = logMel(samples)
    expect(frames).toBe(fixture.frames)
    const sampled = fixture.values.map((_value, index) => values[index * fixture.every]!)
    const worst = Math.max(...sampled.map((value, index) => Math.abs(value - fixture.values[index]!)))
    expect(worst).toBeLessThan(2e-4)
  })

  it('is the same for a louder and a softer recording', () => {
    const soft = logMel(glide.map((sample) => sample * 0.1))
    const loud = logMel(glide)
    const worst = Math.max(...loud.values.map((value, index) => Math.abs(value - soft.values[index]!)))
    expect(worst).toBeLessThan(1e-3)
  })

  it('is empty for digital silence', () => {
    expect(logMel(new Float32Array(4000)).values.every((value) => value === 0)).toBe(true)
  })
})
