/**
 * Solved cases to compare with: persons generated from the knowledge base, whose condition is known, kept as
 * their findings. None of their words is kept, so that no wording of a test can be among them.
 */
import * as v from 'valibot'
import { fail } from '../../core/failure.ts'
import type { KnowledgeBase, Person } from '../../knowledge/knowledge-base.ts'

export interface SolvedPerson {
  readonly condition: string
  /** Years. */
  readonly age: number
  readonly sex: Person['sex']
  /** What their file says of findings; what it does not mention is not in it. */
  readonly findings: ReadonlyMap<string, boolean>
  /** Where it is a written case. */
  readonly title?: string
}

/** File format `consilium-solved/1`: ids once, then numbers; a finding that is absent is ~its number. */
const schema = v.strictObject({
  schema: v.literal('consilium-solved/1'),
  conditions: v.array(v.string()),
  findings: v.array(v.string()),
  persons: v.array(
    v.strictObject({
      condition: v.pipe(v.number(), v.integer()),
      age: v.number(),
      sex: v.picklist(['female', 'male']),
      findings: v.array(v.pipe(v.number(), v.integer())),
      title: v.exactOptional(v.string()),
    }),
  ),
})
export type SolvedFile = v.InferOutput<typeof schema>

export function packSolved(base: KnowledgeBase, persons: readonly SolvedPerson[]): SolvedFile {
  const conditions = [...base.conditions.keys()]
  const findings = [...base.findings.keys()]
  const placeOf = new Map(findings.map((id, place) => [id, place]))
  return {
    schema: 'consilium-solved/1',
    conditions,
    findings,
    persons: persons.map((person) => ({
      condition: conditions.indexOf(person.condition),
      age: Math.round(person.age * 100) / 100,
      sex: person.sex,
      findings: [...person.findings].flatMap(([id, present]) => {
        const place = placeOf.get(id)
        return place === undefined ? [] : [present ? place : ~place]
      }),
      ...(person.title === undefined ? {} : { title: person.title }),
    })),
  }
}

/** Fails with `resource-altered` when the file is damaged or speaks of another knowledge base. */
export function parseSolved(input: unknown, file: string, base: KnowledgeBase): readonly SolvedPerson[] {
  const altered = (reason: string): never =>
    fail('resource-altered', `${file} cannot be used: ${reason}. Restore the file or make it again.`, {
      file,
      reason,
    })
  const parsed = v.safeParse(schema, input, { abortEarly: true })
  if (!parsed.success) return altered(parsed.issues[0].message)
  const { conditions, findings, persons } = parsed.output
  const stranger =
    conditions.find((id) => !base.conditions.has(id)) ?? findings.find((id) => !base.findings.has(id))
  if (stranger !== undefined) altered(`it names ${stranger}, which the knowledge base does not hold`)
  return persons.map(({ condition, age, sex, findings: numbers, title }) => ({
    condition: conditions[condition] ?? altered('a number stands for no condition'),
    age,
    sex,
    findings: new Map(
      numbers.map((number) => [
        findings[number < 0 ? ~number : number] ?? altered('a number stands for no finding'),
        number >= 0,
      ]),
    ),
    ...(title === undefined ? {} : { title }),
  }))
}
