/** Bundled sample consultations: written encounters that open in one click. */
import * as v from 'valibot'
import { fail } from '../core/failure.ts'
import { sessionKinds, speakers, type SessionKind } from '../session/session.ts'
import type { NewTurn } from '../session/store.ts'

export interface Sample {
  readonly id: string
  readonly kind: SessionKind
  readonly title: string
  readonly description: string
  readonly person: string
  readonly reason: string
  readonly tags: readonly string[]
  readonly turns: readonly NewTurn[]
}

const schema = v.strictObject({
  schema: v.literal('consilium-sample/1'),
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
  kind: v.picklist(sessionKinds),
  title: v.string(),
  description: v.string(),
  person: v.string(),
  reason: v.string(),
  tags: v.array(v.string()),
  turns: v.pipe(
    v.array(
      v.strictObject({
        speaker: v.picklist(speakers),
        atMs: v.pipe(v.number(), v.integer(), v.minValue(0)),
        text: v.pipe(v.string(), v.minLength(1)),
      }),
    ),
    v.minLength(1),
  ),
})

/** Checks a sample file. Fails with `resource-altered`, naming the field, when it is not one. */
export function parseSample(json: unknown): Sample {
  const parsed = v.safeParse(schema, json)
  if (!parsed.success) {
    const issue = parsed.issues[0]
    fail('resource-altered', 'A bundled sample cannot be read. Install Consilium again to restore it.', {
      field: v.getDotPath(issue) ?? 'file',
      reason: issue.message,
    })
  }
  const { schema: _version, ...sample } = parsed.output
  return sample
}
