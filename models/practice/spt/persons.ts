/** Persons drawn from the knowledge base as cases, in wordings that are never trained on. */
import type { Random } from '../../core/random.ts'
import { pick, simulatePerson } from '../../dialogue/generation/simulated-person.ts'
import { allowed } from '../../dialogue/generation/wordings.ts'
import { applies, type KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { OrderedFinding, PatientFinding } from '../../knowledge/schema.ts'
import type { PracticeCase } from '../case.ts'

/** Of a finding's wordings, those that a person may speak in. */
export type Speech = (wordings: readonly string[]) => readonly string[]

/** Wordings kept for evaluation. */
export const heldOutSpeech: Speech = (wordings) => allowed('held-out', wordings)

const mostItems = 8
const vagueShare = 0.06

/** What the results of one order say, present findings first. */
function reportOf(findings: readonly OrderedFinding[], present: ReadonlySet<string>): string {
  const told = findings.filter(({ id }) => present.has(id)).map((finding) => finding.present)
  const absent = findings.filter(({ id }) => !present.has(id)).map((finding) => finding.absent)
  return [...new Set([...told, ...absent.slice(0, told.length > 0 ? 2 : 4)])].join(' ')
}

function byOrder(findings: readonly OrderedFinding[]): ReadonlyMap<string, readonly OrderedFinding[]> {
  const groups = new Map<string, OrderedFinding[]>()
  for (const finding of findings) groups.set(finding.order, [...(groups.get(finding.order) ?? []), finding])
  return groups
}

/**
 * A case of someone with the condition.
 *
 * @returns null when the person drawn has nothing typical to complain of
 */
export function personCase(
  base: KnowledgeBase,
  random: Random,
  condition: string,
  id: string,
  speech: Speech = heldOutSpeech,
): PracticeCase | null {
  const knowledge = base.conditions.get(condition)
  if (!knowledge) return null
  const { person, present } = simulatePerson(base, random, condition)
  const known = [...base.findings.values()].filter(
    (finding) => present.has(finding.id) || knowledge.findings[finding.id] !== undefined,
  )
  const spoken = known.filter(
    (finding): finding is PatientFinding => !('order' in finding) && applies(finding, person),
  )
  const ordered = known.filter((finding): finding is OrderedFinding => 'order' in finding)
  const typical = spoken.filter(({ id: finding, kind, topic }) => {
    const level = knowledge.findings[finding]
    return (
      kind === 'symptom' &&
      present.has(finding) &&
      (level === 'usually' || level === 'often') &&
      topic !== 'onset' &&
      topic !== 'timing'
    )
  })
  const first = typical.length > 0 ? pick(random, typical) : null
  if (!first) return null
  const complaint = new Set([first, ...(random.uniform() < 0.6 ? [pick(random, typical)] : [])])
  const answer = (finding: PatientFinding): string => {
    if (random.uniform() < vagueShare) return pick(random, finding.vague)
    return pick(random, speech(present.has(finding.id) ? finding.yes : finding.no))
  }
  const asked = knowledge.discriminating.filter((finding) => spoken.some((each) => each.id === finding))
  const more = spoken.map((finding) => finding.id).filter((finding) => !asked.includes(finding))
  const items = [...asked, ...more].slice(0, mostItems)
  const tests = byOrder(ordered.filter(({ kind }) => kind === 'test'))
  const wanted = [...tests].filter(([, findings]) =>
    findings.some(({ id: finding }) => {
      const level = knowledge.findings[finding]
      return level === 'usually' || level === 'often'
    }),
  )
  return {
    schema: 'consilium-case/1',
    id,
    title: id,
    specialty: base.names.get(condition)?.specialty ?? 'other',
    difficulty: 'medium',
    patient: {
      name: 'Simulated person',
      age: person.age < 2 ? Math.max(1, Math.round(person.age * 12)) : Math.floor(person.age),
      ageUnit: person.age < 2 ? 'months' : 'years',
      sex: person.sex,
      occupation: 'not stated',
      speaker: person.age < 12 ? 'mother' : 'patient',
    },
    persona: { style: 'plain', healthLiteracy: 'high', mood: 'calm' },
    chiefComplaint: [...complaint].map((finding) => pick(random, speech(finding.yes))).join(' '),
    facts: spoken.map((finding) => ({
      topic: finding.id,
      ask: [finding.ask, `${finding.name}?`],
      answer: answer(finding),
    })),
    examination: [...byOrder(ordered.filter(({ kind }) => kind === 'sign'))].map(([name, findings]) => ({
      name,
      finding: reportOf(findings, present),
    })),
    tests: [...tests].map(([name, findings]) => ({
      name,
      aliases: [...new Set(findings.flatMap(({ aliases }) => aliases))],
      result: reportOf(findings, present),
    })),
    checklist: {
      inquiry: items.map((topic) => ({ item: base.findings.get(topic)?.name ?? topic, topics: [topic] })),
      diagnosis: [{ condition, required: true }],
      tests: wanted.map(([name]) => ({ name })),
    },
    differential: [condition, ...knowledge.mimics.map((mimic) => mimic.condition)].slice(0, 4),
    redFlags: [],
    management: [],
  }
}

/** Cases of `count` persons, the conditions drawn evenly; the same seed gives the same persons. */
export function personCases(
  base: KnowledgeBase,
  random: Random,
  count: number,
  speech: Speech = heldOutSpeech,
): readonly PracticeCase[] {
  const conditions = [...base.conditions.keys()].sort()
  const cases: PracticeCase[] = []
  while (cases.length < count) {
    const made = personCase(base, random, pick(random, conditions), `person-${cases.length + 1}`, speech)
    if (made && made.checklist.inquiry.length > 0) cases.push(made)
  }
  return cases
}
