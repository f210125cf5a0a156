/** One reading for a passage from the readings of its pieces: frames of a person, windows of a recording. */
import {
  distribution,
  normalised,
  type EmotionReading,
  type Modality,
  type ModalityReading,
} from './reading.ts'

/** Share of pieces that must be readable for a passage to be read at its full quality. */
const enough = 0.5

/**
 * The mean of the pieces that could be read, weighted by quality. Its quality falls when fewer than half of
 * them could; what kept the others from it is among the reasons. `missing` when none could.
 */
export function passageReading(modality: Modality, pieces: readonly ModalityReading[]): ModalityReading {
  const read = pieces.filter((piece): piece is EmotionReading => piece.kind === 'reading')
  const lost = pieces.filter((piece) => piece.kind === 'missing')
  const [first] = read
  const reasons = [
    ...new Set([
      ...read.flatMap(({ quality }) => quality.reasons),
      ...lost.flatMap((piece) => piece.reasons),
    ]),
  ]
  if (!first) return { kind: 'missing', modality, reasons: reasons.length > 0 ? reasons : ['not-given'] }
  if (pieces.length === 1) return first
  const total = read.reduce((sum, { quality }) => sum + quality.score, 0)
  const mean = (value: (piece: EmotionReading) => number): number =>
    read.reduce((sum, piece) => sum + piece.quality.score * value(piece), 0) / total
  const axis = (name: 'valence' | 'arousal'): Partial<Record<'valence' | 'arousal', number>> =>
    read.every((piece) => piece[name] !== undefined) ? { [name]: mean((piece) => piece[name]!) } : {}
  return {
    kind: 'reading',
    modality,
    scores: normalised(distribution((emotion) => mean(({ scores }) => scores[emotion]))),
    quality: {
      score: (total / read.length) * Math.min(1, read.length / pieces.length / enough),
      reasons,
    },
    blind: first.blind,
    ...axis('valence'),
    ...axis('arousal'),
  }
}
