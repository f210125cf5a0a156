/**
 * The reliability-weighted log-opinion pool (Genest and Zidek 1986): the joint score of a label is the
 * product of what each modality makes of it, raised to the power of the modality's reliability and quality.
 */
import { distribution, normalised, type Modality } from '../reading.ts'
import { evidence, fusion, type Fusion } from './estimate.ts'

/** Exponents per modality at full quality, 0..1. */
export type Reliability = Readonly<Record<Modality, number>>

/**
 * How far each modality is trusted. Voice and text: fitted on label-aligned readings by
 * models/training/fusion. Face: a stated choice below both, because no labelled faces were at hand.
 */
export const reliability: Reliability = { face: 0.5, voice: 0.98, text: 0.86 }

/** Least probability a modality can give a label: one that is sure and wrong must not veto the others. */
const least = 0.01

export const logOpinionPool = (weights: Reliability = reliability): Fusion =>
  fusion((present) => {
    const exponents = present.map(({ modality, quality }) => weights[modality] * quality.score)
    const ratios = present.map(evidence)
    return {
      scores: normalised(
        distribution((emotion) =>
          Math.exp(
            ratios.reduce(
              (sum, ratio, index) => sum + exponents[index]! * Math.log(Math.max(ratio[emotion], least)),
              0,
            ),
          ),
        ),
      ),
      weights: exponents,
    }
  })
