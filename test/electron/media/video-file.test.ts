import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readVideo, type DecodedVideo } from '../../../electron/media/video-file.ts'
import type { RgbaImage } from '../../../models/emotion/face/image.ts'
import { FailureError } from '../../../models/core/failure.ts'
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts'
import { webm, type ClipForm } from '../../support/webm.ts'

const size = 64
const length = 20
let home: TemporaryFolder
beforeAll(() => {
  home = temporaryFolder()
})
afterAll(() => home[Symbol.dispose]())

/** Uniform frames that grow lighter, with a red cast. */
const frames = Array.from({ length }, (_, index) => {
  const data = new Uint8Array(size * size * 1.5).fill(128)
  data.fill(40 + 8 * index, 0, size * size)
  data.fill(168, size * size * 1.25)
  return data
})
const tone = Float32Array.from(
  { length: 2 * 48_000 },
  (_, index) => 0.4 * Math.sin((2 * Math.PI * 440 * index) / 48_000),
)
const form: ClipForm = {
  codec: 'libvpx',
  width: size,
  height: size,
  framesPerSecond: 10,
  frames,
  sound: tone,
}

async function pathOf(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(home.path, name)
  writeFileSync(path, bytes)
  return Promise.resolve(path)
}

async function read(
  path: string,
  signal?: AbortSignal,
): Promise<DecodedVideo & { frames: { at: number; image: RgbaImage }[]; fractions: (number | null)[] }> {
  const seen: { at: number; image: RgbaImage }[] = []
  const fractions: (number | null)[] = []
  const decoded = await readVideo(path, {
    framesPerSecond: 5,
    onFrame: (image, at) => Promise.resolve(void seen.push({ at, image })),
    onProgress: ({ fraction }) => fractions.push(fraction),
    ...(signal ? { signal } : {}),
  })
  return { ...decoded, frames: seen, fractions }
}

const failureOf = async (path: string, signal?: AbortSignal): Promise<unknown> =>
  read(path, signal).then(
    () => null,
    (error: unknown) => (error instanceof FailureError ? error.failure : error),
  )

describe('a video file', () => {
  it.each(['libvpx', 'libvpx-vp9'] as const)(
    'gives the pixels, times and sound of %s with Opus',
    async (codec) => {
      const {
        frames: seen,
        sound,
        seconds,
        fractions,
      } = await read(await pathOf('a.webm', await webm({ ...form, codec })))
      expect(seen.map(({ at }) => Math.round(10 * at))).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18])
      expect(seconds).toBeCloseTo(2, 0)
      expect(fractions.at(-1)).toBe(1)
      for (const { at, image } of seen) {
        const luma = (255 / 219) * (40 + 8 * Math.round(10 * at) - 16)
        const middle = 4 * (size * (size / 2) + size / 2)
        const [red, green, blue] = image.data.subarray(middle, middle + 3)
        expect(Math.abs(red! - Math.min(255, luma + 1.596 * 40))).toBeLessThan(8)
        expect(Math.abs(green! - (luma - 0.813 * 40))).toBeLessThan(8)
        expect(Math.abs(blue! - Math.min(255, luma))).toBeLessThan(8)
      }
      expect(sound!.length / 16_000).toBeCloseTo(2, 1)
      const inner = sound!.subarray(8_000, 24_000)
      const root = Math.sqrt(inner.reduce((sum, value) => sum + value * value, 0) / inner.length)
      expect(root).toBeCloseTo(0.4 / Math.SQRT2, 1)
      const crossings = inner.reduce(
        (sum, value, index) => sum + (index > 0 && value > 0 !== inner[index - 1]! > 0 ? 1 : 0),
        0,
      )
      expect(Math.abs(crossings - 880)).toBeLessThan(12)
    },
  )

  it('says that a clip has no sound', async () => {
    const { sound: _, ...silent } = form
    expect(await read(await pathOf('silent.webm', await webm(silent)))).toMatchObject({
      sound: null,
      hasPicture: true,
    })
  })

  it('says what to convert to when it cannot decode, and what is no video', async () => {
    const mp4 = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom'), Buffer.alloc(200)])
    const refused = await failureOf(await pathOf('a.mp4', mp4))
    expect(refused).toMatchObject({ code: 'tool-missing' })
    expect((refused as { message: string }).message).toContain('WebM')
    for (const bytes of [new Uint8Array(0), new Uint8Array(5000).fill(7)])
      expect(await failureOf(await pathOf('b.webm', bytes))).toMatchObject({ code: 'invalid-request' })
    expect(await failureOf(join(home.path, 'absent.webm'))).toMatchObject({ code: 'not-found' })
  })

  it('reads what there is of a clip cut off, and refuses one without a frame', async () => {
    const whole = await webm(form)
    const cut = await read(await pathOf('cut.webm', whole.subarray(0, Math.floor(whole.length * 0.7))))
    expect(cut.frames.length).toBeGreaterThan(0)
    expect(await failureOf(await pathOf('head.webm', whole.subarray(0, 200)))).toMatchObject({
      code: 'invalid-request',
    })
  })

  it('stops when it is cancelled', async () => {
    expect(await failureOf(await pathOf('c.webm', await webm(form)), AbortSignal.abort())).toMatchObject({
      code: 'cancelled',
    })
  })
})
