/** Reading a person's expression: nothing here works without stored consent, and nothing leaves here. */
import type { HandlersOf, OperationsOf } from './handlers.ts'
import type { Ports } from './ports.ts'

export function emotionHandlers({ expression }: Ports): HandlersOf<OperationsOf<'emotion'>> {
  return {
    'emotion.begin': ({ session, modality }) => {
      expression.begin(session, modality)
      return null
    },
    'emotion.end': ({ session, modality }) => {
      expression.end(session, modality)
      return null
    },
    'emotion.picture': ({ session, atMs, width, height, pixels }) =>
      expression.picture(session, { data: pixels, width, height }, atMs),
    'emotion.sound': ({ session, atMs, samples, follows }) =>
      expression.sound(session, samples, follows, atMs),
    'emotion.words': ({ session, turn }) => expression.words(session, turn),
    'emotion.kept': ({ session }) => expression.kept(session),
    'emotion.forget': ({ session, sources }) => ({ removed: expression.forget(session, sources) }),
  }
}
