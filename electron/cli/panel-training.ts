/**
 * `consilium panel-training`: makes the solved cases that a panel compares with, and measures its members on
 * training persons. No development case, held-out person or held-out wording takes part.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { seededRandom } from '../../models/core/random.ts'
import type { Wording } from '../../models/dialogue/reading/finding-index.ts'
import type { Guide } from '../../models/dialogue/guide/guide.ts'
import type { KnowledgeBase } from '../../models/knowledge/knowledge-base.ts'
import type { Calibration, Measurement, PoolWeights } from '../../models/panel/calibration.ts'
import { priorBelief } from '../../models/panel/clinical/beliefs.ts'
import { beliefOf, pool, type LogBelief } from '../../models/panel/clinical/pool.ts'
import { packSolved, type SolvedPerson } from '../../models/panel/clinical/solved-persons.ts'
import { fitCurve } from '../../models/panel/fitting/curve.ts'
import { fitPoolWeights, type Solved } from '../../models/panel/fitting/pool-weights.ts'
import type { Ask, PeerStatement } from '../../models/panel/member.ts'
import { reckoningIds, type ReckoningId } from '../../models/panel/members/clinical-members.ts'
import type { PanelQuestion } from '../../models/panel/question.ts'
import { Stop } from '../../models/panel/stop.ts'
import { ageInYears } from '../../models/practice/age.ts'
import type { PracticeCase } from '../../models/practice/case.ts'
import { personCases, type Speech } from '../../models/practice/spt/persons.ts'
import { openCases } from '../case-files.ts'
import { openGuide } from '../guide-files.ts'
import { HistoryFile, questionOf } from '../histories.ts'
import { openSentenceEncoder } from '../inference/sentence-encoder.ts'
import { openKnowledge } from '../knowledge-files.ts'
import {
  bundledCases,
  bundledSources,
  calibrationFile,
  openPanelTools,
  solvedFile,
  type PanelTools,
} from '../panel-files.ts'
import { resourcesFolder } from '../resources.ts'
import { numberArgument } from './arguments.ts'
import { promptTokens, replyTokens } from './brainstorm/options.ts'
import { reliabilityOf } from './brainstorm/reliability.ts'
import { seat, speakersArgument, type Seat } from './brainstorm/seats.ts'
import { withModels } from './open-models.ts'
import { answer, type OutputOptions } from './output.ts'

interface TrainingOptions extends OutputOptions {
  readonly solved?: number
  readonly persons?: number
  readonly speakers?: readonly Seat[]
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
    .option(
      '--speakers <ids>',
      'measure these members that speak on the same persons, and add them to what was measured of the others',
      speakersArgument,
    )
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

async function train({ solved, persons, speakers, histories }: TrainingOptions): Promise<object> {
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
    const use = { resources, base, persons, histories: histories ?? null }
    const calibration = speakers ? await withSpeakers(use, speakers) : await calibrate(use)
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
  /** The knowledge engine once it has taken up what others read, by the members of the panel. */
  readonly informed: ReadonlyMap<string, LogBelief>
}

/** A record in which a smaller share of the reports is in set words counts as one in own words. */
const setWordsFrom = 0.15
/** Each written case is visited so often, with other words of the patient. */
const visitsPerCase = 3

const blank: Measurement = { persons: 1, members: {}, together: { offset: 0, slope: 1 }, pools: [] }

interface TrainingUse {
  readonly resources: string
  readonly base: KnowledgeBase
  readonly persons: number
  readonly histories: string | null
}

/** Cases to measure on, the tools that may be used on them, and where their histories are kept. */
interface TrainingSet {
  readonly tools: PanelTools
  readonly cases: readonly PracticeCase[]
  readonly file: HistoryFile
}

/** The written training cases, then generated persons. */
async function onTraining<T>(
  { resources, base, persons, histories }: TrainingUse,
  calibration: Calibration,
  use: (own: TrainingSet, set: TrainingSet) => Promise<T>,
): Promise<T> {
  const encoder = await openSentenceEncoder(resources)
  const { solved, hashes } = bundledCases(resources, base)
  const tools = (usable: (wording: Wording) => boolean, known: readonly SolvedPerson[]): PanelTools =>
    openPanelTools(resources, base, encoder, usable, { solved: known, hashes, calibration })
  const written = openCases(join(resources, 'cases/training'), base.names)
  const kept = (file: string | null, name: string): HistoryFile => new HistoryFile(file, name, personSeed)
  try {
    return await use(
      {
        // The written cases are solved here too: none may be compared with itself.
        tools: tools(
          () => true,
          solved.filter(({ title }) => title === undefined),
        ),
        cases: Array.from({ length: visitsPerCase }, (_, visit) =>
          written.map((practice) => ({ ...practice, id: `${practice.id}-${visit + 1}` })),
        ).flat(),
        file: kept(histories === null ? null : `${histories}.cases`, 'panel-training cases'),
      },
      {
        tools: tools(indexed, solved),
        cases: personCases(base, seededRandom(personSeed), persons, unknownSpeech),
        file: kept(histories, 'panel-training'),
      },
    )
  } finally {
    await encoder.dispose()
  }
}

