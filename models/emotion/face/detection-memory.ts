/** Spares looks of the detector at a camera's picture whose faces have kept still. */
import { overlapOf, type DetectedFace } from './detection.ts'
import type { RgbaImage } from './image.ts'

export interface StillnessRules {
  /** Seconds after a look in which it may serve further pictures. */
  readonly seconds: number
  /** How far a face may have moved meanwhile, as a share of its side, at the pace between the last two looks. */
  readonly drift: number
  /**
   * Steps of green, 0..255, that the mean of every cell may be off: more is somebody new, or a sudden move. There
   * are so many cells along the longer side; every so many pixels each way one is looked at.
   */
  readonly levels: number
  readonly cells: number
  readonly stride: number
}

export const stillnessRules: StillnessRules = { seconds: 0.9, drift: 0.04, levels: 16, cells: 16, stride: 4 }

interface Look {
  readonly at: number
  readonly width: number
  readonly height: number
  readonly cells: Float32Array
  readonly faces: readonly DetectedFace[]
  /** Until when it serves, in seconds on the same clock. */
  readonly until: number
}

/** For pictures of one camera, in order. */
export class DetectionMemory {
  readonly #rules: StillnessRules
  #look: Look | null = null

  constructor(rules: StillnessRules = stillnessRules) {
    this.#rules = rules
  }

  /**
   * The faces of the picture: those of the last look while they keep still.
   *
   * @param at seconds on a clock that never stands still
   */
  async of(
    image: RgbaImage,
    at: number,
    detect: () => Promise<readonly DetectedFace[]>,
  ): Promise<readonly DetectedFace[]> {
    const { seconds, drift, levels } = this.#rules
    const cells = cellMeans(image, this.#rules)
    const before = this.#lookBefore(image, at)
    if (
      before !== null &&
      at < before.until &&
      cells.every((mean, cell) => Math.abs(mean - before.cells[cell]!) <= levels)
    )
      return before.faces
    const faces = await detect()
    // Of the first look nobody knows how fast its faces move.
    const pace = before === null ? Infinity : greatestMove(before.faces, faces) / (at - before.at)
    const until = at + Math.min(seconds, drift / pace)
    this.#look = { at, width: image.width, height: image.height, cells, faces, until }
    return faces
  }

  /** The last look, unless it was of another camera or before a pause: how fast faces move is then not known. */
  #lookBefore({ width, height }: RgbaImage, at: number): Look | null {
    const look = this.#look
    const follows = look !== null && at - look.at < 2 * this.#rules.seconds
    return follows && look.width === width && look.height === height ? look : null
  }
}

/** The furthest that a face has moved, as a share of its side; infinite where one came or went. */
function greatestMove(before: readonly DetectedFace[], now: readonly DetectedFace[]): number {
  if (before.length !== now.length) return Infinity
  return Math.max(
    0,
    ...now.map(({ box }) => {
      const known = before.find((face) => overlapOf(face.box, box) > 0.5)?.box
      if (!known) return Infinity
      const dx = (box.left + box.right - known.left - known.right) / 2
      const dy = (box.top + box.bottom - known.top - known.bottom) / 2
      return Math.hypot(dx, dy) / (box.right - box.left)
    }),
  )
}

/** Mean green of each cell, 0..255, row by row; 0 where a picture that is not square has none. */
function cellMeans({ data, width, height }: RgbaImage, { cells, stride }: StillnessRules): Float32Array {
  const sums = new Float32Array(cells * cells)
  const counts = new Float32Array(cells * cells)
  const side = Math.max(width, height) / cells
  for (let y = 0; y < height; y += stride) {
    const row = Math.floor(y / side) * cells
    for (let x = 0; x < width; x += stride) {
      const cell = row + Math.floor(x / side)
      sums[cell]! += data[4 * (y * width + x) + 1]!
      counts[cell]! += 1
    }
  }
  return sums.map((sum, cell) => sum / Math.max(1, counts[cell]!))
}
