/** The bundled vectors and head by which a patient's own words are read. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FindingHead } from '../models/dialogue/reading/finding-head.ts'
import { FindingIndex, type Wording } from '../models/dialogue/reading/finding-index.ts'
import type { KnowledgeBase } from '../models/knowledge/knowledge-base.ts'
import { readHead } from './head-files.ts'

function openFindingHead(resources: string): FindingHead {
  const { description, weights, file } = readHead(resources, 'reading')
  return FindingHead.parse(description, weights, file)
}

/**
 * @param width of a sentence vector
 * @param use which wordings of the knowledge base may be compared with
 * @throws FailureError `resource-altered` where the files do not belong together
 */
export function openFindingIndex(
  resources: string,
  base: KnowledgeBase,
  width: number,
  use: (wording: Wording) => boolean,
): FindingIndex {
  const packed = readFileSync(join(resources, 'knowledge-vectors/wordings.i8'))
  const vectors = new Int8Array(packed.buffer, packed.byteOffset, packed.length)
  return new FindingIndex(base, vectors, width, openFindingHead(resources), use)
}
