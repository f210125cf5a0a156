import { describe, expect, it } from 'vitest'
import { FailureError } from '../../../models/core/failure.ts'
import { readWav } from '../../../models/emotion/voice/wav.ts'
import { wav } from '../../support/wav.ts'

const tone = (count: number, rate: number): Float32Array =>
  Float32Array.from({ length: count }, (_, index) => 0.5 * Math.sin((2 * Math.PI * 440 * index) / rate))

describe('WAV files', () => {
  it('are read in every width of integer and float', () => {
    const samples = tone(800, 8000)
    for (const [bits, float, error] of [
      [8, false, 1 / 127],
      [16, false, 1 / 32767],
      [24, false, 1e-6],
      [32, false, 1e-6],
      [32, true, 0],
      [64, true, 0],
    ] as const) {
      const read = readWav(wav([samples], { rate: 8000, bits, float }))
      expect(read.rate).toBe(8000)
      expect(read.samples).toHaveLength(800)
      for (const [index, sample] of read.samples.entries())
        expect(Math.abs(sample - samples[index]!)).toBeLessThanOrEqual(error)
    }
  })

  it('have their channels averaged and other chunks passed over', () => {
    const left = tone(100, 16000)
    const bytes = wav([left, left.map((sample) => -sample / 2)], {
      rate: 48000,
      bits: 32,
      float: true,
      extra: true,
    })
    const read = readWav(bytes)
    expect(read.rate).toBe(48000)
    for (const [index, sample] of read.samples.entries()) expect(sample).toBeCloseTo(left[index]! / 4, 6)
  })

  it('end with the file when they claim more than there is', () => {
    const bytes = wav([tone(100, 8000)], { rate: 8000, bits: 16, float: false })
    expect(readWav(bytes.subarray(0, bytes.length - 21)).samples).toHaveLength(89)
  })

  it('are refused with a reason when they are none', () => {
    const good = wav([tone(100, 8000)], { rate: 8000, bits: 16, float: false })
    const altered = (at: number, ...values: number[]): Uint8Array => {
      const bytes = good.slice()
      bytes.set(values, at)
      return bytes
    }
    const nan = Float32Array.of(0, Number.NaN, 0)
    for (const [bytes, reason] of [
      [new Uint8Array(0), /does not begin/],
      [good.subarray(0, 30), /cut off|holds no sound/],
      [good.subarray(0, 44), /holds no sound/],
      [altered(20, 85, 0), /compressed \(format 85\)/],
      [altered(34, 12), /12 bits/],
      [altered(22, 0), /0 channels/],
      [altered(24, 1, 0, 0, 0), /1 samples per second/],
      [wav([nan], { rate: 8000, bits: 32, float: true }), /no numbers/],
    ] as const) {
      let message = ''
      try {
        readWav(bytes)
      } catch (error) {
        if (error instanceof FailureError) message = error.failure.message
      }
      expect(message).toMatch(reason)
    }
  })
})
