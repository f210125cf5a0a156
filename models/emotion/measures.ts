/** Readings against labels: what MER2024 reports (accuracy, weighted F1), macro-F1, confusion and calibration. */
import { emotions, strongest, type Distribution, type Emotion } from './reading.ts'

export interface Judged {
  readonly label: Emotion
  /** Null when nothing was read: a miss for its label, and a hit for none. */
  readonly scores: Distribution | null
}

/** Counts of true label (row) by answer (column). */
export type Confusion = Readonly<Record<Emotion, Readonly<Record<Emotion | 'missing', number>>>>

export interface Calibration {
  /** Expected calibration error over ten equal bins of the strongest label's probability (Guo et al. 2017), 0..1. */
  readonly error: number
  readonly bins: readonly { readonly count: number; readonly confidence: number; readonly accuracy: number }[]
}

export interface EmotionFigures {
  /** Items with a label. */
  readonly labelled: number
  readonly accuracy: number
  readonly weightedF1: number
  /** Mean over the labels that occur. */
  readonly macroF1: number
  readonly confusion: Confusion
  readonly calibration: Calibration
}

/** Null when no item carries a label. */
export function emotionFigures(items: readonly Judged[]): EmotionFigures | null {
  if (items.length === 0) return null
  const answers = items.map(({ scores }) => (scores ? strongest(scores) : 'missing'))
  const count = (label: Emotion, answer: Emotion | 'missing'): number =>
    items.filter((item, index) => item.label === label && answers[index] === answer).length
  const confusion = Object.fromEntries(
    emotions.map((label) => [
      label,
      Object.fromEntries([...emotions, 'missing' as const].map((answer) => [answer, count(label, answer)])),
    ]),
  ) as Confusion
  const perLabel = emotions.map((label) => {
    const hits = confusion[label][label]
    const actual = items.filter((item) => item.label === label).length
    const answered = answers.filter((answer) => answer === label).length
    return { actual, f1: actual + answered === 0 ? 0 : (2 * hits) / (actual + answered) }
  })
  const occurring = perLabel.filter(({ actual }) => actual > 0)
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    labelled: items.length,
    accuracy: mean(items.map(({ label }, index) => (answers[index] === label ? 1 : 0))),
    weightedF1: perLabel.reduce((sum, { actual, f1 }) => sum + actual * f1, 0) / items.length,
    macroF1: mean(occurring.map(({ f1 }) => f1)),
    confusion,
    calibration: calibration(items),
  }
}

/** Over the items that were read. */
export function calibration(items: readonly Judged[]): Calibration {
  const bins = Array.from({ length: 10 }, () => ({ count: 0, confidence: 0, hits: 0 }))
  let total = 0
  for (const { label, scores } of items) {
    if (!scores) continue
    const answer = strongest(scores)
    const bin = bins[Math.min(9, Math.floor(scores[answer] * 10))]!
    bin.count += 1
    bin.confidence += scores[answer]
    bin.hits += answer === label ? 1 : 0
    total += 1
  }
  const error = bins.reduce((sum, { confidence, hits }) => sum + Math.abs(confidence - hits), 0)
  return {
    error: total === 0 ? 0 : error / total,
    bins: bins.map(({ count, confidence, hits }) => ({
      count,
      confidence: count === 0 ? 0 : confidence / count,
      accuracy: count === 0 ? 0 : hits / count,
    })),
  }
}
