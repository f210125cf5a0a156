/** The face reading: two expression networks trained on different data, averaged, on a face good enough to read. */
import type { DetectedFace } from './detection.ts'
import { readableFrom, type FaceQuality } from './quality.ts'
import { normalised, type ModalityReading } from '../reading.ts'

/** Outputs of the grey network in order. */
export const greyLabels = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'] as const
/** Outputs of the colour network in order. */
export const colourLabels = ['neutral', 'happy', 'sad', 'angry', 'fear', 'disgust', 'surprise'] as const

type Expression = (typeof greyLabels)[number]

/**
 * Share of the uniform distribution mixed into the networks' mean. Both are overconfident (0.99 and more on
 * faces they get wrong) and no labelled faces are at hand to fit a temperature, so this is a stated choice.
 */
const doubt = 0.15

/** Widths of the crops around the detected box, as in the networks' own programs. */
export const reach = { mesh: 1.5, expression: 1.1 } as const

export interface ReadFace {
  readonly face: DetectedFace
  readonly quality: FaceQuality
  readonly reading: ModalityReading
}

/** Fear stands for worried (not proven on any face); disgust is spread evenly, as evidence for none. */
export function faceReading(
  grey: ArrayLike<number>,
  colour: ArrayLike<number>,
  quality: FaceQuality,
): ModalityReading {
  if (quality.score < readableFrom)
    return {
      kind: 'missing',
      modality: 'face',
      reasons: quality.flaws.length > 0 ? quality.flaws : ['uncertain'],
    }
  const mean = (label: Expression): number =>
    (grey[greyLabels.indexOf(label)]! + colour[colourLabels.indexOf(label)]!) / 2
  const share = mean('disgust') / 6
  const scored = (label: Expression): number => (1 - doubt) * (mean(label) + share) + doubt / 6
  return {
    kind: 'reading',
    modality: 'face',
    scores: normalised({
      neutral: scored('neutral'),
      angry: scored('angry'),
      happy: scored('happy'),
      sad: scored('sad'),
      worried: scored('fear'),
      surprise: scored('surprise'),
    }),
    quality: { score: quality.score, reasons: quality.flaws },
    blind: [],
  }
}
