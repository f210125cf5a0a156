/** The solved cases that a panel compares with: generated persons, and the written training cases. */
import { join } from 'node:path'
import { seededRandom } from '../../../models/core/random.ts'
import type { Guide } from '../../../models/dialogue/guide/guide.ts'
import type { KnowledgeBase } from '../../../models/knowledge/knowledge-base.ts'
import type { SolvedPerson } from '../../../models/panel/clinical/solved-persons.ts'
import { ageInYears } from '../../../models/practice/age.ts'
import type { PracticeCase } from '../../../models/practice/case.ts'
import { personCases } from '../../../models/practice/spt/persons.ts'
import { openCases } from '../../case-files.ts'
import { unknownSpeech } from './speech.ts'

const solvedSeed = 4242

/** What a generated person's file says: every fact and every result. */
export function generatedPersons(base: KnowledgeBase, count: number): readonly SolvedPerson[] {
  return personCases(base, seededRandom(solvedSeed), count, unknownSpeech).map((practice) => {
    const findings = new Map<string, boolean>()
    for (const { topic, answer: said } of practice.facts) {
      const finding = base.findings.get(topic)
      if (!finding || !('yes' in finding)) continue
      if (finding.yes.includes(said)) findings.set(topic, true)
      else if (finding.no.includes(said)) findings.set(topic, false)
    }
    const reports = [
      ...practice.examination.map(({ finding }) => finding),
      ...practice.tests.map(({ result }) => result),
    ]
    for (const finding of base.findings.values()) {
      if (!('order' in finding)) continue
      if (reports.some((report) => report.includes(finding.present))) findings.set(finding.id, true)
      else if (reports.some((report) => report.includes(finding.absent))) findings.set(finding.id, false)
    }
    return {
      condition: practice.checklist.diagnosis[0]?.condition ?? '',
      age: ageInYears(practice),
      sex: practice.patient.sex,
      findings,
    }
  })
}

/** The written training cases, read whole by the guide. */
export const writtenCases = (base: KnowledgeBase, guide: Guide, resources: string): readonly SolvedPerson[] =>
  openCases(join(resources, 'cases/training'), base.names).map((practice: PracticeCase) => {
    const person = { age: ageInYears(practice), sex: practice.patient.sex }
    const { evidence } = guide.hear(
      [
        { speaker: 'patient', text: practice.chiefComplaint },
        ...practice.facts.flatMap(({ ask, answer: said }) => [
          { speaker: 'doctor' as const, text: ask[0] ?? '' },
          { speaker: 'patient' as const, text: said },
        ]),
        ...practice.examination.map(({ name, finding }) => ({
          speaker: 'result' as const,
          text: `${name}: ${finding}`,
        })),
        ...practice.tests.map(({ name, result }) => ({
          speaker: 'result' as const,
          text: `${name}: ${result}`,
        })),
      ],
      person,
    )
    return {
      condition: practice.checklist.diagnosis[0]?.condition ?? '',
      ...person,
      findings: new Map(evidence.map(({ finding, present }) => [finding, present])),
      title: practice.title,
    }
  })
