/**
 * Faces from the outputs of BlazeFace (back camera, 256 x 256; Bazarevsky et al. 2019): anchors, boxes,
 * six key points, and non-maximum suppression.
 */
import type { Point, RgbaImage, Square } from './image.ts'

export const detectorSize = 256

export interface DetectorOutput {
  /** Logits of the 512 anchors on the 16 x 16 grid and the 384 on the 8 x 8 grid. */
  readonly scoresFar: Float32Array
  readonly scoresNear: Float32Array
  /** 16 numbers per anchor: centre, size and six key points in pixels of the 256 x 256 input. */
  readonly boxesFar: Float32Array
  readonly boxesNear: Float32Array
}

export interface DetectedFace {
  /** Probability, 0..1. */
  readonly score: number
  /** In pixels of the original image; may reach beyond its edge. */
  readonly box: {
    readonly left: number
    readonly top: number
    readonly right: number
    readonly bottom: number
  }
  /** Right eye, left eye, nose, mouth, right ear, left ear of the person. */
  readonly points: readonly Point[]
}

/** The square around the whole image that the detector sees, centred, with black bars. */
export const wholeImage = ({ width, height }: RgbaImage): Square => ({
  centre: { x: width / 2, y: height / 2 },
  side: Math.max(width, height),
  turn: 0,
})

const grids = [
  { cells: 16, anchors: 2 },
  { cells: 8, anchors: 6 },
] as const

const anchors: readonly Point[] = grids.flatMap(({ cells, anchors: each }) =>
  Array.from({ length: cells * cells * each }, (_, index) => {
    const cell = Math.floor(index / each)
    const step = detectorSize / cells
    return { x: step * ((cell % cells) + 0.5), y: step * (Math.floor(cell / cells) + 0.5) }
  }),
)

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-Math.min(80, Math.max(-80, logit))))

export interface DetectionRules {
  readonly score: number
  /** Intersection over union above which two boxes are one face. */
  readonly overlap: number
  readonly most: number
}

export const detectionRules: DetectionRules = { score: 0.5, overlap: 0.3, most: 8 }

/** Faces in `image`, most certain first. */
export function decodeFaces(
  output: DetectorOutput,
  image: RgbaImage,
  rules: DetectionRules = detectionRules,
): readonly DetectedFace[] {
  const { centre, side } = wholeImage(image)
  const scale = side / detectorSize
  const offset = { x: centre.x - side / 2, y: centre.y - side / 2 }
  const far = output.scoresFar.length
  const candidates: DetectedFace[] = []
  for (const [index, anchor] of anchors.entries()) {
    const near = index >= far
    const score = sigmoid((near ? output.scoresNear[index - far] : output.scoresFar[index])!)
    if (score < rules.score) continue
    const boxes = near ? output.boxesNear : output.boxesFar
    const at = (near ? index - far : index) * 16
    const place = (dx: number, dy: number): Point => ({
      x: (anchor.x + dx) * scale + offset.x,
      y: (anchor.y + dy) * scale + offset.y,
    })
    const middle = place(boxes[at]!, boxes[at + 1]!)
    const halfWidth = (boxes[at + 2]! * scale) / 2
    const halfHeight = (boxes[at + 3]! * scale) / 2
    candidates.push({
      score,
      box: {
        left: middle.x - halfWidth,
        top: middle.y - halfHeight,
        right: middle.x + halfWidth,
        bottom: middle.y + halfHeight,
      },
      points: Array.from({ length: 6 }, (_, point) =>
        place(boxes[at + 4 + 2 * point]!, boxes[at + 5 + 2 * point]!),
      ),
    })
  }
  const kept: DetectedFace[] = []
  for (const candidate of candidates.toSorted((a, b) => b.score - a.score)) {
    if (kept.length === rules.most) break
    if (kept.every(({ box }) => overlapOf(box, candidate.box) <= rules.overlap)) kept.push(candidate)
  }
  return kept
}

/** Intersection over union of two boxes, 0..1. */
export function overlapOf(a: DetectedFace['box'], b: DetectedFace['box']): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left)
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
  if (width <= 0 || height <= 0) return 0
  const area = (box: DetectedFace['box']): number => (box.right - box.left) * (box.bottom - box.top)
  return (width * height) / (area(a) + area(b) - width * height)
}

/** The square around a face, turned so that the eyes are level; `reach` widens the box. */
export function faceSquare({ box, points }: DetectedFace, reach: number): Square {
  const [right, left] = points
  return {
    centre: { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 },
    side: Math.max(box.right - box.left, box.bottom - box.top) * reach,
    turn: right && left ? Math.atan2(left.y - right.y, left.x - right.x) : 0,
  }
}
