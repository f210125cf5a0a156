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
 *
 * @param smooth whether a square much larger than `size` is averaged, so that detail does not turn into noise; if
 *   not, it is plain bilinear
 */
export function sampleSquare(image: RgbaImage, square: Square, size: number, smooth = true): Float32Array {
  let view: View = { image: { ...image, data: plainBytes(image.data) }, square }
  while (smooth && view.square.side >= 2 * size) view = halved(view)
  const samples = smooth && view.square.side >= 1.5 * size ? 2 : 1
  const sample = square.turn === 0 && Math.min(view.image.width, view.image.height) >= taps ? upright : turned
  return sample(view, size, samples)
}

/** The same bytes in one class of array whatever the caller's: the loops over them are compiled for one. */
const plainBytes = ({ buffer, byteOffset, length }: RgbaImage['data']): Uint8Array =>
  new Uint8Array(buffer, byteOffset, length)

/** A square and the image that it lies in. */
interface View {
  readonly image: RgbaImage
  readonly square: Square
}

/**
 * The image around the square with two by two pixels averaged to one. An odd last row or column of the whole image is
 * left out.
 */
function halved({ image: { data, width, height }, square: { centre, side, turn } }: View): View {
  const reach = (side / 2) * (Math.abs(Math.cos(turn)) + Math.abs(Math.sin(turn))) + 2
  const span = (middle: number, length: number): { readonly from: number; readonly cells: number } => {
    const from = Math.min(length, Math.max(0, Math.floor(middle - reach)))
    return { from, cells: Math.max(0, Math.min(length, Math.ceil(middle + reach)) - from) >> 1 }
  }
  const across = span(centre.x, width)
  const down = span(centre.y, height)
  const out = new Uint8Array(4 * across.cells * down.cells)
  for (let row = 0; row < down.cells; row++) halve(row)
  return {
    image: { data: out, width: across.cells, height: down.cells },
    square: {
      centre: { x: (centre.x - across.from) / 2, y: (centre.y - down.from) / 2 },
      side: side / 2,
      turn,
    },
  }

  function halve(row: number): void {
    let to = 4 * row * across.cells
    let at = 4 * ((down.from + 2 * row) * width + across.from)
    let below = at + 4 * width
    for (const end = to + 4 * across.cells; to < end; to += 4, at += 8, below += 8) {
      out[to] = (data[at]! + data[at + 4]! + data[below]! + data[below + 4]! + 2) >> 2
      out[to + 1] = (data[at + 1]! + data[at + 5]! + data[below + 1]! + data[below + 5]! + 2) >> 2
      out[to + 2] = (data[at + 2]! + data[at + 6]! + data[below + 2]! + data[below + 6]! + 2) >> 2
    }
  }
}

/** Every value times `factor` plus `offset`, in place. */
export function scaled(values: Float32Array, factor: number, offset: number): Float32Array {
  for (let index = 0; index < values.length; index++) values[index] = values[index]! * factor + offset
  return values
}

/**
 * Neighbours along one axis that make up an output position: the two of a bilinear sample, or of two samples that are
 * less than a pixel apart.
 */
const taps = 3

interface Axis {
  /** First source position per output position and, from there, `taps` weights: zeros where all lies outside. */
  readonly first: Int32Array
  readonly weights: Float64Array
}

/**
 * Along one axis an upright square is a weighted sum of few neighbours: the bilinear samples put together. Every
 * position named lies within the image, whose `length` is at least `taps`.
 *
 * @param step source pixels per output position, less than 2
 */
function axis(start: number, step: number, size: number, length: number, samples: number): Axis {
  const first = new Int32Array(size)
  const weights = new Float64Array(size * taps)
  for (let out = 0; out < size; out++) {
    const from = Math.floor(start + (out + 0.5 / samples) * step - 0.5)
    const inside = Math.min(length - taps, Math.max(0, from))
    first[out] = inside
    for (let sub = 0; sub < samples; sub++) {
      const at = start + (out + (sub + 0.5) / samples) * step - 0.5
      const left = Math.floor(at)
      const tap = out * taps + left - inside
      if (left >= 0 && left < length) weights[tap]! += (1 - (at - left)) / samples
      if (left >= -1 && left < length - 1) weights[tap + 1]! += (at - left) / samples
    }
  }
  return { first, weights }
}

