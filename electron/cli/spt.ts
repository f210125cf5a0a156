/** `consilium spt`: standardized patient testing of a doctor over a folder of cases or generated persons. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { fail } from '../../models/core/failure.ts'
import { seededRandom } from '../../models/core/random.ts'
import type { LanguageModels } from '../../models/decoding/language-model.ts'
import { ruleReader } from '../../models/dialogue/acts.ts'
import { rememberingReader } from '../../models/dialogue/compliance.ts'
import type { Guide } from '../../models/dialogue/guide/guide.ts'
import type { Wording } from '../../models/dialogue/reading/finding-index.ts'
import { dialogueVerdicts, evaluateDialogue } from '../../models/dialogue/rules/index.ts'
import type { KnowledgeBase } from '../../models/knowledge/knowledge-base.ts'
import { ageInYears } from '../../models/practice/age.ts'
import type { PracticeCase } from '../../models/practice/case.ts'
import type { TestedDoctor } from '../../models/practice/spt/doctor.ts'
import { completeLocally, type Complete } from '../../models/dialogue/doctor/complete.ts'
import {
  guidedDoctor,
  knowledgeDoctor,
  modelDoctor,
  rerankedDoctor,
} from '../../models/practice/spt/doctors.ts'
import { NoteTaker } from '../../models/dialogue/doctor/note-taker.ts'
import type { Notes } from '../../models/dialogue/doctor/noted-visit.ts'
import { personCases } from '../../models/practice/spt/persons.ts'
import { exactBeliefUpdate, mostFrequentClass, retrieval } from '../../models/practice/spt/references.ts'
import { scoreVisit } from '../../models/practice/spt/scoring.ts'
import { summarise, type TestingFigures } from '../../models/practice/spt/summary.ts'
import { holdVisit, type Listen } from '../../models/practice/spt/visit.ts'
import { openCases } from '../case-files.ts'
import { openNormaliser } from '../condition-names.ts'
import { withAttentiveGuide } from '../guide-files.ts'
import { shippedAdapters } from '../inference/model-files.ts'
import { openKnowledge } from '../knowledge-files.ts'
import { completeAtEndpoint } from '../model-endpoint.ts'
import { resourcesFolder } from '../resources.ts'
import { withTopicReader } from '../topic-files.ts'
import { VisitFile, type StoredVisit } from '../visit-files.ts'
import { numberArgument, threadsArgument } from './arguments.ts'
import { withModels } from './open-models.ts'
import { answer, progressLines, type OutputOptions } from './output.ts'

interface SptOptions extends OutputOptions {
  readonly cases?: string
  readonly persons?: number
  readonly doctor: string
  readonly turns: number
  readonly seed: number
  readonly dialogues?: string
  readonly endpoint?: string
  readonly model?: string
  readonly notes?: 'model' | 'rules'
  readonly threads?: number
}

const turnsArgument = (text: string): number => {
  const turns = Number(text)
  if (turns !== 5 && turns !== 12) throw new InvalidArgumentError('It is 5 or 12.')
  return turns
}

export function addSpt(program: Command): void {
  program
    .command('spt')
    .description('test a doctor on standardized patients')
    .option('--cases <folder>', 'a folder of case files')
    .option(
      '--persons <n>',
      'instead of cases: so many persons drawn from the knowledge base, in wordings kept for evaluation',
      numberArgument(1, 100_000, true),
    )
    .requiredOption(
      '--doctor <id>',
      'knowledge, guided, a reference (most-frequent-class, retrieval, exact-belief-update), or a model: base, an adapter, an imported one; +rerank after it takes the best of four replies by the rules',
    )
    .option('--turns <n>', 'the most doctor turns, 5 or 12', turnsArgument, 12)
    .option('--seed <n>', 'of patients, persons and intervals', numberArgument(0, 0xffff_ffff, true), 1)
    .option('--dialogues <file>', 'where every dialogue goes with its verdicts; a run in it is gone on with')
    .option('--endpoint <url>', 'an OpenAI-compatible address whose --model is the doctor')
    .option('--model <name>', 'the model at the endpoint, or the one that words the guided doctor')
    .addOption(
      new Option(
        '--notes <who>',
        'who notes what was learned before each turn of a model; the rules, where its adapter was taught with notes',
      ).choices(['model', 'rules']),
    )
    .option('--threads <n>', 'threads per operator', threadsArgument)
    .option('--json', 'one JSON object on standard output')
    .action((options: SptOptions) =>
      answer(
        options,
        () => test(options),
        (figures) => JSON.stringify(figures, null, 2),
      ),
    )
}

type Run = TestingFigures & { readonly dialogues: string }

function test(options: SptOptions): Promise<Run> {
  const resources = resourcesFolder()
  const base = openKnowledge(resources)
  // Generated persons speak in every fourth wording, which the guide must not know then.
  const use = (wording: Wording): boolean => options.persons === undefined || wording.index % 4 !== 3
  return withAttentiveGuide(resources, base, use, (guide) =>
    withTopicReader(resources, (reader) => testWith(options, resources, base, guide, reader.understand)),
  )
}

async function testWith(
  options: SptOptions,
  resources: string,
  base: KnowledgeBase,
  guide: Guide,
  listen: Listen,
): Promise<Run> {
  const practice = casesOf(options, base)
  const run = (doctor: TestedDoctor): Promise<Run> => visitAll(options, doctor, practice, resources, listen)
  const plain = plainDoctor(options.doctor, base, guide, resources)
  if (plain) return run(plain)
  const adapter = options.doctor.replace(rerank, '')
  const notes = options.notes ?? (notingAdapters.has(adapter) ? 'rules' : 'model')
  const noting: Notes = {
    taker: notes === 'model' ? null : new NoteTaker(base, guide),
    plans: planningAdapters.has(adapter),
  }
  if (options.endpoint !== undefined) {
    if (options.model === undefined)
      fail('invalid-request', 'An endpoint needs the name of its model. Add --model.')
    const complete = completeAtEndpoint(
      options.endpoint,
      options.model,
      process.env['CONSILIUM_ENDPOINT_KEY'],
    )
    return run(speakingDoctor(options.doctor, guide, complete, noting))
  }
  return withModels(options, async (models, signal) => {
    const model =
      options.doctor === 'guided'
        ? (options.model ?? 'default')
        : await modelOf(models, options.model ?? options.doctor.replace(rerank, ''), resources)
    await models.prepare(model, null, progressLines(), signal)
    return run(speakingDoctor(options.doctor, guide, completeLocally(models, model, signal), noting))
  })
}

const rerank = /\+rerank$/

/** Adapters that were taught to go on from a note before each turn. */
const notingAdapters: ReadonlySet<string> = new Set(['baseline', 'expert', 'outcome', 'plpf'])

