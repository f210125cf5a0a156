/** PNG and JPEG files as RGBA pixels, without a window. */
import { readFile } from 'node:fs/promises'
import { decode as decodePng } from 'fast-png'
import jpeg from 'jpeg-js'
import { fail, FailureError } from '../../models/core/failure.ts'
import type { RgbaImage } from '../../models/emotion/face/image.ts'

/** Limits that keep a broken or hostile file from taking the memory. */
const most = { megapixels: 50, megabytes: 1024, fileBytes: 100 * 2 ** 20 } as const

/** Fails with `not-found`, or `invalid-request` when the file is no picture that can be read. */
export async function readPicture(path: string): Promise<RgbaImage> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    return fail('not-found', `The picture cannot be read. Check the path ${path}.`, { path }, error)
  }
  if (bytes.length > most.fileBytes) refuse(path, 'it is larger than 100 MB')
  try {
    if (bytes[0] === 0x89 && bytes[1] === 0x50) return fromPng(bytes, path)
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return fromJpeg(bytes)
  } catch (error) {
    if (error instanceof FailureError) throw error
    return refuse(path, 'it is damaged', error)
  }
  return refuse(path, 'it is neither PNG nor JPEG')
}

const refuse = (path: string, reason: string, cause?: unknown): never =>
  fail(
    'invalid-request',
    `The picture ${path} cannot be read: ${reason}. Save it again as PNG or JPEG.`,
    { path, reason },
    cause,
  )

function fromJpeg(bytes: Uint8Array): RgbaImage {
  const { data, width, height } = jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: true,
    tolerantDecoding: false,
    maxResolutionInMP: most.megapixels,
    maxMemoryUsageInMB: most.megabytes,
  })
  return { data, width, height }
}

function fromPng(bytes: Uint8Array, path: string): RgbaImage {
  // The size stands in the first chunk: it is checked before anything is unpacked.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 24 || view.getUint32(16) * view.getUint32(20) > most.megapixels * 1e6)
    refuse(path, `it has more than ${most.megapixels} megapixels or none`)
  const { data, width, height, channels, depth, palette } = decodePng(bytes, { checkCrc: true })
  const pixels = new Uint8Array(4 * width * height)
  const put = (pixel: number, colour: readonly number[]): void => pixels.set(colour, 4 * pixel)
  if (palette || depth < 8) {
    const top = 2 ** depth - 1
    for (let pixel = 0; pixel < width * height; pixel++) {
      const sample = packedSample(data, depth, width, pixel)
      const grey = (sample * 255) / top
      const [red = 0, green = 0, blue = 0, alpha = 255] = palette
        ? (palette[sample] ?? [])
        : [grey, grey, grey]
      put(pixel, [red, green, blue, alpha])
    }
    return { data: pixels, width, height }
  }
  const level = (at: number): number => (depth === 16 ? data[at]! >> 8 : data[at]!)
  for (let pixel = 0; pixel < width * height; pixel++) {
    const at = pixel * channels
    const [green, blue] = channels >= 3 ? [at + 1, at + 2] : [at, at]
    const alpha = channels === 2 || channels === 4 ? level(at + channels - 1) : 255
    put(pixel, [level(at), level(green), level(blue), alpha])
  }
  return { data: pixels, width, height }
}

/** One palette index or grey level; below 8 bits several share a byte, and rows begin on a new one. */
function packedSample(data: ArrayLike<number>, depth: number, width: number, pixel: number): number {
  const bit = (pixel % width) * depth
  const byte = data[Math.floor(pixel / width) * Math.ceil((width * depth) / 8) + (bit >> 3)] ?? 0
  return (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1)
}
