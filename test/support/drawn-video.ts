/** A drawn person who sits before a camera: hardly moving, with a sensor's noise, as Chromium's fake camera plays it. */
import { seededRandom } from '../../models/core/random.ts'
import { drawnFace } from './drawn-face.ts'

export interface DrawnVideo {
  readonly width: number
  readonly height: number
  readonly framesPerSecond: number
  readonly frames: number
  /** Side of the picture that the face is drawn in, in pixels; null for an empty room. */
  readonly faceSide: number | null
}

/** Steps of luma by which a pixel is off at most, as of a laptop's camera in a lit room. */
const noise = 3

/** The bytes of a YUV4MPEG2 file, 4:2:0 of 8 bits in full range. */
export function drawnVideo({ width, height, framesPerSecond, frames, faceSide }: DrawnVideo): Uint8Array {
  const face = faceSide === null ? null : planesOf(faceSide)
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`)
  const mark = Buffer.from('FRAME\n')
  const random = seededRandom(1)
  const grain = Int8Array.from({ length: 2 * width * height }, () =>
    Math.round((2 * random.uniform() - 1) * noise),
  )
  const pieces: Uint8Array[] = [header]
  for (let frame = 0; frame < frames; frame++) {
    const light = new Uint8Array(width * height).fill(183)
    const blue = new Uint8Array((width * height) / 4).fill(131)
    const red = new Uint8Array((width * height) / 4).fill(124)
    if (face && faceSide !== null) {
      const sway = (amount: number, turns: number): number =>
        2 * Math.round((amount / 2) * Math.sin((2 * Math.PI * turns * frame) / frames))
      const left = ((width - faceSide) >> 2) * 2 + sway(4, 1)
      const top = height - faceSide + sway(2, 2)
      paste(face.light, faceSide, light, width, height, left, top)
      paste(face.blue, faceSide / 2, blue, width / 2, height / 2, left / 2, top / 2)
      paste(face.red, faceSide / 2, red, width / 2, height / 2, left / 2, top / 2)
    }
    const from = Math.floor(random.uniform() * width * height)
    for (let at = 0; at < light.length; at++) light[at] = light[at]! + grain[from + at]!
    pieces.push(mark, light, blue, red)
  }
  return Buffer.concat(pieces)
}

interface Planes {
  readonly light: Uint8Array
  readonly blue: Uint8Array
  readonly red: Uint8Array
}

/** The drawn face as planes (ITU-R BT.601, full range), chroma at half the size. */
function planesOf(side: number): Planes {
  const { data } = drawnFace(side)
  const light = new Uint8Array(side * side)
  const blue = new Uint8Array((side * side) / 4)
  const red = new Uint8Array((side * side) / 4)
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const at = row * side + column
      const [r, g, b] = [data[4 * at]!, data[4 * at + 1]!, data[4 * at + 2]!]
      const y = 0.299 * r + 0.587 * g + 0.114 * b
      light[at] = y
      const half = (row >> 1) * (side >> 1) + (column >> 1)
      blue[half] = 128 + 0.564 * (b - y)
      red[half] = 128 + 0.713 * (r - y)
    }
  return { light, blue, red }
}

function paste(
  from: Uint8Array,
  side: number,
  to: Uint8Array,
  width: number,
  height: number,
  left: number,
  top: number,
): void {
  for (let row = Math.max(0, -top); row < side && top + row < height; row++)
    to.set(from.subarray(row * side, (row + 1) * side), (top + row) * width + left)
}
