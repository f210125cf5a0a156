/**
 * `consilium panel-training`: makes the solved cases that a panel compares with, and measures its members on
 * training persons. No development case, held-out person or held-out wording takes part.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { seededRandom } from '../../models/core/random.ts'
import type { Guide } from '../../models/dialogue/guide/guide.ts'
import type { KnowledgeBase } from '../../models/knowledge/knowledge-base.ts'
import type { Calibration } from '../../models/panel/calibration.ts'
import { priorBelief } from '../../models/panel/clinical/beliefs.ts'
import { beliefOf, type LogBelief } from '../../models/panel/clinical/pool.ts'
import { packSolved, type SolvedPerson } from '../../models/panel/clinical/solved-persons.ts'
import { fitCurve } from '../../models/panel/fitting/curve.ts'
import { fitPoolWeights, type Solved } from '../../models/panel/fitting/pool-weights.ts'
import type { Ask, PeerStatement } from '../../models/panel/member.ts'
import { reckoningIds, type ReckoningId } from '../../models/panel/members/clinical-members.ts'
import { Stop } from '../../models/panel/stop.ts'
import { ageInYears } from '../../models/practice/age.ts'
import type { PracticeCase } from '../../models/practice/case.ts'
import { personCases, type Speech } from '../../models/practice/spt/persons.ts'
import { openCases } from '../case-files.ts'
import { openGuide } from '../guide-files.ts'
import { HistoryFile, questionOf } from '../histories.ts'
import { openSentenceEncoder } from '../inference/sentence-encoder.ts'
import { openKnowledge } from '../knowledge-files.ts'
import { bundledCases, calibrationFile, openPanelTools, solvedFile } from '../panel-files.ts'
import { resourcesFolder } from '../resources.ts'
import { numberArgument } from './arguments.ts'
import { answer, type OutputOptions } from './output.ts'

interface TrainingOptions extends OutputOptions {
  readonly solved?: number
  readonly persons?: number
  readonly histories?: string
}

const solvedSeed = 4242
const personSeed = 77

/** Training persons speak in wordings that neither the index nor a test knows. */
const unknownSpeech: Speech = (wordings) => {
  const kept = wordings.filter((_, index) => index % 4 === 2)
  return kept.length > 0 ? kept : wordings.slice(0, 1)
}
const indexed = ({ index }: { readonly index: number }): boolean => index % 4 < 2

export function addPanelTraining(program: Command): void {
  program
    .command('panel-training')
    .description('make the solved cases of the panel, or measure its members on training persons')
    .option('--solved <n>', 'generate so many solved persons and write them', numberArgument(1, 20_000, true))
    .option('--persons <n>', 'measure on so many training persons', numberArgument(50, 20_000, true))
    .option('--histories <file>', 'where the standard histories are kept')
    .option('--json', 'one JSON object on standard output')
    .action((options: TrainingOptions) =>
      answer(
        options,
        () => train(options),
        (result) => JSON.stringify(result, null, 2),
      ),
    )
}

async function train({ solved, persons, histories }: TrainingOptions): Promise<object> {
  const resources = resourcesFolder()
  const base = openKnowledge(resources)
  const written: Record<string, unknown> = {}
  if (solved !== undefined) {
    const made = [
      ...generatedPersons(base, solved),
      ...writtenCases(base, openGuide(resources, base), resources),
    ]
    write(resources, solvedFile, packSolved(base, made))
    written['solved'] = made.length
  }
  if (persons !== undefined) {
    const calibration = await calibrate(resources, base, persons, histories ?? null)
    write(resources, calibrationFile, calibration)
    written['calibration'] = calibration
  }
  return written
}

