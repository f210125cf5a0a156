/** What reading diagnoses needs beside the names of conditions; data in `condition-wordings.json`. */
import * as v from 'valibot'
import { fail } from '../../core/failure.ts'

const words = v.array(v.pipe(v.string(), v.minLength(1)))

const schema = v.strictObject({
  /** More names of a condition, by id. */
  synonyms: v.record(v.string(), words),
  /** Words that may stand beside a condition's name without making it another one, by id. */
  qualifiers: v.record(v.string(), words),
  /** Words of equal meaning, in the one spelling, to the word that names use. */
  sameWord: v.record(v.string(), v.string()),
  /** Conditions that "acute" turns into another one. */
  neverAcute: words,
  /** Conditions that "chronic" leaves the same. */
  mayBeChronic: words,
  /** Conditions whose name with a cause after it ("due to ...") may be another condition. */
  causeMatters: words,
  /** Words that look like slips of words in names and are none. */
  otherWords: words,
})

export type ConditionWordings = v.InferOutput<typeof schema>

export const noWordings: ConditionWordings = {
  synonyms: {},
  qualifiers: {},
  sameWord: {},
  neverAcute: [],
  mayBeChronic: [],
  causeMatters: [],
  otherWords: [],
}

/** Fails with `resource-altered`, naming the file and the field. */
export function parseConditionWordings(input: unknown, file: string): ConditionWordings {
  const parsed = v.safeParse(schema, input, { abortEarly: true })
  if (parsed.success) return parsed.output
  const issue = parsed.issues[0]
  const field = v.getDotPath(issue) ?? 'file'
  fail(
    'resource-altered',
    `${file} cannot be used: ${field} ${issue.message}. Correct it or restore the file.`,
    { file, field, reason: issue.message },
  )
}