/** Of those, the ones that decide over their notes what comes next. */
const planningAdapters: ReadonlySet<string> = new Set(['baseline', 'plpf'])

function speakingDoctor(id: string, guide: Guide, complete: Complete, notes: Notes): TestedDoctor {
  if (id === 'guided') return guidedDoctor(guide, complete)
  return rerank.test(id)
    ? rerankedDoctor(id, complete, notes, rememberingReader(ruleReader()))
    : modelDoctor(id, complete, notes)
}

/** Doctors that need no language model. */
function plainDoctor(
  id: string,
  base: KnowledgeBase,
  guide: Guide,
  resources: string,
): TestedDoctor | undefined {
  switch (id) {
    case 'knowledge':
      return knowledgeDoctor(guide)
    case 'most-frequent-class':
      return mostFrequentClass(base)
    case 'retrieval':
      return retrieval(base, openCases(join(resources, 'cases/training'), base.names))
    case 'exact-belief-update':
      return exactBeliefUpdate(base, guide)
    default:
      return undefined
  }
}

/** The model that a doctor's name means: itself, or the adapter of that name over the bundled base. */
async function modelOf(models: LanguageModels, doctor: string, resources: string): Promise<string> {
  const adapters = shippedAdapters(resources)
  if (adapters.includes(doctor)) return `base+${doctor}`
  const known = [...(await models.list()).map(({ id }) => id), ...adapters.map((name) => `base+${name}`)]
  if (known.includes(doctor)) return doctor
  fail('not-found', `There is no doctor or model ${doctor}. Those here are: ${known.join(', ')}.`, { doctor })
}

function casesOf({ cases, persons, seed }: SptOptions, base: KnowledgeBase): readonly PracticeCase[] {
  if ((cases === undefined) === (persons === undefined))
    fail('invalid-request', 'Name either a folder with --cases or a number with --persons.')
  return cases === undefined
    ? personCases(base, seededRandom(seed), persons ?? 0)
    : openCases(cases, base.names)
}

const fingerprint = (cases: readonly PracticeCase[]): string =>
  createHash('sha256').update(JSON.stringify(cases)).digest('hex').slice(0, 16)

async function visitAll(
  options: SptOptions,
  doctor: TestedDoctor,
  cases: readonly PracticeCase[],
  resources: string,
  listen: Listen,
): Promise<Run> {
  const { turns, seed } = options
  const print = fingerprint(cases)
  const path = options.dialogues ?? `spt-${doctor.id.replaceAll(/[^\w+.-]/g, '-')}-${turns}-${print}.jsonl`
  const file = new VisitFile(path, {
    schema: 'consilium-visits/1',
    doctor: [doctor.id, options.endpoint, options.model].filter(Boolean).join(' '),
    turns,
    seed,
    cases: print,
  })
  const read = openNormaliser(resources)
  const visits: StoredVisit[] = []
  for (const [index, practice] of cases.entries()) {
    let visit = file.get(practice.id)
    if (!visit) {
      const record = await holdVisit(practice, doctor, turns, seed + index, listen)
      visit = {
        case: practice.id,
        specialty: practice.specialty,
        difficulty: practice.difficulty,
        turns: record.turns,
        doctorTurns: record.doctorTurns,
        leaks: record.leaks,
        replies: record.turns.filter(({ speaker }) => speaker === 'patient').length,
        score: scoreVisit(practice, record, read),
        rules: dialogueVerdicts(
          evaluateDialogue({
            turnBudget: turns,
            patient: { age: ageInYears(practice), sex: practice.patient.sex },
            turns: record.turns,
          }),
        ),
      }
      file.add(visit)
    }
    visits.push(visit)
    process.stderr.write(
      `${index + 1} of ${cases.length}: ${practice.id} ${visit.score.diagnosis ? 'right' : 'wrong'}\n`,
    )
  }
  return { ...summarise(doctor.id, turns, visits, seed), dialogues: path }
}