function write(resources: string, file: string, value: object): void {
  const path = join(resources, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(value)}\n`)
}

/** What a generated person's file says: every fact and every result. */
function generatedPersons(base: KnowledgeBase, count: number): readonly SolvedPerson[] {
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
const writtenCases = (base: KnowledgeBase, guide: Guide, resources: string): readonly SolvedPerson[] =>
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

/** Every pair and all three. */
const panels: readonly (readonly ReckoningId[])[] = [
  ['knowledge', 'retrieval', 'guided'],
  ['knowledge', 'retrieval'],
  ['knowledge', 'guided'],
  ['retrieval', 'guided'],
]

const ask: Ask = {
  seed: personSeed,
  maxTokens: 0,
  maxPromptTokens: 0,
  signal: new Stop(),
  onText: () => undefined,
}

interface Measured {
  readonly right: string
  readonly prior: LogBelief
  /** Alone. */
  readonly alone: Readonly<Record<ReckoningId, LogBelief>>
  /** The knowledge engine once it has taken up what others read, by the others' names. */
  readonly informed: ReadonlyMap<string, LogBelief>
}

async function calibrate(
  resources: string,
  base: KnowledgeBase,
  count: number,
  histories: string | null,
): Promise<Calibration> {
  const blank: Calibration = {
    schema: 'consilium-calibration/1',
    persons: count,
    members: {},
    together: { offset: 0, slope: 1 },
    pools: [],
  }
  const encoder = await openSentenceEncoder(resources)
  try {
    const sources = { ...bundledCases(resources, base), calibration: blank }
    const tools = openPanelTools(resources, base, encoder, indexed, sources)
    const file = new HistoryFile(histories, 'panel-training', personSeed)
    const conditions = [...base.conditions.keys()]
    const measured: Measured[] = []
    for (const [at, practice] of personCases(
      base,
      seededRandom(personSeed),
      count,
      unknownSpeech,
    ).entries()) {
      const question = questionOf(practice, await file.history(practice, tools.guide, personSeed + at))
      const statements = new Map<ReckoningId, PeerStatement>()
      for (const id of reckoningIds) {
        const member = tools.seat(id, 'physician')
        const { opinion } = await member.open(question, ask)
        statements.set(id, {
          member: id,
          name: id,
          role: 'physician',
          answer: opinion.alone[0]?.answer ?? '',
          answerName: '',
          opinion,
          check: null,
          reliability: null,
        })
      }
      const beliefIn = (id: ReckoningId): LogBelief =>
        beliefOf(statements.get(id)?.opinion.alone ?? [], conditions)
      const informed = new Map<string, LogBelief>()
      for (const members of panels) {
        if (!members.includes('knowledge')) continue
        const peers = members.flatMap((id) => {
          const statement = statements.get(id)
          return statement && id !== 'knowledge' ? [statement] : []
        })
        const { opinion } = await tools.seat('knowledge', 'physician').reconsider(question, [], peers, ask)
        informed.set(members.join(' '), beliefOf(opinion.alone, conditions))
      }
      measured.push({
        right: practice.checklist.diagnosis[0]?.condition ?? '',
        prior: priorBelief(base, await tools.reader.read(question)),
        alone: {
          knowledge: beliefIn('knowledge'),
          retrieval: beliefIn('retrieval'),
          guided: beliefIn('guided'),
        },
        informed,
      })
      process.stderr.write(`${at + 1} of ${count}\n`)
    }
    return fitted(blank, measured)
  } finally {
    await encoder.dispose()
  }
}

function fitted(blank: Calibration, measured: readonly Measured[]): Calibration {
  const told = (beliefs: readonly LogBelief[]) =>
    beliefs.map((belief, at) => {
      const [answer = '', log = Number.NEGATIVE_INFINITY] =
        [...belief].toSorted((a, b) => b[1] - a[1])[0] ?? []
      return { confidence: Math.exp(log), right: answer === measured[at]?.right }
    })
  const beliefs = (members: readonly ReckoningId[], each: Measured): readonly LogBelief[] => [
    each.prior,
    ...members.map((id) =>
      id === 'knowledge' ? (each.informed.get(members.join(' ')) ?? each.alone.knowledge) : each.alone[id],
    ),
  ]
  const pools = panels.map((members) => {
    const solved: readonly Solved[] = measured.map((each) => ({
      beliefs: beliefs(members, each),
      right: each.right,
    }))
    const [prior = 0, ...weights] = fitPoolWeights(solved)
    return {
      members: [...members],
      prior,
      weights: Object.fromEntries(members.map((id, at) => [id, weights[at] ?? 0])),
    }
  })
  const all = pools[0]
  const together = measured.map((each) => {
    const parts = beliefs(panels[0] ?? [], each)
    const weights = [all?.prior ?? 0, ...(panels[0] ?? []).map((id) => all?.weights[id] ?? 0)]
    const sums = new Map<string, number>()
    for (const [at, part] of parts.entries())
      for (const [condition, log] of part)
        sums.set(condition, (sums.get(condition) ?? 0) + (weights[at] ?? 0) * log)
    const highest = Math.max(...sums.values())
    const total = [...sums.values()].reduce((sum, value) => sum + Math.exp(value - highest), 0)
    return new Map([...sums].map(([condition, value]) => [condition, value - highest - Math.log(total)]))
  })
  return {
    ...blank,
    members: Object.fromEntries(
      reckoningIds.map((id) => {
        const answers = told(measured.map(({ alone }) => alone[id]))
        return [
          id,
          {
            accuracy: answers.filter(({ right }) => right).length / answers.length,
            persons: answers.length,
            alone: fitCurve(answers),
          },
        ]
      }),
    ),
    together: fitCurve(told(together)),
    pools,
  }
}
