/**
 * What can be measured in a voice without a network: pitch, level, and how lively both are. Arousal is
 * read from them because the network's front end holds no loudness.
 */
import { fourierPlan } from './fourier.ts'
import { voiceFrontEnd } from './log-mel.ts'

export interface Prosody {
  /** Share of frames with a pitch, 0..1. */
  readonly voiced: number
  /** Median pitch in hertz; null when nothing is voiced. */
  readonly pitch: number | null
  /** Spread of the pitch in semitones (half the distance between the 10th and the 90th percentile). */
  readonly pitchSpread: number
  /** Root mean square level of the voiced frames in decibels of full scale; null when nothing is voiced. */
  readonly level: number | null
  /** Standard deviation of the frames' level in decibels. */
  readonly levelSpread: number
  /** Rises of the level per second: a stand-in for syllables. */
  readonly rate: number
}

const { sampleRate } = voiceFrontEnd
const frameLength = 1024
const hop = 256
/** Lags searched: 60 Hz to 450 Hz. */
const longest = Math.floor(sampleRate / 60)
const shortest = Math.ceil(sampleRate / 450)
/** Normalised autocorrelation from which a frame counts as voiced. */
const voicedFrom = 0.55
/** Decibels of full scale under which nothing is voiced. */
const quietest = -60

/** Sums of the squares of the first 0, 1, 2 ... samples: the energy of any stretch is one subtraction. */
function energySums(samples: Float32Array): Float64Array {
  const sums = new Float64Array(samples.length + 1)
  for (let index = 0; index < samples.length; index++) sums[index + 1] = sums[index]! + samples[index]! ** 2
  return sums
}

/** Samples that are compared with those a lag later. */
const compared = frameLength - longest
const transform = fourierPlan(frameLength)
const real = new Float64Array(frameLength)
const imaginary = new Float64Array(frameLength)

/**
 * Sums of products of the frame's first `compared` samples with those `lag` later, for lags up to `longest` + 1:
 * by the correlation theorem. Both stretches share one transform, the later one as its imaginary part. The
 * result stands until the next call.
 */
function correlate(samples: Float32Array, start: number): Float64Array {
  for (let index = 0; index < frameLength; index++) {
    real[index] = index < compared ? samples[start + index]! : 0
    imaginary[index] = samples[start + index]!
  }
  transform.transform(real, imaginary)
  for (let k = 0; k <= frameLength / 2; k++) {
    const mirror = (frameLength - k) % frameLength
    const [a, b, c, d] = [real[k]!, imaginary[k]!, real[mirror]!, imaginary[mirror]!]
    // The two spectra out of the joint one, each twice as large.
    const [firstRe, firstIm, laterRe, laterIm] = [a + c, b - d, b + d, c - a]
    const re = (firstRe * laterRe + firstIm * laterIm) / 4
    const im = (firstRe * laterIm - firstIm * laterRe) / 4
    // Conjugated, so that the same transform leads back.
    real[k] = re
    imaginary[k] = -im
    real[mirror] = re
    imaginary[mirror] = im
  }
  // What is its own mirror image has no imaginary part.
  imaginary[0] = 0
  imaginary[frameLength / 2] = 0
  transform.transform(real, imaginary)
  for (let lag = 0; lag <= longest + 1; lag++) real[lag] = real[lag]! / frameLength
  // The longest of them runs round the end by one sample: its product is put right.
  const last = samples[start + compared - 1]!
  real[longest + 1]! += last * (samples[start + frameLength]! - samples[start]!)
  return real
}

/** Highest peak of one frame's normalised autocorrelation: the lag in samples and its height, 0..1. */
function periodicity(
  samples: Float32Array,
  energies: Float64Array,
  start: number,
): { readonly lag: number; readonly height: number } {
  const products = correlate(samples, start)
  const energy = (from: number): number => energies[from + compared]! - energies[from]!
  const here = energy(start)
  const similarity = (lag: number): number => products[lag]! / Math.sqrt(here * energy(start + lag) + 1e-12)
  let best = { lag: 0, height: 0 }
  let before = similarity(shortest - 1)
  let now = similarity(shortest)
  for (let lag = shortest; lag <= longest; lag++) {
    const next = similarity(lag + 1)
    // A later peak must be clearly higher: otherwise an octave below is chosen.
    if (now >= before && now >= next && now > best.height + 0.02) best = { lag, height: now }
    before = now
    now = next
  }
  return best
}

const decibels = (power: number): number => 10 * Math.log10(power + 1e-12)

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}

function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

/** @param samples Mono at 16 kHz, -1..1. */
export function prosody(samples: Float32Array): Prosody {
  const energies = energySums(samples)
  const pitches: number[] = []
  const voicedLevels: number[] = []
  const levels: number[] = []
  for (let start = 0; start + frameLength + 1 < samples.length; start += hop) {
    let power = 0
    for (let index = start; index < start + frameLength; index++) power += samples[index]! ** 2
    const level = decibels(power / frameLength)
    levels.push(level)
    if (level < quietest) continue
    const { lag, height } = periodicity(samples, energies, start)
    if (height < voicedFrom) continue
    pitches.push(sampleRate / lag)
    voicedLevels.push(level)
  }
  const sorted = pitches.toSorted((a, b) => a - b)
  const meanPower = voicedLevels.reduce((sum, level) => sum + 10 ** (level / 10), 0) / voicedLevels.length
  const seconds = samples.length / sampleRate
  return {
    voiced: levels.length === 0 ? 0 : pitches.length / levels.length,
    pitch: sorted.length === 0 ? null : quantile(sorted, 0.5),
    pitchSpread: sorted.length < 2 ? 0 : 6 * Math.log2(quantile(sorted, 0.9) / quantile(sorted, 0.1)),
    level: voicedLevels.length === 0 ? null : decibels(meanPower),
    levelSpread: deviation(voicedLevels),
    rate: seconds === 0 ? 0 : rises(levels) / seconds,
  }
}

/** How often the level climbs at least 6 dB from a dip and is no silence. */
function rises(levels: readonly number[]): number {
  let count = 0
  let dip = Infinity
  let armed = true
  let peak = -Infinity
  for (const level of levels) {
    if (armed) {
      dip = Math.min(dip, level)
      if (level > dip + 6 && level > quietest) {
        count += 1
        armed = false
        peak = level
      }
    } else {
      peak = Math.max(peak, level)
      if (level < peak - 6) {
        armed = true
        dip = level
      }
    }
  }
  return count
}
