/** The reading of a picture that is meant to show one person. */
import type { ReadFace } from './face-reading.ts'
import type { ModalityReading } from '../reading.ts'

/** How much wider the person's face must be than the next: nearer faces are taken for the one meant. */
const clearlyLarger = 1.6

/** Share of the quality that is left when others are in the picture. */
const notAlone = 0.8

/**
 * The largest face. `missing` with `no-face` when there is none and with `several-faces` when none is clearly
 * the largest: whose emotion it is cannot be guessed.
 *
 * @param faces as the reader gives them
 */
export function personFace(faces: readonly Pick<ReadFace, 'face' | 'reading'>[]): ModalityReading {
  const bySize = faces.toSorted((a, b) => sideOf(b) - sideOf(a))
  const [largest, next] = bySize
  if (!largest) return { kind: 'missing', modality: 'face', reasons: ['no-face'] }
  if (!next) return largest.reading
  if (sideOf(largest) < clearlyLarger * sideOf(next))
    return { kind: 'missing', modality: 'face', reasons: ['several-faces'] }
  const { reading } = largest
  if (reading.kind === 'missing') return reading
  const { score, reasons } = reading.quality
  return { ...reading, quality: { score: notAlone * score, reasons: [...reasons, 'several-faces'] } }
}

const sideOf = ({ face: { box } }: Pick<ReadFace, 'face'>): number =>
  Math.max(box.right - box.left, box.bottom - box.top)
