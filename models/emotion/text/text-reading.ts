/** The reading of a text from the network's probabilities for its windows. */
import { distribution, emotions, normalised, type Distribution, type ModalityReading } from '../reading.ts'
import type { JudgedText } from './text-quality.ts'

/** Probabilities over `emotions` (the network's own order) from its calibrated logits. */
export function textProbabilities(logits: ArrayLike<number>): Distribution {
  if (logits.length !== emotions.length) throw new TypeError('The text network has other labels.')
  const highest = Math.max(...Array.from(logits))
  return normalised(distribution((emotion) => Math.exp(logits[emotions.indexOf(emotion)]! - highest)))
}

/** @param windows probabilities per window of `judged`, in order */
export function textReading(judged: JudgedText, windows: readonly Distribution[]): ModalityReading {
  if (windows.length === 0) return { kind: 'missing', modality: 'text', reasons: judged.quality.reasons }
  const weights = judged.windows.map((window) => window.length)
  return {
    kind: 'reading',
    modality: 'text',
    scores: normalised(
      distribution((emotion) =>
        windows.reduce((sum, scores, index) => sum + (weights[index] ?? 0) * scores[emotion], 0),
      ),
    ),
    quality: judged.quality,
    blind: [],
  }
}
