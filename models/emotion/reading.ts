/** What one modality says about a moment: a distribution over the six labels of MER2024, or nothing. */

export const emotions = ['neutral', 'angry', 'happy', 'sad', 'worried', 'surprise'] as const
export type Emotion = (typeof emotions)[number]

export const modalities = ['face', 'voice', 'text'] as const
export type Modality = (typeof modalities)[number]

/** Probabilities that sum to one. */
export type Distribution = Readonly<Record<Emotion, number>>

export interface Quality {
  /** 0..1; no reading is given below the modality's floor. */
  readonly score: number
  /** Why it is not 1, in the modality's own closed vocabulary; empty when nothing is wrong. */
  readonly reasons: readonly string[]
}

export interface EmotionReading {
  readonly kind: 'reading'
  readonly modality: Modality
  readonly scores: Distribution
  readonly quality: Quality
  /** Unpleasant to pleasant, -1..1, where the model gives it. */
  readonly valence?: number
  /** Calm to stirred, -1..1, where the model gives it. */
  readonly arousal?: number
  /** Labels that this modality cannot tell at all; their probability says nothing. */
  readonly blind: readonly Emotion[]
}

/** Nothing could be read. Never to be shown or counted as neutral. */
export interface MissingReading {
  readonly kind: 'missing'
  readonly modality: Modality
  readonly reasons: readonly string[]
}

export type ModalityReading = EmotionReading | MissingReading

export const distribution = (value: (emotion: Emotion) => number): Distribution =>
  Object.fromEntries(emotions.map((emotion) => [emotion, value(emotion)])) as Distribution

/** Scaled so that it sums to one; uniform when all weights are zero. */
export function normalised(weights: Distribution): Distribution {
  const total = emotions.reduce((sum, emotion) => sum + weights[emotion], 0)
  return distribution((emotion) => (total > 0 ? weights[emotion] / total : 1 / emotions.length))
}

/** The most probable label. */
export function strongest(scores: Distribution): Emotion {
  return emotions.reduce((best, emotion) => (scores[emotion] > scores[best] ? emotion : best))
}

/** Uncertainty as the entropy's share of the greatest possible, 0 (certain) .. 1 (nothing known). */
export function uncertainty(scores: Distribution): number {
  const entropy = emotions.reduce(
    (sum, emotion) => (scores[emotion] > 0 ? sum - scores[emotion] * Math.log(scores[emotion]) : sum),
    0,
  )
  return entropy / Math.log(emotions.length)
}
