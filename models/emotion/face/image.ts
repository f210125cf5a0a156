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

/** The same square seen from the other end: by 180 degrees. */
export const turnedAround = (square: Square): Square => ({ ...square, turn: square.turn + Math.PI })

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
 *
 * @param mostSamples of that grid each way; 1 is plain bilinear
 */
export function sampleSquare(image: RgbaImage, square: Square, size: number, mostSamples = 4): Float32Array {
  const each = Math.min(mostSamples, Math.max(1, Math.round(square.side / size)))
  return square.turn === 0
    ? sampleUpright(image, square, size, each)
    : sampleTurned(image, square, size, each)
}

/** Every value times `factor` plus `offset`, in place. */
export function scaled(values: Float32Array, factor: number, offset: number): Float32Array {
  for (let index = 0; index < values.length; index++) values[index] = values[index]! * factor + offset
  return values
}

interface Taps {
  /** First source position and, from there, `each` weights per output position; zeros where all lies outside. */
  readonly first: Int32Array
  readonly weights: Float64Array
  readonly each: number
}

/**
 * Along one axis an upright square is a weighted sum of few neighbours: the bilinear samples put together. Every
 * position named lies within the image.
 */
function tapsOf(start: number, step: number, size: number, length: number, samples: number): Taps {
  // From the first sample's left neighbour to the last one's right.
  const each = Math.min(length, Math.ceil(step * (1 - 1 / samples)) + 2)
  const first = new Int32Array(size)
  const weights = new Float64Array(size * each)
  for (let out = 0; out < size; out++) {
    const from = Math.floor(start + (out + 0.5 / samples) * step - 0.5)
    const inside = Math.min(length - each, Math.max(0, from))
    first[out] = inside
    for (let sub = 0; sub < samples; sub++) {
      const at = start + (out + (sub + 0.5) / samples) * step - 0.5
      const left = Math.floor(at)
      for (const [place, weight] of [
        [left, 1 - (at - left)],
        [left + 1, at - left],
      ] as const)
        if (place >= 0 && place < length) weights[out * each + place - inside]! += weight / samples
    }
  }
  return { first, weights, each }
}

/** The same as `sampleTurned` without a turn, one axis after the other. */
function sampleUpright(
  { data, width, height }: RgbaImage,
  { centre, side }: Square,
  size: number,
  each: number,
): Float32Array {
  const step = side / size
  const across = tapsOf(centre.x - side / 2, step, size, width, each)
  const down = tapsOf(centre.y - side / 2, step, size, height, each)
  const line = size * 3
  const top = down.first[0]!
  const rows = new Float32Array((down.first[size - 1]! + down.each - top) * line)
  for (let at = 0, row = top; at < rows.length; row++)
    for (let column = 0; column < size; column++, at += 3) {
      let red = 0
      let green = 0
      let blue = 0
      let from = (row * width + across.first[column]!) * 4
      const end = (column + 1) * across.each
      for (let tap = column * across.each; tap < end; tap++, from += 4) {
        const weight = across.weights[tap]!
        red += weight * data[from]!
        green += weight * data[from + 1]!
        blue += weight * data[from + 2]!
      }
      rows[at] = red
      rows[at + 1] = green
      rows[at + 2] = blue
    }
  const out = new Float32Array(size * line)
  for (let row = 0; row < size; row++)
    for (let tap = 0; tap < down.each; tap++) {
      const weight = down.weights[row * down.each + tap]!
      if (weight === 0) continue
      const from = (down.first[row]! + tap - top) * line
      const to = row * line
      for (let index = 0; index < line; index++) out[to + index]! += weight * rows[from + index]!
    }
  return out
}

function sampleTurned(image: RgbaImage, square: Square, size: number, each: number): Float32Array {
  const { data, width, height } = image
  const out = new Float32Array(size * size * 3)
  const share = 1 / (each * each)
  const step = square.side / size
  const c = Math.cos(square.turn) * step
  const s = Math.sin(square.turn) * step
  const origin = pointIn(square, 0, 0)
  const count = each * each
  const samplesX = new Float64Array(count)
  const samplesY = new Float64Array(count)
  for (let sub = 0; sub < count; sub++) {
    const u = ((sub % each) + 0.5) / each
    const v = (Math.floor(sub / each) + 0.5) / each
    samplesX[sub] = origin.x + u * c - v * s - 0.5
    samplesY[sub] = origin.y + u * s + v * c - 0.5
  }
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      let red = 0
      let green = 0
      let blue = 0
      for (let sub = 0; sub < count; sub++) {
        const x = samplesX[sub]! + column * c - row * s
        const y = samplesY[sub]! + column * s + row * c
        const left = Math.floor(x)
        const top = Math.floor(y)
        const fx = x - left
        const fy = y - top
        if (left >= 0 && top >= 0 && left < width - 1 && top < height - 1) {
          const at = (top * width + left) * 4
          const below = at + 4 * width
          const a = (1 - fx) * (1 - fy)
          const b = fx * (1 - fy)
          const d = (1 - fx) * fy
          const e = fx * fy
          red += a * data[at]! + b * data[at + 4]! + d * data[below]! + e * data[below + 4]!
          green += a * data[at + 1]! + b * data[at + 5]! + d * data[below + 1]! + e * data[below + 5]!
          blue += a * data[at + 2]! + b * data[at + 6]! + d * data[below + 2]! + e * data[below + 6]!
          continue
        }
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
