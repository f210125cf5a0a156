/** Pixels as the face networks take them: upright square crops by an affine map, bilinear. */

export interface RgbaImage {
  /** Row-major RGBA, 0..255, width x height x 4. */
  readonly data: Uint8Array | Uint8ClampedArray
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** A square in the image: its centre, side in pixels, and turn in radians (clockwise, y points down). */
export interface Square {
  readonly centre: Point
  readonly side: number
  readonly turn: number
}

/** Where a point of a square's own frame (0..1 both ways) lies in the image. */
export function pointIn({ centre, side, turn }: Square, u: number, v: number): Point {
  const dx = (u - 0.5) * side
  const dy = (v - 0.5) * side
  const c = Math.cos(turn)
  const s = Math.sin(turn)
  return { x: centre.x + dx * c - dy * s, y: centre.y + dx * s + dy * c }
}

/**
 * The square sampled to `size` x `size` RGB, values 0..255, row-major; what lies outside the image is black.
 * A square much larger than `size` is averaged over a grid of samples per pixel, so that detail does not
 * turn into noise.
 */
export function sampleSquare(image: RgbaImage, square: Square, size: number): Float32Array {
  const { data, width, height } = image
  const out = new Float32Array(size * size * 3)
  const each = Math.min(4, Math.max(1, Math.round(square.side / size)))
  const share = 1 / (each * each)
  const step = square.side / size
  const c = Math.cos(square.turn) * step
  const s = Math.sin(square.turn) * step
  const origin = pointIn(square, 0, 0)
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      let red = 0
      let green = 0
      let blue = 0
      for (let sub = 0; sub < each * each; sub++) {
        const u = column + ((sub % each) + 0.5) / each
        const v = row + (Math.floor(sub / each) + 0.5) / each
        const x = origin.x + u * c - v * s - 0.5
        const y = origin.y + u * s + v * c - 0.5
        const left = Math.floor(x)
        const top = Math.floor(y)
        const fx = x - left
        const fy = y - top
        for (let corner = 0; corner < 4; corner++) {
          const px = left + (corner & 1)
          const py = top + (corner >> 1)
          if (px < 0 || py < 0 || px >= width || py >= height) continue
          const weight = (corner & 1 ? fx : 1 - fx) * (corner >> 1 ? fy : 1 - fy)
          const at = (py * width + px) * 4
          red += weight * data[at]!
          green += weight * data[at + 1]!
          blue += weight * data[at + 2]!
        }
      }
      const at = (row * size + column) * 3
      out[at] = red * share
      out[at + 1] = green * share
      out[at + 2] = blue * share
    }
  return out
}

/** Luma of RGB triples (ITU-R BT.601), 0..255. */
export function luma(rgb: Float32Array): Float32Array {
  return Float32Array.from(
    { length: rgb.length / 3 },
    (_, index) => 0.299 * rgb[3 * index]! + 0.587 * rgb[3 * index + 1]! + 0.114 * rgb[3 * index + 2]!,
  )
}
