/** Lines `{"text": …}`: a turn or a caption line. */
import * as v from 'valibot'
import { TextReader } from '../../inference/text-reader.ts'
import type { LineKind } from './line-reader.ts'

const schema = v.object({ text: v.string() })

export const textLine: LineKind = {
  field: 'text',
  modalities: ['text'],
  schema,
  async open(resources) {
    const reader = await TextReader.open(resources)
    return {
      read: async (lines) =>
        (await reader.read(lines.map((line) => v.parse(schema, line).text))).map((reading) => ({
          readings: [reading],
        })),
      dispose: () => reader.dispose(),
    }
  },
}
