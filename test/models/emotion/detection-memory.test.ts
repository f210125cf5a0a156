import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../models/core/random.ts'
import { DetectionMemory } from '../../../models/emotion/face/detection-memory.ts'
import type { RgbaImage } from '../../../models/emotion/face/image.ts'
import { drawnFace } from '../../support/drawn-face.ts'

const face = drawnFace(120)

/** A wall with the drawn face on it, and a sensor's noise of at most so many levels. */
function picture({ left = 200, noise = 0, seed = 1, light = 1, shown = true }): RgbaImage {
  const [width, height] = [480, 360]
  const random = seededRandom(seed)
  const data = new Uint8Array(4 * width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++) {
        const [u, v] = [x - left, y - 150]
        const inside = shown && u >= 0 && v >= 0 && u < 120 && v < 120
        const plain = inside ? face.data[4 * (v * 120 + u) + channel]! : 160
        const value = light * plain + (noise === 0 ? 0 : noise * (2 * random.uniform() - 1))
        data[4 * (y * width + x) + channel] = Math.min(255, Math.max(0, Math.round(value)))
      }
  return { data, width, height }
}

/** In which of the pictures, five a second, the detector looks. */
async function looks(
  pictures: readonly RgbaImage[],
  {
    at = (index) => index / 5,
    left = () => 0,
  }: { readonly at?: (index: number) => number; readonly left?: (index: number) => number } = {},
): Promise<string> {
  const memory = new DetectionMemory()
  let out = ''
  for (const [index, image] of pictures.entries()) {
    const box = { left: left(index), top: 0, right: left(index) + 100, bottom: 100 }
    const [known] = await memory.of(image, at(index), () =>
      Promise.resolve([{ score: index, box, points: [] }]),
    )
    out += known!.score === index ? 'x' : '-'
    expect(known!.score).toBe(out.lastIndexOf('x'))
  }
  return out
}

const still = Array.from({ length: 12 }, (_, seed) => picture({ noise: 6, seed: seed + 1 }))

describe('the memory of what the detector saw', () => {
  it('serves pictures of a face that keeps still for a second, whatever the noise of the sensor', async () => {
    expect(await looks(still)).toBe('xx----x----x')
  })

  it('serves the fewer pictures the faster a face moves', async () => {
    expect(await looks(still.slice(0, 8), { left: (index) => 1.5 * index })).toBe('xx--x--x')
    expect(await looks(still.slice(0, 8), { left: (index) => 3 * index })).toBe('xx-x-x-x')
    expect(await looks(still.slice(0, 4), { left: (index) => 6 * index })).toBe('xxxx')
    expect(await looks(still.slice(0, 4), { left: (index) => 80 * index })).toBe('xxxx')
  })

  it('looks again at once when a face jumps, comes or goes, or the light changes', async () => {
    for (const changed of [picture({ left: 230 }), picture({ shown: false }), picture({ light: 0.8 })])
      expect(await looks([picture({}), picture({}), picture({}), changed])).toBe('xx-x')
  })

  it('does not add up small steps: what is compared is the picture that was looked at', async () => {
    const fading = Array.from({ length: 6 }, (_, index) => picture({ light: 1 - 0.03 * index }))
    expect(await looks(fading)).toBe('xx---x')
  })

  it('forgets after a pause, and what another camera showed', async () => {
    const same = [picture({}), picture({}), picture({})]
    expect(await looks(same, { at: (index) => 2 * index })).toBe('xxx')
    // After a pause nobody knows how fast the face moves.
    expect(await looks(still.slice(0, 4), { at: (index) => [0, 5, 5.2, 5.4][index]! })).toBe('xxx-')
    const { data } = picture({})
    expect(await looks([...same, { data, width: 360, height: 480 }])).toBe('xx-x')
  })
})
