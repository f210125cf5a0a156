/** From a stretch of sound to a voice reading: what is spoken, how well it can be heard, what it sounds like. */
import { logMel, voiceFrontEnd } from './log-mel.ts'
import { prosody, type Prosody } from './prosody.ts'
import { speechSpans, voiceQuality, type Span, type VoiceQuality } from './speech.ts'
import { normalised, type ModalityReading, type Quality } from '../reading.ts'

/** The labels of the voice network, in the order of its outputs (six acted emotions of CREMA-D). */
export const voiceLabels = ['anger', 'disgust', 'fear', 'happy', 'neutral', 'sad'] as const

export type VoiceFlaw = 'no-speech' | 'little-speech' | 'noisy' | 'clipped' | 'narrow-band' | 'several-voices'

/** Seconds of sound that the network was trained on at a time. */
export const voiceWindow = 3
const windowSamples = voiceWindow * voiceFrontEnd.sampleRate

/** Quality below which nothing is said about the emotion. */
export const voiceReadableFrom = 0.35

/** Quality at most, where several people speak at once: read, but never counted as a clear voice. */
const severalVoices = 0.5

const ramp = (value: number, none: number, full: number): number =>
  Math.min(1, Math.max(0, (value - none) / (full - none)))

/** How far the sound can be trusted, with the reasons against it. */
export function judgeVoice(quality: VoiceQuality, widestBand: number): Quality {
  const shares: readonly (readonly [VoiceFlaw, number])[] = [
    [quality.speech === 0 ? 'no-speech' : 'little-speech', ramp(quality.speech, 0.25, 1.2)],
    ['noisy', quality.signalToNoise === null ? 1 : ramp(quality.signalToNoise, 2, 14)],
    ['clipped', ramp(quality.clipped, 0.05, 0.005)],
    // Trained on full-band speech: a telephone's 3.4 kHz loses what tells some emotions apart.
    ['narrow-band', 0.6 + 0.4 * ramp(widestBand, 3000, 6500)],
  ]
  return {
    score: Math.min(...shares.map(([, share]) => share)),
    reasons: shares.filter(([, share]) => share < 0.75).map(([flaw]) => flaw),
  }
}

export interface VoicePassage {
  /** The spectrogram the network sees: [128, frames] of one window, speech first, silence after. */
  readonly spectrogram: Float32Array
  readonly frames: number
  readonly quality: Quality
  readonly prosody: Prosody
  /** Where speech was heard in the passage. */
  readonly spans: readonly Span[]
}

/**
 * Prepares the latest `voiceWindow` seconds that hold speech.
 *
 * @param samples mono at 16 kHz, -1..1
 * @param activity probability of speech per `activityChunk` samples
 * @returns null without speech
 */
export function voicePassage(samples: Float32Array, activity: ArrayLike<number>): VoicePassage | null {
  const spans = speechSpans(activity)
  const first = spans[0]
  const last = spans.at(-1)
  if (!first || !last) return null
  const end = Math.min(samples.length, last.to)
  const start = Math.max(first.from, end - windowSamples)
  const speech = new Float32Array(windowSamples)
  speech.set(samples.subarray(start, end))
  const { values, frames } = logMel(speech)
  return {
    spectrogram: values,
    frames,
    quality: judgeVoice(voiceQuality(samples, spans), widestBand(values, frames)),
    prosody: prosody(samples.subarray(start, end)),
    spans,
  }
}

/** The passage where several people were heard at once: a mixture of voices has no one tone. */
export function withSeveralVoices(passage: VoicePassage): VoicePassage {
  const { score, reasons } = passage.quality
  const flaw: VoiceFlaw = 'several-voices'
  return { ...passage, quality: { score: Math.min(score, severalVoices), reasons: [...reasons, flaw] } }
}

/** The highest frequency in hertz at which the speech still stands out of the floor. */
function widestBand(values: Float32Array, frames: number): number {
  for (let band = voiceFrontEnd.bands - 1; band >= 0; band--) {
    let heard = 0
    for (let frame = 0; frame < frames; frame++) if (values[band * frames + frame]! > 0.2) heard += 1
    if (heard > 0.02 * frames) return bandCentre(band)
  }
  return 0
}

/** Centre of a Slaney mel band in hertz. */
function bandCentre(band: number): number {
  const mel = ((15 + (27 * Math.log(8)) / Math.log(6.4)) * (band + 1)) / (voiceFrontEnd.bands + 1)
  return mel < 15 ? (200 * mel) / 3 : 1000 * Math.exp(((mel - 15) * Math.log(6.4)) / 27)
}

/**
 * The reading for the network's calibrated probabilities, in the order of `voiceLabels`. Fear stands for
 * worried. Disgust has no label of its own and surprise was not acted: the network says nothing of it.
 */
export function voiceReading(
  probabilities: ArrayLike<number>,
  passage: Pick<VoicePassage, 'quality' | 'prosody'>,
): ModalityReading {
  const { quality } = passage
  if (quality.score < voiceReadableFrom)
    return { kind: 'missing', modality: 'voice', reasons: quality.reasons }
  const [anger = 0, disgust = 0, fear = 0, happy = 0, neutral = 0, sad = 0] = Array.from(probabilities)
  const share = disgust / 5
  return {
    kind: 'reading',
    modality: 'voice',
    // What sounded like disgust is spread evenly: it is evidence for none of the labels.
    scores: normalised({
      neutral: neutral + share,
      angry: anger + share,
      happy: happy + share,
      sad: sad + share,
      worried: fear + share,
      surprise: 0,
    }),
    quality,
    arousal: arousal(passage.prosody),
    blind: ['surprise'],
  }
}

/**
 * Arousal from prosody, -1..1: a lively pitch, a wide range of level and quick syllables (Scherer 2003).
 * A documented rule, not a trained model; level itself is left out because microphones differ.
 */
export function arousal({ pitchSpread, levelSpread, rate }: Prosody): number {
  const lively = 0.5 * ramp(pitchSpread, 1, 7) + 0.25 * ramp(levelSpread, 6, 16) + 0.25 * ramp(rate, 2, 6)
  return 2 * lively - 1
}
