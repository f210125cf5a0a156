/** Sounds spoilt in known ways, mono at 16 kHz, to measure that what cannot be heard is not read. */
import type { Random } from '../../core/random.ts'
import { voiceFrontEnd } from '../voice/log-mel.ts'
import { resampled } from '../voice/resampling.ts'

export interface SoundDegradation {
  readonly name: string
  /** @param other another sound, for those that need two */
  readonly apply: (samples: Float32Array, other: Float32Array, random: Random) => Float32Array
}

const { sampleRate } = voiceFrontEnd

const levelOf = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / Math.max(1, samples.length))

/** Standard normal (Box and Muller 1958). */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(random.uniform() + 1e-12)) * Math.cos(2 * Math.PI * random.uniform())

const withNoise = (samples: Float32Array, decibels: number, random: Random): Float32Array => {
  const level = levelOf(samples) / 10 ** (decibels / 20)
  return samples.map((sample) => sample + level * normal(random))
}

/** Chords of plucked tones with harmonics, two a second. */
function music(length: number, random: Random): Float32Array {
  const out = new Float32Array(length)
  const beat = sampleRate / 2
  for (let start = 0; start < length; start += beat) {
    const root = 110 * 2 ** (random.below(12) / 12)
    for (const step of [0, random.uniform() < 0.5 ? 3 : 4, 7, 12]) {
      const pitch = root * 2 ** (step / 12)
      for (let index = 0; index < 2 * beat && start + index < length; index++) {
        const time = index / sampleRate
        let sum = 0
        for (let harmonic = 1; harmonic <= 6; harmonic++)
          sum += (Math.sin(2 * Math.PI * pitch * harmonic * time) * Math.exp(-2 * harmonic * time)) / harmonic
        out[start + index]! += 0.08 * sum
      }
    }
  }
  return out
}

/** One steady voice-like tone: a sawtooth with vibrato. */
const drone = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, index) => {
    const time = index / sampleRate
    const phase = 180 * time + 0.6 * Math.sin(2 * Math.PI * 5 * time)
    return 0.4 * (phase - Math.floor(phase) - 0.5)
  })

/** What a hard room adds: echoes at random times whose level falls by 60 dB in `seconds`, together as strong as the voice. */
function echoing(samples: Float32Array, seconds: number, random: Random): Float32Array {
  const echoes = Array.from({ length: 300 }, () => {
    const after = seconds * random.uniform()
    return { after: Math.round(after * sampleRate), gain: normal(random) * 10 ** ((-3 * after) / seconds) }
  })
  const strength = Math.hypot(...echoes.map(({ gain }) => gain))
  const out = samples.slice()
  for (const { after, gain } of echoes)
    for (let index = after; index < out.length; index++)
      out[index]! += (gain / strength) * samples[index - after]!
  return out
}

const mixed = (one: Float32Array, other: Float32Array): Float32Array => {
  const gain = levelOf(one) / Math.max(1e-6, levelOf(other))
  return one.map((sample, index) => sample + gain * (other[index % Math.max(1, other.length)] ?? 0))
}

export const soundDegradations: readonly SoundDegradation[] = [
  { name: 'silence', apply: (samples) => new Float32Array(samples.length) },
  {
    name: 'noise alone',
    apply: (samples, _, random) => samples.map(() => 0.05 * normal(random)),
  },
  { name: 'music-like tones', apply: (samples, _, random) => music(samples.length, random) },
  { name: 'one steady tone', apply: (samples) => drone(samples.length) },
  {
    name: 'clipped',
    apply: (samples) => {
      const gain = 2 / Math.max(1e-6, levelOf(samples))
      return samples.map((sample) => Math.min(1, Math.max(-1, gain * sample)))
    },
  },
  { name: 'as loud noise', apply: (samples, _, random) => withNoise(samples, 0, random) },
  { name: 'noise 10 dB below', apply: (samples, _, random) => withNoise(samples, 10, random) },
  { name: 'two voices', apply: (samples, other) => mixed(samples, other) },
  { name: 'voice over music', apply: (samples, _, random) => mixed(samples, music(samples.length, random)) },
  { name: 'echoing room', apply: (samples, _, random) => echoing(samples, 0.6, random) },
  {
    name: 'telephone, 8 kHz',
    apply: (samples) => resampled(resampled(samples, sampleRate, 8_000), 8_000, sampleRate),
  },
  { name: 'a third of a second', apply: (samples) => loudest(samples, sampleRate / 3) },
  {
    name: 'very quiet',
    apply: (samples) => samples.map((sample) => Math.round(2e-3 * sample * 32768) / 32768),
  },
]

/** The loudest stretch of `length` samples. */
function loudest(samples: Float32Array, length: number): Float32Array {
  const size = Math.round(length)
  let best = 0
  let most = -1
  for (let start = 0; start + size <= samples.length; start += 256) {
    const level = levelOf(samples.subarray(start, start + size))
    if (level > most) [best, most] = [start, level]
  }
  return samples.slice(best, best + size)
}
