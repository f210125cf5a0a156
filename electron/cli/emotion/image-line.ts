/** Lines `{"image": …}`: a PNG or JPEG of one person, or a list of them as frames of one passage. */
import { resolve } from 'node:path'
import * as v from 'valibot'
import { passageReading } from '../../../models/emotion/passage.ts'
import { personFace } from '../../../models/emotion/face/person-face.ts'
import type { ModalityReading } from '../../../models/emotion/reading.ts'
import { FaceReader } from '../../inference/face-reader.ts'
import { readPicture } from '../../media/picture-file.ts'
import { readFileLines } from './file-lines.ts'
import type { LineKind } from './line-reader.ts'

const schema = v.object({ image: v.union([v.string(), v.pipe(v.array(v.string()), v.minLength(1))]) })

export const imageLine: LineKind = {
  field: 'image',
  modalities: ['face'],
  schema,
  async open(resources, folder) {
    const reader = await FaceReader.open(resources)
    const readOne = async (path: string): Promise<ModalityReading> =>
      personFace(await reader.read(await readPicture(resolve(folder, path))))
    return {
      read: (lines) =>
        readFileLines(['face'], lines, async (line) => {
          const { image } = v.parse(schema, line)
          const frames: ModalityReading[] = []
          for (const path of typeof image === 'string' ? [image] : image) frames.push(await readOne(path))
          return [passageReading('face', frames)]
        }),
      dispose: () => reader.dispose(),
    }
  },
}