const unmeasured: Calibration = {
  schema: 'consilium-calibration/1',
  setWordsFrom,
  setWords: blank,
  ownWords: blank,
}

const calibrate = (use: TrainingUse): Promise<Calibration> =>
  onTraining(use, unmeasured, async (own, set) => {
    const ownWords = fitted(await measureAll(use.base, own))
    return { ...unmeasured, ownWords, setWords: fitted(await measureAll(use.base, set)) }
  })

/** What was measured of the members that reckon, with members that speak beside them. */
const withSpeakers = (use: TrainingUse, speakers: readonly Seat[]): Promise<Calibration> => {
  const before = bundledSources(use.resources, use.base).calibration
  return onTraining(use, before, (own, set) =>
    withModels({}, async (models, signal) => {
      const measured = async (measurement: Measurement, { tools, cases, file }: TrainingSet) => {
        const members = { ...measurement.members }
        for (const each of speakers)
          members[each.id] = await reliabilityOf(
            seat(each, tools, models, []),
            tools,
            questions(cases, file, tools.guide),
            { ...ask, maxTokens: replyTokens, maxPromptTokens: promptTokens, signal },
          )
        return { ...measurement, members }
      }
      return {
        ...before,
        ownWords: await measured(before.ownWords, own),
        setWords: await measured(before.setWords, set),
      }
    }),
  )
}

/** Each case's standard history as a question, with the condition that is right. */
async function* questions(
  cases: readonly PracticeCase[],
  file: HistoryFile,
  guide: Guide,
): AsyncGenerator<{ readonly question: PanelQuestion; readonly right: string }> {
  for (const [at, practice] of cases.entries()) {
    yield {
      question: questionOf(practice, await file.history(practice, guide, personSeed + at)),
      right: rightOf(practice),
    }
    process.stderr.write(`${at + 1} of ${cases.length}\n`)
  }
}

const rightOf = ({ checklist }: PracticeCase): string =>
  checklist.diagnosis.find(({ required }) => required)?.condition ?? ''

async function measureAll(
  base: KnowledgeBase,
  { tools, cases, file }: TrainingSet,
): Promise<readonly Measured[]> {
  const measured: Measured[] = []
  for await (const { question, right } of questions(cases, file, tools.guide))
    measured.push(await measure(base, tools, question, right))
  return measured
}

async function measure(
  base: KnowledgeBase,
  tools: PanelTools,
  question: PanelQuestion,
  right: string,
): Promise<Measured> {
  const conditions = [...base.conditions.keys()]
  const statements = new Map<ReckoningId, PeerStatement>()
  for (const id of reckoningIds) {
    const { opinion } = await tools.seat(id, 'physician').open(question, ask)
    const answer = opinion.alone[0]?.answer ?? ''
    statements.set(id, {
      member: id,
      name: id,
      role: 'physician',
      answer,
      answerName: answer,
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
  return {
    right,
    prior: priorBelief(base, await tools.reader.read(question)),
    alone: {
      knowledge: beliefIn('knowledge'),
      retrieval: beliefIn('retrieval'),
      guided: beliefIn('guided'),
    },
    informed,
  }
}

/** The prior first, then the members as they are once they have heard each other. */
const beliefsIn = (members: readonly ReckoningId[], each: Measured): readonly LogBelief[] => [
  each.prior,
  ...members.map((id) =>
    id === 'knowledge' ? (each.informed.get(members.join(' ')) ?? each.alone.knowledge) : each.alone[id],
  ),
]

/** Weights of a panel. A member is never weighed against itself: one that would be is left out. */
function fittedPool(members: readonly ReckoningId[], measured: readonly Measured[]): PoolWeights {
  let kept = members
  for (;;) {
    const places = [0, ...kept.map((id) => members.indexOf(id) + 1)]
    const solved: readonly Solved[] = measured.map((each) => {
      const all = beliefsIn(members, each)
      return { beliefs: places.flatMap((place) => all[place] ?? []), right: each.right }
    })
    const [prior = 0, ...weights] = fitPoolWeights(solved)
    const least = weights.indexOf(Math.min(...weights))
    if ((weights[least] ?? 0) >= 0)
      return {
        members: [...members],
        prior,
        weights: Object.fromEntries(members.map((id) => [id, weights[kept.indexOf(id)] ?? 0])),
      }
    kept = kept.filter((_, at) => at !== least)
  }
}

const surest = (belief: LogBelief): readonly [string, number] =>
  [...belief].toSorted((a, b) => b[1] - a[1])[0] ?? ['', Number.NEGATIVE_INFINITY]

function fitted(measured: readonly Measured[]): Measurement {
  const told = (beliefs: readonly LogBelief[]) =>
    beliefs.map((belief, at) => {
      const [answer, log] = surest(belief)
      return { confidence: Math.exp(log), right: answer === measured[at]?.right }
    })
  const pools = panels.map((members) => fittedPool(members, measured))
  const [everybody = []] = panels
  const [all] = pools
  const together = measured.map((each) =>
    pool(
      [...each.prior.keys()],
      beliefsIn(everybody, each).map((belief, at) => ({
        belief,
        weight: (at === 0 ? all?.prior : all?.weights[everybody[at - 1] ?? '']) ?? 0,
      })),
    ),
  )
  return {
    persons: measured.length,
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
