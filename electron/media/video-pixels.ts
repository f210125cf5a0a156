/** Decoded video frames as RGBA pixels. */
import type { RgbaImage } from '../../models/emotion/face/image.ts'
import type { LibavFrame } from './libav.ts'

/** Shares of red and blue in the luma: ITU-R BT.601 and BT.709. */
const standards = { sd: [0.299, 0.114], hd: [0.2126, 0.0722] } as const

/**
 * Planar 4:2:0 of 8 bits in limited range, nearest chroma. VP8 is BT.601 always; VP9 that says nothing is taken
 * as BT.709 from 720 lines on.
 */
export function rgbaOf({ data, layout, width = 0, height = 0 }: LibavFrame, codec: string): RgbaImage {
  const [y, u, v] = layout ?? []
  if (!(data instanceof Uint8Array) || !y || !u || !v) throw new TypeError('A video frame has no planes.')
  const [kr, kb] = standards[codec === 'vp8' || height < 720 ? 'sd' : 'hd']
  const scale = 255 / 112
  const red = scale * (1 - kr)
  const blue = scale * (1 - kb)
  const greenOfBlue = (-blue * kb) / (1 - kr - kb)
  const greenOfRed = (-red * kr) / (1 - kr - kb)
  const out = new Uint8ClampedArray(4 * width * height)
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const light = (255 / 219) * (data[y.offset + row * y.stride + column]! - 16)
      const chroma = (row >> 1) * u.stride + (column >> 1)
      const b = data[u.offset + chroma]! - 128
      const r = data[v.offset + (row >> 1) * v.stride + (column >> 1)]! - 128
      const at = 4 * (row * width + column)
      out[at] = light + red * r
      out[at + 1] = light + greenOfBlue * b + greenOfRed * r
      out[at + 2] = light + blue * b
      out[at + 3] = 255
    }
  return { data: out, width, height }
}
