/** The guided doctor over the bundled knowledge. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Guide } from '../models/dialogue/guide/guide.ts'
import { parseCues } from '../models/dialogue/reading/cues.ts'
import type { KnowledgeBase } from '../models/knowledge/knowledge-base.ts'

const cueFile = 'reading-cues.json'

/**
 * @param resources the product's resources folder
 * @throws FailureError `resource-altered` with file, field and reason
 */
export const openGuide = (resources: string, base: KnowledgeBase): Guide =>
  new Guide(
    base,
    parseCues(JSON.parse(readFileSync(join(resources, 'knowledge', cueFile), 'utf8')) as unknown, cueFile),
  )
