/** Spares looks of the detector where a camera's picture has hardly changed since the last one. */
import type { DetectedFace } from './detection.ts'
import type { RgbaImage } from './image.ts'

export interface StillnessRules {
  /** Seconds after a look in which it may serve further pictures. */
  readonly seconds: number
  /** Cells along the picture's longer side, and every how many pixels each way one is looked at. */
  readonly cells: number
  readonly stride: number
  /** Steps of green, 0..255, that the mean of every cell may be off. */
  readonly levels: number
}

export const stillnessRules: StillnessRules = { seconds: 0.9, cells: 16, stride: 4, levels: 2 }

interface Look {
  readonly at: number
  readonly width: number
  readonly height: number
  readonly cells: Float32Array
  readonly faces: readonly DetectedFace[]
}

/** For pictures of one camera, in order. */
export class DetectionMemory {
  readonly #rules: StillnessRules
  #look: Look | null = null

  constructor(rules: StillnessRules = stillnessRules) {
    this.#rules = rules
  }

  /**
   * The faces of the picture: those of the last look while nothing has changed since.
   *
   * @param at seconds on a clock that never stands still
   */
  async of(
    image: RgbaImage,
    at: number,
    detect: () => Promise<readonly DetectedFace[]>,
  ): Promise<readonly DetectedFace[]> {
    const { width, height } = image
    const cells = cellMeans(image, this.#rules)
    const known = this.#look
    const still =
      known !== null &&
      at - known.at < this.#rules.seconds &&
      known.width === width &&
      known.height === height &&
      cells.every((mean, cell) => Math.abs(mean - known.cells[cell]!) <= this.#rules.levels)
    if (still) return known.faces
    const faces = await detect()
    this.#look = { at, width, height, cells, faces }
    return faces
  }
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
