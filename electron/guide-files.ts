/** The guided doctor over the bundled knowledge. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Guide, type MentionReader } from '../models/dialogue/guide/guide.ts'
import { parseCues, type Cues } from '../models/dialogue/reading/cues.ts'
import type { Wording } from '../models/dialogue/reading/finding-index.ts'
import { FindingReader } from '../models/dialogue/reading/reader.ts'
import { remembering } from '../models/embedding/sentence-encoder.ts'
import type { KnowledgeBase } from '../models/knowledge/knowledge-base.ts'
import { openFindingIndex } from './finding-files.ts'
import { openSentenceEncoder } from './inference/sentence-encoder.ts'

const cueFile = 'reading-cues.json'
const sentencesKept = 5000

/** @throws FailureError `resource-altered` with file, field and reason */
export const openCues = (resources: string): Cues =>
  parseCues(JSON.parse(readFileSync(join(resources, 'knowledge', cueFile), 'utf8')) as unknown, cueFile)

/**
 * The guide that goes by words alone.
 *
 * @param resources the product's resources folder
 * @throws FailureError `resource-altered` with file, field and reason
 */
export const openGuide = (
  resources: string,
  base: KnowledgeBase,
  reader: MentionReader | null = null,
): Guide => new Guide(base, openCues(resources), reader)

/**
 * The guide with the sentence encoder beside it, for as long as `work` takes.
 *
 * @param use which wordings of the knowledge base it may compare with
 */
export async function withAttentiveGuide<T>(
  resources: string,
  base: KnowledgeBase,
  use: (wording: Wording) => boolean,
  work: (guide: Guide) => Promise<T>,
): Promise<T> {
  const encoder = await openSentenceEncoder(resources)
  try {
    const index = openFindingIndex(resources, base, encoder.width, use)
    const reader = new FindingReader(base, index, remembering(encoder, sentencesKept))
    return await work(openGuide(resources, base, reader))
  } finally {
    await encoder.dispose()
  }
}
