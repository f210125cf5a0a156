/** Lines `{"video": …}`: a WebM file of one person, whose frames and sound are read as one passage. */
import { resolve } from 'node:path'
import * as v from 'valibot'
import { personFace } from '../../../models/emotion/face/person-face.ts'
import { passageReading } from '../../../models/emotion/passage.ts'
import type { ModalityReading } from '../../../models/emotion/reading.ts'
import { FaceReader } from '../../inference/face-reader.ts'
import { VoiceReader } from '../../inference/voice-reader.ts'
import { readVideo } from '../../media/video-file.ts'
import { recordingReading } from './audio-line.ts'
import { readFileLines } from './file-lines.ts'
import type { LineKind } from './line-reader.ts'

const schema = v.object({ video: v.string() })
const framesPerSecond = 5

export const videoLine: LineKind = {
  field: 'video',
  modalities: ['face', 'voice'],
  schema,
  async open(resources, folder) {
    const [face, voice] = await Promise.all([FaceReader.open(resources), VoiceReader.open(resources)])
    return {
      read: (lines) =>
        readFileLines(['face', 'voice'], lines, async (line) => {
          const frames: ModalityReading[] = []
          const { sound } = await readVideo(resolve(folder, v.parse(schema, line).video), {
            framesPerSecond,
            onFrame: async (image) => void frames.push(personFace(await face.read(image))),
          })
          return [
            passageReading('face', frames),
            sound ? await recordingReading(voice, sound) : passageReading('voice', []),
          ]
        }),
      dispose: async () => {
        await Promise.all([face.dispose(), voice.dispose()])
      },
    }
  },
}