/** The same as `turned` without a turn, one axis after the other. */
function upright(
  { image: { data, width, height }, square: { centre, side } }: View,
  size: number,
  samples: number,
): Float32Array {
  const step = side / size
  const across = axis(centre.x - side / 2, step, size, width, samples)
  const down = axis(centre.y - side / 2, step, size, height, samples)
  const line = size * 3
  // Source rows by their number modulo `taps`, each already `size` wide.
  const rows = new Float32Array(taps * line)
  const out = new Float32Array(size * line)
  for (let row = 0, to = 0, next = 0; row < size; row++) {
    const first = down.first[row]!
    for (next = Math.max(next, first); next < first + taps; next++) squeeze(next)
    const a = down.weights[row * taps]!
    const b = down.weights[row * taps + 1]!
    const c = down.weights[row * taps + 2]!
    let above = (first % taps) * line
    let middle = ((first + 1) % taps) * line
    let below = ((first + 2) % taps) * line
    for (const end = to + line; to < end;)
      out[to++] = a * rows[above++]! + b * rows[middle++]! + c * rows[below++]!
  }
  return out

  function squeeze(row: number): void {
    let at = (row % taps) * line
    for (let column = 0, tap = 0; column < size; column++, at += 3, tap += taps) {
      const from = 4 * (row * width + across.first[column]!)
      const a = across.weights[tap]!
      const b = across.weights[tap + 1]!
      const c = across.weights[tap + 2]!
      rows[at] = a * data[from]! + b * data[from + 4]! + c * data[from + 8]!
      rows[at + 1] = a * data[from + 1]! + b * data[from + 5]! + c * data[from + 9]!
      rows[at + 2] = a * data[from + 2]! + b * data[from + 6]! + c * data[from + 10]!
    }
  }
}

function turned({ image, square }: View, size: number, samples: number): Float32Array {
  const out = new Float32Array(size * size * 3)
  const share = 1 / (samples * samples)
  for (let sub = 0; sub < samples * samples; sub++) {
    const u = ((sub % samples) + 0.5) / samples / size
    const v = (Math.floor(sub / samples) + 0.5) / samples / size
    for (let row = 0; row < size; row++)
      addLine(image, pointIn(square, u, v + row / size), square, size, share, out.subarray(row * size * 3))
  }
  return out
}

/** Adds `share` of the bilinear samples from `start` on, `size` of them along a side of the square. */
function addLine(
  { data, width, height }: View['image'],
  start: Point,
  { side, turn }: Square,
  size: number,
  share: number,
  out: Float32Array,
): void {
  const dx = (Math.cos(turn) * side) / size
  const dy = (Math.sin(turn) * side) / size
  for (let column = 0, to = 0; column < size; column++, to += 3) {
    const x = start.x - 0.5 + column * dx
    const y = start.y - 0.5 + column * dy
    const left = Math.floor(x) | 0
    const top = Math.floor(y) | 0
    const fx = x - left
    const fy = y - top
    if (left >= 0 && top >= 0 && left < width - 1 && top < height - 1) {
      const at = (top * width + left) * 4
      const below = at + 4 * width
      const a = (1 - fx) * (1 - fy) * share
      const b = fx * (1 - fy) * share
      const c = (1 - fx) * fy * share
      const d = fx * fy * share
      out[to]! += a * data[at]! + b * data[at + 4]! + c * data[below]! + d * data[below + 4]!
      out[to + 1]! += a * data[at + 1]! + b * data[at + 5]! + c * data[below + 1]! + d * data[below + 5]!
      out[to + 2]! += a * data[at + 2]! + b * data[at + 6]! + c * data[below + 2]! + d * data[below + 6]!
      continue
    }
    for (let corner = 0; corner < 4; corner++) {
      const px = left + (corner & 1)
      const py = top + (corner >> 1)
      if (px < 0 || py < 0 || px >= width || py >= height) continue
      const weight = (corner & 1 ? fx : 1 - fx) * (corner >> 1 ? fy : 1 - fy) * share
      const at = (py * width + px) * 4
      out[to]! += weight * data[at]!
      out[to + 1]! += weight * data[at + 1]!
      out[to + 2]! += weight * data[at + 2]!
    }
  }
}

/** Luma of RGB triples (ITU-R BT.601), 0..255. */
export function luma(rgb: Float32Array): Float32Array {
  const out = new Float32Array(rgb.length / 3)
  for (let at = 0, from = 0; at < out.length; at++, from += 3)
    out[at] = 0.299 * rgb[from]! + 0.587 * rgb[from + 1]! + 0.114 * rgb[from + 2]!
  return out
}
