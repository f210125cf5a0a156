/** The bundled vectors and head by which a patient's own words are read. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FindingHead } from '../models/dialogue/reading/finding-head.ts'
import { FindingIndex, type Wording } from '../models/dialogue/reading/finding-index.ts'
import type { KnowledgeBase } from '../models/knowledge/knowledge-base.ts'

const headFile = 'reading/head.json'

function openFindingHead(resources: string): FindingHead {
  const packed = readFileSync(join(resources, 'reading/head.f32'))
  const bytes = packed.buffer.slice(packed.byteOffset, packed.byteOffset + (packed.length & ~3))
  const description = JSON.parse(readFileSync(join(resources, headFile), 'utf8')) as unknown
  return FindingHead.parse(description, new Float32Array(bytes), headFile)
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
