/**
 * The log-mel spectrogram that the voice network was trained on: 16 kHz, Hann window of 1,024 samples,
 * hop 256, 128 Slaney mel bands (Slaney 1998, area-normalised), power, decibels relative to the clip's
 * maximum with an 80 dB floor, scaled to 0..1. Absolute loudness is therefore not in it.
 */
import { fourierPlan } from './fourier.ts'

export const voiceFrontEnd = {
  sampleRate: 16_000,
  window: 1024,
  hop: 256,
  bands: 128,
  /** Decibels under the maximum that count as silence. */
  range: 80,
} as const

const { sampleRate, window, hop, bands, range } = voiceFrontEnd
const bins = window / 2 + 1

/** Slaney's scale: linear below 1 kHz, logarithmic above. */
const melOf = (hertz: number): number =>
  hertz < 1000 ? (3 * hertz) / 200 : 15 + (27 * Math.log(hertz / 1000)) / Math.log(6.4)
const hertzOf = (mel: number): number =>
  mel < 15 ? (200 * mel) / 3 : 1000 * Math.exp(((mel - 15) * Math.log(6.4)) / 27)

interface Band {
  /** First transform bin with a weight. */
  readonly from: number
  readonly weights: Float64Array
}

function filterBank(): readonly Band[] {
  const top = melOf(sampleRate / 2)
  const edges = Array.from({ length: bands + 2 }, (_, index) => hertzOf((top * index) / (bands + 1)))
  return Array.from({ length: bands }, (_, band) => {
    const [low, centre, high] = [edges[band]!, edges[band + 1]!, edges[band + 2]!]
    const weights: number[] = []
    let from = -1
    for (let bin = 0; bin < bins; bin++) {
      const hertz = (bin * sampleRate) / window
      const rise = (hertz - low) / (centre - low)
      const fall = (high - hertz) / (high - centre)
      const weight = (Math.max(0, Math.min(rise, fall)) * 2) / (high - low)
      if (weight <= 0) continue
      if (from < 0) from = bin
      weights.push(weight)
    }
    return { from: Math.max(from, 0), weights: Float64Array.from(weights) }
  })
}

const hann = Float64Array.from(
  { length: window },
  (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / window),
)
const bank = filterBank()
const transform = fourierPlan(window)

export interface LogMel {
  /** [bands, frames], row-major, 0..1; band 0 is the lowest. */
  readonly values: Float32Array
  readonly frames: number
}

/** Frames of `samples` samples at 16 kHz: one per hop, the first and last centred on the ends. */
export const framesOf = (samples: number): number => 1 + Math.floor(samples / hop)

/**
 * @param samples Mono at 16 kHz, -1..1. Zeros stand before the first and after the last sample.
 * @returns All zeros for digital silence.
 */
export function logMel(samples: Float32Array): LogMel {
  const frames = framesOf(samples.length)
  const powers = new Float64Array(bands * frames)
  const windowed = new Float64Array(window)
  const spectrum = new Float64Array(bins)
  let loudest = 0
  for (let frame = 0; frame < frames; frame++) {
    const start = frame * hop - window / 2
    for (let index = 0; index < window; index++)
      windowed[index] = (samples[start + index] ?? 0) * hann[index]!
    transform.powerSpectrum(windowed, spectrum)
    for (let band = 0; band < bands; band++) {
      const { from, weights } = bank[band]!
      let sum = 0
      for (let index = 0; index < weights.length; index++) sum += weights[index]! * spectrum[from + index]!
      powers[band * frames + frame] = sum
      if (sum > loudest) loudest = sum
    }
  }
  // Librosa's floor for powers: below it the decibels of silence are undefined.
  const least = 1e-10
  const reference = 10 * Math.log10(Math.max(loudest, least))
  const values = Float32Array.from(powers, (power) =>
    Math.max(0, (10 * Math.log10(Math.max(power, least)) - reference + range) / range),
  )
  if (loudest <= least) values.fill(0)
  return { values, frames }
}
