/** What the readings of lines say, one by one and against their labels, for every subset of modalities. */
import type { Failure } from '../../../models/core/failure.ts'
import {
  readingsOf,
  trainedFusion,
  type FusedEstimate,
  type JointEstimate,
} from '../../../models/emotion/fusion/index.ts'
import { emotionFigures, type EmotionFigures, type Judged } from '../../../models/emotion/measures.ts'
import {
  emotions,
  modalities,
  strongest,
  type Distribution,
  type Emotion,
  type Modality,
  type ModalityReading,
  type Quality,
} from '../../../models/emotion/reading.ts'
import type { ActedEmotion } from './line-reader.ts'
import type { ReadLine } from './read-lines.ts'

export interface EmotionResult extends Partial<
  Pick<JointEstimate, 'uncertainty' | 'shares' | 'disagreement'>
> {
  readonly id: string | number
  /** Null when nothing was read. */
  readonly label: Emotion | null
  readonly scores: Distribution | null
  readonly quality: Quality
  /** Modalities that the line brings and that gave no reading. */
  readonly missing: readonly Modality[]
  readonly acted?: ActedEmotion
  /** Each modality by itself, where the line brings several. */
  readonly readings?: readonly ModalityReading[]
  readonly failure?: Failure
}

export interface EmotionReport extends Partial<EmotionFigures> {
  readonly items: number
  readonly results: readonly EmotionResult[]
  /** Figures by modalities: a line that brings several counts in each subset of them. */
  readonly bySubset: Readonly<Record<string, { readonly items: number } & Partial<EmotionFigures>>>
  /** Share of acted clips whose own label, disgust among them, was hit. */
  readonly acted?: { readonly items: number; readonly accuracy: number }
}

/** Names by which acted and annotated sets call the six. */
const otherNames: Readonly<Record<string, Emotion>> = {
  anger: 'angry',
  fear: 'worried',
  fearful: 'worried',
  happiness: 'happy',
  joy: 'happy',
  sadness: 'sad',
  surprised: 'surprise',
}

/** All seven, smaller ones first, in the order of `modalities`. */
const subsets: readonly (readonly Modality[])[] = Array.from({ length: 7 }, (_, mask) =>
  modalities.filter((_modality, place) => ((mask + 1) >> place) & 1),
).toSorted((a, b) => a.length - b.length)

export function emotionReport(lines: readonly ReadLine[]): EmotionReport {
  const results = lines.map(resultOf)
  const figures = (judged: readonly { readonly line: ReadLine; readonly scores: Distribution | null }[]) =>
    emotionFigures(
      judged.flatMap(({ line, scores }): Judged[] => {
        const label = sixLabel(line.label)
        return label ? [{ label, scores }] : []
      }),
    ) ?? {}
  return {
    items: lines.length,
    results,
    ...figures(lines.map((line, index) => ({ line, scores: results[index]!.scores }))),
    bySubset: Object.fromEntries(
      subsets.flatMap((subset) => {
        const judged = lines.flatMap((line) => {
          const chosen = line.readings.filter(({ modality }) => subset.includes(modality))
          return chosen.length === subset.length ? [{ line, scores: scoresOf(chosen) }] : []
        })
        return judged.length > 0 ? [[subset.join('+'), { items: judged.length, ...figures(judged) }]] : []
      }),
    ),
    ...actedFigures(lines),
  }
}

/** One modality speaks for itself, with its own calibration; several are fused. */
function scoresOf(readings: readonly ModalityReading[]): Distribution | null {
  const [only] = readings
  if (only && readings.length === 1) return only.kind === 'reading' ? only.scores : null
  const fused = trainedFusion(readingsOf(readings))
  return fused.kind === 'estimate' ? fused.scores : null
}

function resultOf({ id, readings, acted, failure }: ReadLine): EmotionResult {
  const missing = readings.filter(({ kind }) => kind === 'missing').map(({ modality }) => modality)
  const also = { ...(acted ? { acted } : {}), ...(failure ? { failure } : {}) }
  const [only] = readings
  if (only && readings.length === 1)
    return only.kind === 'reading'
      ? { id, label: strongest(only.scores), scores: only.scores, quality: only.quality, missing, ...also }
      : { id, ...nothing(only.reasons), missing, ...also }
  const fused: FusedEstimate = trainedFusion(readingsOf(readings))
  if (fused.kind === 'missing')
    return {
      id,
      ...nothing(
        readings.flatMap((reading) =>
          reading.kind === 'missing' ? reading.reasons.map((reason) => `${reading.modality}: ${reason}`) : [],
        ),
      ),
      missing,
      readings,
      ...also,
    }
  const { scores, quality, uncertainty, shares, disagreement } = fused
  return {
    id,
    label: strongest(scores),
    scores,
    quality,
    missing,
    uncertainty,
    shares,
    disagreement,
    readings,
    ...also,
  }
}

const nothing = (reasons: readonly string[]): Pick<EmotionResult, 'label' | 'scores' | 'quality'> => ({
  label: null,
  scores: null,
  quality: { score: 0, reasons },
})

function sixLabel(label: string | undefined): Emotion | undefined {
  if (label === undefined) return undefined
  const name = label.toLowerCase()
  return emotions.find((emotion) => emotion === name) ?? otherNames[name]
}

function actedFigures(lines: readonly ReadLine[]): Pick<EmotionReport, 'acted'> {
  const clips = lines.flatMap(({ acted, label }) => {
    if (!acted || label === undefined) return []
    return [acted.label === label || sixLabel(acted.label) === (sixLabel(label) ?? null)]
  })
  if (clips.length === 0) return {}
  return { acted: { items: clips.length, accuracy: clips.filter(Boolean).length / clips.length } }
}
