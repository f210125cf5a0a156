/**
 * Lines `{"video": …}`. Containers and codecs are decoded by the window (WebCodecs), not by the command line,
 * so such a line is missing and says what to give instead.
 */
import * as v from 'valibot'
import { fail } from '../../../models/core/failure.ts'
import { readFileLines } from './file-lines.ts'
import type { LineKind } from './line-reader.ts'

const schema = v.object({ video: v.string() })

export const videoLine: LineKind = {
  field: 'video',
  modalities: ['face', 'voice'],
  schema,
  open: async () =>
    Promise.resolve({
      read: (lines) =>
        readFileLines(['face', 'voice'], lines, (line) => {
          const { video } = v.parse(schema, line)
          return fail(
            'tool-missing',
            `The command line cannot decode the video ${video}. Give its frames and its sound instead: {"image": ["1.png", ...], "audio": "sound.wav"}.`,
            { path: video },
          )
        }),
      dispose: () => Promise.resolve(),
    }),
}
