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
  at = (index: number): number => index / 5,
): Promise<string> {
  const memory = new DetectionMemory()
  let out = ''
  for (const [index, image] of pictures.entries()) {
    const box = { left: 0, top: 0, right: 1, bottom: 1 }
    const [known] = await memory.of(image, at(index), () =>
      Promise.resolve([{ score: index, box, points: [] }]),
    )
    out += known!.score === index ? 'x' : '-'
    expect(known!.score).toBe(out.lastIndexOf('x'))
  }
  return out
}

describe('the memory of what the detector saw', () => {
  it('serves a still picture for a second, whatever the noise of the sensor', async () => {
    const still = Array.from({ length: 11 }, (_, seed) => picture({ noise: 6, seed: seed + 1 }))
    expect(await looks(still)).toBe('x----x----x')
  })

  it('looks again at once when a face moves, comes or goes, or the light changes', async () => {
    for (const changed of [picture({ left: 206 }), picture({ shown: false }), picture({ light: 0.96 })])
      expect(await looks([picture({}), picture({}), changed, changed])).toBe('x-x-')
    expect(await looks([picture({ shown: false }), picture({})])).toBe('xx')
  })

  it('does not add up small steps: what is compared is the picture that was looked at', async () => {
    const drifting = Array.from({ length: 5 }, (_, index) => picture({ light: 1 - 0.005 * index }))
    expect(await looks(drifting)).toBe('x--x-')
  })

  it('forgets after a pause, and what another camera showed', async () => {
    expect(await looks([picture({}), picture({})], (index) => 2 * index)).toBe('xx')
    const { data } = picture({})
    expect(await looks([picture({}), { data, width: 360, height: 480 }])).toBe('xx')
  })
})
