/**
 * The knowledge base: findings and conditions as data, checked once when they are read.
 *
 * Everything in it is educational and not clinically validated; each condition names the kind of
 * source that its author worked from.
 */
import * as v from 'valibot'
import { fail } from '../core/failure.ts'
import { likelihoodLevels, priorLevels } from './levels.ts'

export const findingKinds = ['symptom', 'history', 'risk', 'sign', 'test'] as const
export type FindingKind = (typeof findingKinds)[number]

export const standardTopics = [
  'onset',
  'site',
  'character',
  'radiation',
  'severity',
  'timing',
  'aggravating',
  'relieving',
  'associated',
  'past-history',
  'medicines',
  'allergies',
  'family-history',
  'social-history',
  'smoking',
  'alcohol',
  'travel',
  'menstrual',
  'pregnancy',
  'vaccination',
  'birth-history',
  'weight',
  'appetite',
  'sleep',
  'mood',
  'self-harm',
  'fever',
  'bleeding',
  'urinary',
  'bowel',
  'breathing',
  'chest-pain',
  'concern',
  'expectation',
] as const

const id = v.pipe(v.string(), v.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case words with hyphens'))
const sentence = v.pipe(v.string(), v.minLength(2), v.maxLength(240))
const sentences = (least: number) => v.pipe(v.array(sentence), v.minLength(least))

/** Whom a finding can apply to; ages in years, both ends included. */
const those = v.strictObject({
  sex: v.exactOptional(v.picklist(['male', 'female'])),
  ageFrom: v.exactOptional(v.number()),
  ageTo: v.exactOptional(v.number()),
})

const patientFinding = v.strictObject({
  id,
  name: sentence,
  kind: v.picklist(['symptom', 'history', 'risk']),
  topic: id,
  /** The question in plain words, one thing at a time. */
  ask: sentence,
  /** What patients say: when it is so, when it is not, when they are unsure. */
  yes: sentences(4),
  no: sentences(2),
  vague: sentences(1),
  /** How often it is present in people whose condition says nothing about it. */
  background: v.picklist(likelihoodLevels),
  /** Findings that cannot hold together with this one. */
  excludes: v.exactOptional(v.array(id)),
  /** Findings that hold whenever this one does. */
  implies: v.exactOptional(v.array(id)),
  only: v.exactOptional(those),
})

const orderedFinding = v.strictObject({
  id,
  name: sentence,
  kind: v.picklist(['sign', 'test']),
  /** The examination or test whose result shows it, and other names for it. */
  order: sentence,
  aliases: v.array(sentence),
  present: sentence,
  absent: sentence,
  background: v.picklist(likelihoodLevels),
  excludes: v.exactOptional(v.array(id)),
  implies: v.exactOptional(v.array(id)),
  only: v.exactOptional(those),
})

const finding = v.variant('kind', [patientFinding, orderedFinding])

const condition = v.strictObject({
  id,
  /** First matching row counts; no row means `absent`. Ages in years, both ends included. */
  prior: v.pipe(
    v.array(
      v.strictObject({
        ages: v.tuple([v.number(), v.number()]),
        sex: v.picklist(['any', 'male', 'female']),
        level: v.picklist(priorLevels),
      }),
    ),
    v.minLength(1),
  ),
  /** Findings that say something for or against it. */
  findings: v.record(id, v.picklist(likelihoodLevels)),
  /** The findings that tell it from its neighbours, best first. */
  discriminating: v.pipe(v.array(id), v.minLength(2)),
  /** Dangerous conditions it can be taken for, or that can be taken for it, and what settles it. */
  mimics: v.array(v.strictObject({ condition: id, toldApartBy: v.pipe(v.array(id), v.minLength(1)) })),
  redFlags: v.array(id),
  firstTests: v.array(sentence),
  firstManagement: v.pipe(v.array(sentence), v.minLength(2)),
  safetyNet: sentence,
  source: v.picklist(['textbook', 'guideline', 'review']),
})

export type PatientFinding = v.InferOutput<typeof patientFinding>
export type OrderedFinding = v.InferOutput<typeof orderedFinding>
export type Finding = PatientFinding | OrderedFinding
export type ConditionKnowledge = v.InferOutput<typeof condition>

export interface ConditionName {
  readonly id: string
  readonly name: string
  readonly icd10cm: string
  readonly specialty: string
  readonly synonyms: readonly string[]
}

const conditionName = v.strictObject({
  id,
  name: v.string(),
  icd10cm: v.pipe(v.string(), v.regex(/^[A-Z]\d[\dA-Z](?:\.[\dA-Z]{1,4})?$/)),
  specialty: id,
  synonyms: v.array(v.string()),
})

function parse<T>(schema: v.GenericSchema<unknown, T>, input: unknown, file: string): T {
  const parsed = v.safeParse(schema, input, { abortEarly: true })
  if (parsed.success) return parsed.output
  const issue = parsed.issues[0]
  const field = v.getDotPath(issue) ?? 'file'
  fail(
    'resource-altered',
    `${file} cannot be used: ${field} ${issue.message}. Correct it or restore the file.`,
    {
      file,
      field,
      reason: issue.message,
    },
  )
}

export const parseFindings = (input: unknown, file: string): readonly Finding[] =>
  parse(v.array(finding), input, file)
export const parseConditions = (input: unknown, file: string): readonly ConditionKnowledge[] =>
  parse(v.array(condition), input, file)
export const parseConditionNames = (input: unknown, file: string): readonly ConditionName[] =>
  parse(v.array(conditionName), input, file)
