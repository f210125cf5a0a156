/** A voice made of pulses, resonances and breath: enough for the voice networks to take it for speech, and nobody's. */
import { seededRandom } from '../../models/core/random.ts'

export interface DrawnVoice {
  readonly seconds: number
  /** Samples per second. */
  readonly rate: number
  /** Mean pitch in hertz. */
  readonly pitch: number
  readonly seed: number
}

/** Frequencies in hertz of the first three resonances of some vowels (Peterson and Barney 1952, men). */
const vowels = [
  [730, 1090, 2440],
  [270, 2290, 3010],
  [570, 840, 2410],
  [530, 1840, 2480],
  [300, 870, 2240],
] as const
const widths = [70, 100, 150] as const

/** Seconds of a syllable, with the breath that begins it and the pause that ends it. */
const syllable = { whole: 0.24, breath: 0.05, pause: 0.03 } as const

/** Mono, -1..1: syllables of drawn vowels at a pitch that falls over each phrase. */
export function drawnVoice({ seconds, rate, pitch, seed }: DrawnVoice): Float32Array {
  const random = seededRandom(seed)
  const out = new Float32Array(Math.round(seconds * rate))
  const held = widths.map(() => [0, 0] as [number, number])
  let phase = 0
  let vowel: (typeof vowels)[number] = vowels[0]
  for (let index = 0; index < out.length; index++) {
    const time = index / rate
    const at = time % syllable.whole
    if (at < 1 / rate) vowel = vowels[random.below(vowels.length)]!
    const phrase = (time % 2.4) / 2.4
    phase += (pitch * (1.15 - 0.3 * phrase + 0.02 * Math.sin(2 * Math.PI * 5 * time))) / rate
    const pulse = phase >= 1 ? 1 : 0
    phase %= 1
    const voiced = at > syllable.breath && at < syllable.whole - syllable.pause && phrase < 0.85
    const breathing = at <= syllable.breath && phrase < 0.85
    const source = (voiced ? pulse : 0) + (random.uniform() - 0.5) * (breathing ? 0.12 : 0.004)
    let sum = 0
    vowel.forEach((hertz, place) => {
      const radius = Math.exp((-Math.PI * widths[place]!) / rate)
      const [one, two] = held[place]!
      const value = source + 2 * radius * Math.cos((2 * Math.PI * hertz) / rate) * one - radius ** 2 * two
      held[place] = [value, one]
      sum += value / (1 + place)
    })
    out[index] = sum
  }
  const loudest = out.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  return out.map((sample) => (0.6 * sample) / loudest)
}
