/** Further wordings of findings for training, one finding a line. */
import * as v from 'valibot'
import { fail } from '../../models/core/failure.ts'
import type { MoreWordings } from '../../models/dialogue/generation/wordings.ts'
import type { KnowledgeBase } from '../../models/knowledge/knowledge-base.ts'
import { readJsonLines } from './json-lines.ts'

const sentences = v.array(v.pipe(v.string(), v.trim(), v.nonEmpty('is empty')))

const schema = v.union([
  v.strictObject({ id: v.string(), said: sentences }),
  v.strictObject({ id: v.string(), present: sentences, absent: sentences }),
])

/** Fails with `invalid-request` for a finding that the knowledge base does not have. */
export function openMoreWordings(path: string, base: KnowledgeBase): MoreWordings {
  const said: Record<string, readonly string[]> = {}
  const reported: Record<string, { present: readonly string[]; absent: readonly string[] }> = {}
  for (const entry of readJsonLines(path, schema)) {
    if (!base.findings.has(entry.id))
      fail(
        'invalid-request',
        `${path} words ${entry.id}, which the knowledge base does not have. Correct the id.`,
        {
          path,
          field: entry.id,
        },
      )
    if ('said' in entry) said[entry.id] = entry.said
    else reported[entry.id] = { present: entry.present, absent: entry.absent }
  }
  return { said, reported }
}
