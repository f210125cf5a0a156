import { describe, expect, it } from 'vitest'
import { prosody } from '../../../models/emotion/voice/prosody.ts'
import { seededRandom } from '../../../models/core/random.ts'

const rate = 16_000
const voice = (hertz: (t: number) => number, level = 0.1): Float32Array => {
  let phase = 0
  return Float32Array.from({ length: rate }, (_, n) => {
    phase += (2 * Math.PI * hertz(n / rate)) / rate
    let wave = 0
    for (let k = 1; k <= 8; k++) wave += Math.sin(k * phase) / k
    return level * wave
  })
}

describe('prosody', () => {
  it.each([80, 120, 210, 330])('finds a pitch of %i Hz within two per cent', (hertz) => {
    const { pitch, voiced } = prosody(voice(() => hertz))
    expect(voiced).toBeGreaterThan(0.95)
    expect(Math.abs(pitch! / hertz - 1)).toBeLessThan(0.02)
  })

  it('tells a lively voice from a flat one', () => {
    const flat = prosody(voice(() => 150))
    const lively = prosody(voice((t) => 150 * 2 ** (0.5 * Math.sin(2 * Math.PI * 2 * t))))
    expect(flat.pitchSpread).toBeLessThan(0.5)
    expect(lively.pitchSpread).toBeGreaterThan(4)
  })

  it('measures the level in decibels of full scale', () => {
    const louder = prosody(voice(() => 150, 0.2)).level!
    const softer = prosody(voice(() => 150, 0.1)).level!
    expect(louder - softer).toBeCloseTo(6.02, 1)
  })

  it('hears no voice in noise and in silence', () => {
    const random = seededRandom(5)
    const noise = prosody(Float32Array.from({ length: rate }, () => 0.2 * (random.uniform() - 0.5)))
    expect(noise.voiced).toBeLessThan(0.05)
    expect(prosody(new Float32Array(rate))).toMatchObject({ voiced: 0, pitch: null, level: null })
  })

  it('counts syllable-like rises', () => {
    const syllables = voice(() => 140).map(
      (sample, n) => sample * Math.max(0.01, Math.sin(2 * Math.PI * 2 * (n / rate)) ** 2),
    )
    expect(prosody(syllables).rate).toBeGreaterThanOrEqual(3)
    expect(prosody(syllables).rate).toBeLessThanOrEqual(5)
  })
})
