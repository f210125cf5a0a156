/** Whether modalities say different things. A reason to ask the person, never a finding about them. */
import { emotions, strongest, type Distribution, type EmotionReading, type Modality } from '../reading.ts'

export interface Disagreement {
  /** Largest Jensen-Shannon divergence between two modalities, in bits weighted by quality, 0..1. */
  readonly value: number
  /** The two that differ most; null unless they differ enough to be worth asking about. */
  readonly between: readonly [Modality, Modality] | null
}

/**
 * Divergence from which two different strongest labels are worth a question: a stated choice. Voices and words
 * that were meant alike reach it in 15 of 100 pairs, those meant differently in 45.
 */
export const worthAsking = 0.5

/** What to tell the clinician; no word on why, and no diagnosis. */
export function disagreementSentence({ between }: Disagreement): string | null {
  if (!between) return null
  const names = { face: 'face', voice: 'tone', text: 'words' } as const
  const [first, second] = between.map((modality) => names[modality]).toReversed()
  return `${first![0]!.toUpperCase()}${first!.slice(1)} and ${second} differ: consider asking.`
}

/** @param present in the order of `modalities` */
export function disagreementOf(present: readonly EmotionReading[]): Disagreement {
  let worst: Disagreement = { value: 0, between: null }
  for (const [index, one] of present.entries())
    for (const other of present.slice(index + 1)) {
      // Only labels that both can tell: blindness is no difference of opinion.
      const blind = new Set([...one.blind, ...other.blind])
      const [p, q] = [told(one.scores, blind), told(other.scores, blind)]
      if (!p || !q) continue
      const value = divergence(p, q) * Math.min(one.quality.score, other.quality.score)
      if (value > worst.value)
        worst = {
          value,
          between:
            value >= worthAsking && strongest(p) !== strongest(q) ? [one.modality, other.modality] : null,
        }
    }
  return worst
}

/** The distribution over the labels outside `blind`; null when it gives them nothing. */
function told(scores: Distribution, blind: ReadonlySet<string>): Distribution | null {
  const total = emotions.reduce((sum, emotion) => (blind.has(emotion) ? sum : sum + scores[emotion]), 0)
  if (total <= 0) return null
  return Object.fromEntries(
    emotions.map((emotion) => [emotion, blind.has(emotion) ? 0 : scores[emotion] / total]),
  ) as Distribution
}

/** Jensen-Shannon divergence in bits (Lin 1991): 0 for equal distributions, 1 for disjoint ones. */
function divergence(p: Distribution, q: Distribution): number {
  let sum = 0
  for (const emotion of emotions) {
    const mean = (p[emotion] + q[emotion]) / 2
    if (p[emotion] > 0) sum += (p[emotion] / 2) * Math.log2(p[emotion] / mean)
    if (q[emotion] > 0) sum += (q[emotion] / 2) * Math.log2(q[emotion] / mean)
  }
  return Math.min(1, Math.max(0, sum))
}
