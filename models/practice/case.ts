/**
 * A practice case: a hidden patient with facts that are told only when asked, findings and results
 * that come only when ordered, and a checklist. Format `consilium-case/1`.
 */
import * as v from 'valibot'
import { fail } from '../core/failure.ts'
import type { ConditionName } from '../knowledge/schema.ts'

const id = v.pipe(v.string(), v.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case words with hyphens'))
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(2000))
const texts = v.pipe(v.array(text), v.minLength(1))

const schema = v.strictObject({
  schema: v.literal('consilium-case/1'),
  id,
  title: text,
  specialty: id,
  difficulty: v.picklist(['easy', 'medium', 'hard']),
  patient: v.strictObject({
    name: text,
    age: v.pipe(v.number(), v.minValue(0), v.maxValue(120)),
    ageUnit: v.picklist(['years', 'months', 'weeks', 'days']),
    sex: v.picklist(['female', 'male']),
    occupation: text,
    /** Who answers: `patient`, or `mother`, `husband` ... for one who cannot. */
    speaker: id,
  }),
  persona: v.strictObject({ style: text, healthLiteracy: v.picklist(['low', 'medium', 'high']), mood: text }),
  chiefComplaint: text,
  facts: v.pipe(v.array(v.strictObject({ topic: id, ask: texts, answer: text })), v.minLength(1)),
  examination: v.array(v.strictObject({ name: text, finding: text })),
  tests: v.array(v.strictObject({ name: text, aliases: v.array(text), result: text })),
  checklist: v.strictObject({
    inquiry: v.pipe(
      v.array(v.strictObject({ item: text, topics: v.pipe(v.array(id), v.minLength(1)) })),
      v.minLength(1),
    ),
    diagnosis: v.pipe(v.array(v.strictObject({ condition: id, required: v.boolean() })), v.minLength(1)),
    tests: v.array(v.strictObject({ name: text })),
  }),
  differential: v.pipe(v.array(id), v.minLength(2)),
  redFlags: v.array(text),
  management: v.array(text),
})

export type PracticeCase = v.InferOutput<typeof schema>
export type PracticeFact = PracticeCase['facts'][number]

/** Where a case contradicts itself; null when it does not. */
function contradiction(
  practice: PracticeCase,
  conditions: ReadonlyMap<string, ConditionName>,
): { readonly field: string; readonly reason: string } | null {
  const topics = practice.facts.map(({ topic }) => topic)
  const twice = topics.find((topic, index) => topics.indexOf(topic) !== index)
  if (twice !== undefined) return { field: 'facts', reason: `holds the topic ${twice} twice` }
  for (const [index, { topics: asked }] of practice.checklist.inquiry.entries()) {
    const missing = asked.find((topic) => !topics.includes(topic))
    if (missing !== undefined)
      return {
        field: `checklist.inquiry.${index}`,
        reason: `asks for the topic ${missing}, which no fact has`,
      }
  }
  const required = practice.checklist.diagnosis.map(({ condition }) => condition)
  const unknown = [...required, ...practice.differential].find((condition) => !conditions.has(condition))
  if (unknown !== undefined)
    return { field: 'differential', reason: `names the unknown condition ${unknown}` }
  return null
}

/**
 * The name under which a patient's own words mention the diagnosis; null when they do not. For the
 * author: naming it is no error (a patient may say "my mother had that too"), but worth a look.
 */
export function diagnosisNamed(
  practice: PracticeCase,
  conditions: ReadonlyMap<string, ConditionName>,
): string | null {
  const told = [practice.chiefComplaint, ...practice.facts.map(({ answer }) => answer)]
    .join('\n')
    .toLowerCase()
  for (const { condition } of practice.checklist.diagnosis) {
    const known = conditions.get(condition)
    for (const name of known ? [known.name, ...known.synonyms] : []) {
      const pattern = name.toLowerCase().replace(/[^\p{L}\p{N} ]/gu, '.')
      if (new RegExp(`\\b${pattern}\\b`, 'u').test(told)) return name
    }
  }
  return null
}

/**
 * Checks one case file. Fails with `invalid-request`, naming file, field and reason.
 *
 * @param conditions every condition that a case may name, by id
 */
export function parseCase(
  input: unknown,
  file: string,
  conditions: ReadonlyMap<string, ConditionName>,
): PracticeCase {
  const refuse = (field: string, reason: string): never =>
    fail('invalid-request', `${file} is no usable case: ${field} ${reason}. Correct it and try again.`, {
      file,
      field,
      reason,
    })
  const parsed = v.safeParse(schema, input, { abortEarly: true })
  if (!parsed.success) {
    const issue = parsed.issues[0]
    return refuse(v.getDotPath(issue) ?? 'file', issue.message)
  }
  const wrong = contradiction(parsed.output, conditions)
  return wrong === null ? parsed.output : refuse(wrong.field, wrong.reason)
}
