/** The bundled sentence encoder as it runs in the inference child. */
import type { SentenceEncoder } from '../../models/embedding/sentence-encoder.ts'
import type { LocalModels } from './client.ts'

/** Of the bundled encoder. */
const vectorWidth = 384

export const sentencesOf = (models: LocalModels): SentenceEncoder => ({
  width: vectorWidth,
  encode: (sentences) =>
    sentences.length === 0 ? Promise.resolve([]) : models.embed(sentences, new AbortController().signal),
})
