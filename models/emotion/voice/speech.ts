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
  /** Level of speech over the level between it, in decibels; null when nothing lies between. */
  readonly signalToNoise: number | null
  /** Share of samples in speech that sit at full scale. */
  readonly clipped: number
}

const power = (
  samples: Float32Array,
  { from, to }: Span,
): { readonly sum: number; readonly count: number } => {
  const end = Math.min(to, samples.length)
  let sum = 0
  for (let index = from; index < end; index++) sum += samples[index]! ** 2
  return { sum, count: Math.max(0, end - from) }
}

/** @param samples Mono at 16 kHz, -1..1. */
export function voiceQuality(samples: Float32Array, spans: readonly Span[]): VoiceQuality {
  const spoken = spans.map((span) => power(samples, span))
  const speechCount = spoken.reduce((sum, { count }) => sum + count, 0)
  const speechSum = spoken.reduce((sum, each) => sum + each.sum, 0)
  const whole = power(samples, { from: 0, to: samples.length })
  const restCount = whole.count - speechCount
  let clipped = 0
  for (const { from, to } of spans)
    for (let index = from; index < Math.min(to, samples.length); index++)
      if (Math.abs(samples[index]!) >= 0.999) clipped += 1
  const between = restCount > activityChunk ? Math.max(0, whole.sum - speechSum) / restCount : null
  return {
    speech: speechCount / 16_000,
    signalToNoise:
      between === null || speechCount === 0
        ? null
        : 10 * Math.log10((speechSum / speechCount + 1e-12) / (between + 1e-12)),
    clipped: speechCount === 0 ? 0 : clipped / speechCount,
  }
}
