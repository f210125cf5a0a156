/** Lines `{"audio": …}`: a WAV file of one person speaking, read in windows. */
import { resolve } from 'node:path'
import * as v from 'valibot'
import { passageReading } from '../../../models/emotion/passage.ts'
import type { ModalityReading } from '../../../models/emotion/reading.ts'
import { voiceFrontEnd } from '../../../models/emotion/voice/log-mel.ts'
import { voiceWindow } from '../../../models/emotion/voice/voice-reading.ts'
import { VoiceReader } from '../../inference/voice-reader.ts'
import { readSound } from '../../media/sound-file.ts'
import { readFileLines } from './file-lines.ts'
import type { LineKind } from './line-reader.ts'

const schema = v.object({ audio: v.string() })

export const audioLine: LineKind = {
  field: 'audio',
  modalities: ['voice'],
  schema,
  async open(resources, folder) {
    const reader = await VoiceReader.open(resources)
    return {
      read: (lines) =>
        readFileLines(['voice'], lines, async (line) => [
          await recordingReading(reader, await readSound(resolve(folder, v.parse(schema, line).audio))),
        ]),
      dispose: () => reader.dispose(),
    }
  },
}

/** One reading for a recording of any length. @param samples mono at 16 kHz */
export async function recordingReading(reader: VoiceReader, samples: Float32Array): Promise<ModalityReading> {
  const window = voiceWindow * voiceFrontEnd.sampleRate
  // What is left of less than half a window belongs to the one before.
  const count = Math.max(1, Math.round(samples.length / window))
  const pieces: ModalityReading[] = []
  for (let index = 0; index < count; index++) {
    const last = index === count - 1
    const piece = samples.subarray(index * window, last ? samples.length : (index + 1) * window)
    pieces.push((await reader.read(piece)).reading)
  }
  return passageReading('voice', pieces)
}
