import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FaceReader } from '../../../electron/inference/face-reader.ts'
import { VoiceReader } from '../../../electron/inference/voice-reader.ts'
import { FailureError } from '../../../models/core/failure.ts'
import { seededRandom } from '../../../models/core/random.ts'
import { pictureDegradations } from '../../../models/emotion/degradation/pictures.ts'
import { soundDegradations } from '../../../models/emotion/degradation/sounds.ts'
import { personFace } from '../../../models/emotion/face/person-face.ts'
import type { RgbaImage } from '../../../models/emotion/face/image.ts'
import { drawnFace } from '../../support/drawn-face.ts'

const resources = new URL('../../../resources', import.meta.url).pathname
let faces: FaceReader
let voices: VoiceReader
beforeAll(async () => {
  ;[faces, voices] = await Promise.all([FaceReader.open(resources), VoiceReader.open(resources)])
})
afterAll(async () => {
  await Promise.all([faces.dispose(), voices.dispose()])
})

const codeOf = async (reading: Promise<unknown>): Promise<string> =>
  reading.then(
    () => 'read',
    (error: unknown) => (error instanceof FailureError ? error.failure.code : 'a bug'),
  )

const blank: RgbaImage = { data: new Uint8Array(4 * 64 * 64).fill(127), width: 64, height: 64 }

describe('reading faces', () => {
  it('finds none where there is none, however the picture is spoilt', async () => {
    for (const { name, apply } of pictureDegradations) {
      const read = personFace(await faces.read(apply(blank, blank, seededRandom(3))))
      expect([name, read.kind]).toEqual([name, 'missing'])
    }
  })

  it('reads one that stands upright, and says that it is upside down when it is', async () => {
    const upright = drawnFace(320)
    expect(personFace(await faces.read(upright))).toMatchObject({ kind: 'reading', quality: { reasons: [] } })
    for (const size of [200, 320, 512]) {
      const spoil = pictureDegradations.find(({ name }) => name === 'upside down')!
      const read = await faces.read(spoil.apply(drawnFace(size), upright, seededRandom(1)))
      // The detector sees eyes over a mouth: only the mesh tells.
      expect(read.map(({ quality }) => Math.abs(quality.roll) < 25)).toEqual([true])
      const reading = personFace(read)
      expect(reading.kind).toBe('missing')
      expect(reading.kind === 'missing' && reading.reasons).toContain('upside-down')
    }
  })

  it('refuses pixels that are no picture, and goes on', async () => {
    for (const broken of [
      { ...blank, width: 65 },
      { ...blank, data: new Uint8Array(0) },
      { data: new Uint8Array(0), width: 0, height: 0 },
      { ...blank, width: Number.NaN },
    ])
      expect(await codeOf(faces.read(broken))).toBe('invalid-request')
    expect(await faces.read(blank)).toEqual([])
  })
})

describe('reading voices', () => {
  it('hears nobody in silence, noise, music or one tone', async () => {
    const samples = new Float32Array(3 * 16_000)
    for (const name of ['silence', 'noise alone', 'music-like tones', 'one steady tone']) {
      const degradation = soundDegradations.find((each) => each.name === name)
      const { reading } = await voices.read(degradation!.apply(samples, samples, seededRandom(5)))
      expect([name, reading.kind]).toEqual([name, 'missing'])
    }
  })

  it('refuses samples that are no numbers, and goes on', async () => {
    for (const value of [Number.NaN, Infinity]) {
      const samples = new Float32Array(16_000)
      samples[7_000] = value
      expect(await codeOf(voices.read(samples))).toBe('invalid-request')
    }
    expect((await voices.read(new Float32Array(0))).reading).toMatchObject({ reasons: ['no-speech'] })
  })
})
