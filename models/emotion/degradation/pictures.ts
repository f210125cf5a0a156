/** Pictures spoilt in known ways, to measure that what cannot be read is not read. */
import { sampleSquare, type RgbaImage } from '../face/image.ts'
import type { Random } from '../../core/random.ts'

export interface PictureDegradation {
  readonly name: string
  /** @param other another picture, for those that need two */
  readonly apply: (image: RgbaImage, other: RgbaImage, random: Random) => RgbaImage
}

/** Every pixel made anew; alpha is opaque. */
function painted(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): RgbaImage {
  const data = new Uint8Array(4 * width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [red, green, blue] = colour(x, y)
      const at = 4 * (y * width + x)
      data[at] = level(red)
      data[at + 1] = level(green)
      data[at + 2] = level(blue)
      data[at + 3] = 255
    }
  return { data, width, height }
}

const level = (value: number): number => Math.min(255, Math.max(0, Math.round(value)))

const at = ({ data, width, height }: RgbaImage, x: number, y: number): readonly [number, number, number] => {
  if (x < 0 || y < 0 || x >= width || y >= height) return [0, 0, 0]
  const place = 4 * (y * width + x)
  return [data[place]!, data[place + 1]!, data[place + 2]!]
}

/** Square of `size` pixels around the picture's middle, turned by `turn` radians. */
function squared(image: RgbaImage, size: number, turn = 0): RgbaImage {
  const centre = { x: image.width / 2, y: image.height / 2 }
  const rgb = sampleSquare(image, { centre, side: Math.max(image.width, image.height), turn }, size)
  return painted(size, size, (x, y) => {
    const place = 3 * (y * size + x)
    return [rgb[place]!, rgb[place + 1]!, rgb[place + 2]!]
  })
}

const sideOf = ({ width, height }: RgbaImage): number => Math.min(640, Math.max(width, height))

/** Sum of uniform draws: close enough to the noise of a sensor. */
const noise = (random: Random): number => random.uniform() + random.uniform() + random.uniform() - 1.5

const toned = (
  image: RgbaImage,
  tone: (value: number) => number,
  grain: number,
  random: Random,
): RgbaImage => {
  const small = squared(image, sideOf(image))
  return painted(small.width, small.height, (x, y) => {
    const [red, green, blue] = at(small, x, y)
    const speck = grain * noise(random)
    return [tone(red) + speck, tone(green) + speck, tone(blue) + speck]
  })
}

/** Three passes of a box of `radius` pixels each way, close to a Gaussian. */
function blurred(image: RgbaImage, radius: number): RgbaImage {
  const { width, height } = image
  let channels: readonly Float32Array[] = [0, 1, 2].map((channel) =>
    Float32Array.from({ length: width * height }, (_, index) => image.data[4 * index + channel]!),
  )
  const pass = (
    source: Float32Array,
    step: number,
    length: number,
    line: number,
    lines: number,
  ): Float32Array => {
    const out = new Float32Array(source.length)
    for (let row = 0; row < lines; row++) {
      const start = row * line
      for (let index = 0; index < length; index++) {
        let sum = 0
        for (let offset = -radius; offset <= radius; offset++)
          sum += source[start + Math.min(length - 1, Math.max(0, index + offset)) * step]!
        out[start + index * step] = sum / (2 * radius + 1)
      }
    }
    return out
  }
  for (let round = 0; round < 3; round++)
    channels = channels.map((channel) =>
      pass(pass(channel, 1, width, width, height), width, height, 1, width),
    )
  return painted(width, height, (x, y) => {
    const place = y * width + x
    return [channels[0]![place]!, channels[1]![place]!, channels[2]![place]!]
  })
}

function beside(one: RgbaImage, other: RgbaImage): RgbaImage {
  const size = 320
  const [left, right] = [squared(one, size), squared(other, size)]
  return painted(2 * size, size, (x, y) => (x < size ? at(left, x, y) : at(right, x - size, y)))
}

/** Tiles in a random order: everything of the picture is there and nothing in its place. */
function shuffled(image: RgbaImage, random: Random): RgbaImage {
  const size = 320
  const tiles = 8
  const tile = size / tiles
  const source = squared(image, size)
  const order = Array.from({ length: tiles * tiles }, (_, index) => index)
  for (let index = order.length - 1; index > 0; index--) {
    const other = random.below(index + 1)
    ;[order[index], order[other]] = [order[other]!, order[index]!]
  }
  return painted(size, size, (x, y) => {
    const from = order[Math.floor(y / tile) * tiles + Math.floor(x / tile)]!
    return at(source, (from % tiles) * tile + (x % tile), Math.floor(from / tiles) * tile + (y % tile))
  })
}

export const pictureDegradations: readonly PictureDegradation[] = [
  { name: 'turned by 90 degrees', apply: (image) => squared(image, sideOf(image), Math.PI / 2) },
  { name: 'upside down', apply: (image) => squared(image, sideOf(image), Math.PI) },
  { name: 'turned by 45 degrees', apply: (image) => squared(image, sideOf(image), Math.PI / 4) },
  { name: 'tiny', apply: (image) => squared(image, 48) },
  { name: 'tiny and enlarged', apply: (image) => squared(squared(image, 40), 400) },
  { name: 'dark', apply: (image, _, random) => toned(image, (value) => 0.04 * value, 6, random) },
  { name: 'overexposed', apply: (image, _, random) => toned(image, (value) => 235 + 0.1 * value, 4, random) },
  {
    name: 'without contrast',
    apply: (image, _, random) => toned(image, (value) => 120 + 0.03 * value, 2, random),
  },
  { name: 'noisy', apply: (image, _, random) => toned(image, (value) => value, 160, random) },
  {
    name: 'blurred',
    apply: (image) => blurred(squared(image, sideOf(image)), Math.ceil(sideOf(image) / 60)),
  },
  { name: 'two persons', apply: beside },
  { name: 'no face: tiles', apply: (image, _, random) => shuffled(image, random) },
  {
    name: 'no face: noise',
    apply: (_image, _other, random) =>
      painted(320, 320, () => [255 * random.uniform(), 255 * random.uniform(), 255 * random.uniform()]),
  },
]
