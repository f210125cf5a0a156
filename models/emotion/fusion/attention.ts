/**
 * Attention over the modalities present (after the MER2024 baseline's attention fusion, Lian et al. 2024),
 * trained with modality dropout by models/training/fusion and run here: a few hundred numbers need no runtime.
 * The weights sum to the number of modalities present, so that those that agree make each other surer.
 */
import { distribution, emotions, modalities, normalised, type EmotionReading } from '../reading.ts'
import { evidence, fusion, type Fusion } from './estimate.ts'

type Row = readonly number[]
type Matrix = readonly Row[]

/** First axis: face, voice, text. Labels in the order of `emotions`. */
export interface AttentionWeights {
  /** [3, 6, 6] log evidence in, logits out. */
  readonly value: readonly Matrix[]
  /** [3, 6] what a reading of full quality adds. */
  readonly offset: Matrix
  /** [3, 13, hidden] own log evidence, mean log evidence of all, quality. */
  readonly hidden: readonly Matrix[]
  /** [3, hidden] */
  readonly hiddenOffset: Matrix
  readonly score: Matrix
  readonly scoreOffset: Row
  /** For one, two and three modalities present. */
  readonly temperatures: Row
}

/** Least ratio of `evidence`, as while training. */
const least = 0.01

/** `start` plus the row vector `input` times the matrix. */
const affine = (input: Row, matrix: Matrix, start: Row): number[] =>
  start.map((offset, column) =>
    input.reduce((sum, value, row) => sum + value * (matrix[row]?.[column] ?? 0), offset),
  )

const softmax = (scores: Row): Row => {
  const highest = Math.max(...scores)
  const weights = scores.map((score) => Math.exp(score - highest))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

export const attentionFusion = (weights: AttentionWeights): Fusion =>
  fusion((present) => {
    const inputs = present.map(logEvidence)
    const mean = emotions.map(
      (_, label) => inputs.reduce((sum, input) => sum + input[label]!, 0) / inputs.length,
    )
    const places = present.map(({ modality }) => modalities.indexOf(modality))
    const shares = softmax(
      present.map(({ quality }, index) => {
        const place = places[index]!
        const hidden = affine(
          [...inputs[index]!, ...mean, quality.score],
          weights.hidden[place]!,
          weights.hiddenOffset[place]!,
        )
        return hidden.reduce(
          (sum, value, unit) => sum + Math.tanh(value) * weights.score[place]![unit]!,
          weights.scoreOffset[place]!,
        )
      }),
    )
    const votes = present.map(({ quality }, index) => {
      const place = places[index]!
      const offset = weights.offset[place]!.map((value) => quality.score * value)
      return affine(inputs[index]!, weights.value[place]!, offset)
    })
    const heat = weights.temperatures[present.length - 1]!
    const logits = emotions.map(
      (_, label) =>
        (present.length * votes.reduce((sum, vote, index) => sum + shares[index]! * vote[label]!, 0)) / heat,
    )
    const highest = Math.max(...logits)
    return {
      scores: normalised(distribution((emotion) => Math.exp(logits[emotions.indexOf(emotion)]! - highest))),
      weights: shares,
    }
  })

/** Log evidence in the order of `emotions`, scaled by quality: a poor reading says little. */
function logEvidence(reading: EmotionReading): Row {
  const ratio = evidence(reading)
  return emotions.map((emotion) => reading.quality.score * Math.log(Math.max(ratio[emotion], least)))
}
