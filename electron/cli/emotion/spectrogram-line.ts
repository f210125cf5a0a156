/** Lines `{"logmel": "FILE.npy", "row": K}`: ready-made spectrograms, bytes 0..63 as [clip, frame, band]. */
import { resolve } from 'node:path'
import * as v from 'valibot'
import { fail } from '../../../models/core/failure.ts'
import { voiceFrontEnd } from '../../../models/emotion/voice/log-mel.ts'
import { voiceLabels, voiceReading } from '../../../models/emotion/voice/voice-reading.ts'
import { VoiceReader } from '../../inference/voice-reader.ts'
import type { LineKind, LineReading } from './line-reader.ts'
import { readNpy, type ByteArray } from './npy.ts'

const schema = v.object({ logmel: v.string(), row: v.pipe(v.number(), v.integer(), v.minValue(0)) })

/** Highest level of the bytes. */
const most = 63

/** A spectrogram says nothing of level or pitch, so only the categories of its reading are kept. */
const unheard = { voiced: 0, pitch: null, pitchSpread: 0, level: null, levelSpread: 0, rate: 0 } as const

export const spectrogramLine: LineKind = {
  field: 'logmel',
  modalities: ['voice'],
  schema,
  async open(resources, folder) {
    const reader = await VoiceReader.open(resources)
    const arrays = new Map<string, ByteArray>()
    const arrayOf = (path: string): ByteArray => {
      const array = arrays.get(path) ?? readNpy(path)
      arrays.set(path, array)
      return array
    }
    return {
      async read(lines) {
        const out: LineReading[] = []
        for (const line of lines) {
          const { logmel, row } = v.parse(schema, line)
          const { spectrogram, frames } = clip(arrayOf(resolve(folder, logmel)), logmel, row)
          if (!spectrogram.some((value) => value > 0)) {
            out.push({ readings: [{ kind: 'missing', modality: 'voice', reasons: ['no-speech'] }] })
            continue
          }
          out.push(lineReading(await reader.classify(spectrogram, frames)))
        }
        return out
      },
      dispose: () => reader.dispose(),
    }
  },
}

function lineReading(probabilities: Float32Array): LineReading {
  const reading = voiceReading(probabilities, { quality: { score: 1, reasons: [] }, prosody: unheard })
  const scores = Object.fromEntries(voiceLabels.map((label, index) => [label, probabilities[index]!]))
  const label = voiceLabels.reduce((best, other) => (scores[other]! > scores[best]! ? other : best))
  if (reading.kind === 'missing') return { readings: [reading], acted: { label, scores } }
  const { arousal: _none, ...categories } = reading
  return { readings: [categories], acted: { label, scores } }
}

function clip(
  array: ByteArray,
  path: string,
  row: number,
): { readonly spectrogram: Float32Array; readonly frames: number } {
  const [clips = 0, frames = 0, bands = 0] = array.shape
  if (array.shape.length !== 3 || bands !== voiceFrontEnd.bands)
    return fail(
      'invalid-request',
      `${path} has the shape ${array.shape.join(' x ')}. Give clips x frames x ${voiceFrontEnd.bands} bands.`,
      { path },
    )
  if (row >= clips)
    return fail('invalid-request', `${path} has ${clips} clips. Give a row from 0 to ${clips - 1}.`, {
      path,
      row,
    })
  const start = row * frames * bands
  const spectrogram = new Float32Array(bands * frames)
  for (let frame = 0; frame < frames; frame++)
    for (let band = 0; band < bands; band++)
      spectrogram[band * frames + frame] = (array.data[start + frame * bands + band] ?? 0) / most
  return { spectrogram, frames }
}
