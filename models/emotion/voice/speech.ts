/** Where someone speaks, from a voice-activity network's probability per 32 ms chunk (Silero VAD v5). */

/** Samples per probability at 16 kHz. */
export const activityChunk = 512

export interface Span {
  /** First sample and the sample after the last. */
  readonly from: number
  readonly to: number
}

export interface SpeechRules {
  /** Probability that starts speech, and the lower one that ends it. */
  readonly starts: number
  readonly ends: number
  /** Chunks below `ends` before speech is over, and the fewest chunks that count as speech. */
  readonly hangover: number
  readonly shortest: number
}

export const speechRules: SpeechRules = { starts: 0.5, ends: 0.35, hangover: 8, shortest: 6 }

/** Spans of speech in order, never overlapping, with hysteresis so that a stop consonant does not cut one. */
export function speechSpans(activity: ArrayLike<number>, rules: SpeechRules = speechRules): readonly Span[] {
  const spans: Span[] = []
  let from = -1
  let last = -1
  const close = (): void => {
    if (from >= 0 && last - from + 1 >= rules.shortest)
      spans.push({ from: from * activityChunk, to: (last + 1) * activityChunk })
    from = -1
  }
  for (let chunk = 0; chunk < activity.length; chunk++) {
    const probability = activity[chunk]!
    if (from < 0 ? probability >= rules.starts : probability >= rules.ends) {
      if (from < 0) from = chunk
      last = chunk
    } else if (from >= 0 && chunk - last > rules.hangover) close()
  }
  close()
  return spans
}

export interface VoiceQuality {
  /** Seconds of speech. */
  readonly speech: number
  /** Level of speech over what is heard besides it, in decibels; null without speech. */
  readonly signalToNoise: number | null
  /** Share of samples in speech that sit at full scale. */
  readonly clipped: number
}

/** Mean power of the samples from..to. */
function power(samples: Float32Array, from: number, to: number): number {
  const end = Math.min(to, samples.length)
  let sum = 0
  for (let index = from; index < end; index++) sum += samples[index]! ** 2
  return sum / Math.max(1, end - from)
}

/** Fewest chunks between speech from which its surroundings can be judged. */
const fewestBetween = 8

/**
 * The power of what is heard besides speech: low among the chunks between it, because those hold its edges
 * and breaths too; in sound cut close to the speech, that of the quietest moments.
 */
function floorOf(samples: Float32Array, spans: readonly Span[]): number | null {
  const all: number[] = []
  const between: number[] = []
  for (let from = 0; from + activityChunk <= samples.length; from += activityChunk) {
    const value = power(samples, from, from + activityChunk)
    all.push(value)
    if (spans.every((span) => from + activityChunk <= span.from || from >= span.to)) between.push(value)
  }
  const [chosen, share] = between.length >= fewestBetween ? [between, 0.3] : [all, 0.05]
  return chosen.toSorted((a, b) => a - b)[Math.floor(share * chosen.length)] ?? null
}

/** @param samples Mono at 16 kHz, -1..1. */
export function voiceQuality(samples: Float32Array, spans: readonly Span[]): VoiceQuality {
  let count = 0
  let sum = 0
  let clipped = 0
  for (const { from, to } of spans)
    for (let index = from; index < Math.min(to, samples.length); index++) {
      count += 1
      sum += samples[index]! ** 2
      if (Math.abs(samples[index]!) >= 0.999) clipped += 1
    }
  const floor = count === 0 ? null : floorOf(samples, spans)
  return {
    speech: count / 16_000,
    signalToNoise: floor === null ? null : 10 * Math.log10((sum / count + 1e-12) / (floor + 1e-12)),
    clipped: count === 0 ? 0 : clipped / count,
  }
}
