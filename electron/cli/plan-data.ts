/** `consilium plan-data`: visits of the guided doctor to training persons as notes and decisions, as JSON Lines. */
import { appendFileSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { fail } from '../../models/core/failure.ts'
import { seededRandom, shuffled, type Random } from '../../models/core/random.ts'
import type { Message } from '../../models/decoding/language-model.ts'
import { ruleReader } from '../../models/dialogue/acts.ts'
import { rememberingReader } from '../../models/dialogue/compliance.ts'
import { completeLocally } from '../../models/dialogue/doctor/complete.ts'
import { doctorMessages } from '../../models/dialogue/doctor/prompt.ts'
import { rightly } from '../../models/dialogue/generation/chart.ts'
import { flaws, type Flaw } from '../../models/dialogue/generation/flaws.ts'
import { pick } from '../../models/dialogue/generation/simulated-person.ts'
import { planMessages, writeStep } from '../../models/dialogue/doctor/plan.ts'
import type { KnowledgeBase } from '../../models/knowledge/knowledge-base.ts'
import type { PracticeCase } from '../../models/practice/case.ts'
import { correctedVisit } from '../../models/practice/spt/corrected-visit.ts'
import { personCases } from '../../models/practice/spt/persons.ts'
import { planLesson, type PlanLesson } from '../../models/practice/spt/plan-lesson.ts'
import { openCases } from '../case-files.ts'
import { openNormaliser } from '../condition-names.ts'
import { withAttentiveGuide } from '../guide-files.ts'
import { openKnowledge } from '../knowledge-files.ts'
import { resourcesFolder } from '../resources.ts'
import { withTopicReader } from '../topic-files.ts'
import { numberArgument, threadsArgument } from './arguments.ts'
import { withModels } from './open-models.ts'
import { answer, progressLines, type OutputOptions } from './output.ts'
import { correctionLines, type CorrectionCounts } from './plan-corrections.ts'
import { indexed, unknownSpeech } from './panel-training/speech.ts'

interface PlanDataOptions extends OutputOptions {
  readonly doctor?: string
  readonly threads?: number
  readonly out: string
  readonly persons: number
  readonly cases?: string
  readonly seed: number
  readonly mixed: boolean
  readonly stray: number
  readonly spoken: number
  readonly lists: number
}

/** Of visits of mixed quality, the share without a flaw. */
const flawless = 0.4

interface Counts {
  plans: number
  spoken: number
  lists: number
}

export function addPlanData(program: Command): void {
  program
    .command('plan-data')
    .description('visits of the guided doctor as notes and decisions, with worse decisions beside them')
    .requiredOption('--out <file>', 'the lessons, one JSON object a line')
    .option('--persons <n>', 'training persons', numberArgument(0, 100_000, true), 0)
    .option('--cases <folder>', 'a folder of training cases, which are visited first')
    .option(
      '--doctor <model>',
      'a model that plans, base+plpf for one, holds the visits: its decisions, judgements and words with better ones beside them',
    )
    .option('--threads <n>', 'threads of that model', threadsArgument)
    .option('--seed <n>', 'of persons, budgets and flaws', numberArgument(0, 0xffff_ffff, true), 1)
    .option('--mixed', 'visits of mixed quality: three in five have a flaw', false)
    .option(
      '--stray <share>',
      'of decisions in whose place a worse one is taken, 0..1, with the better one beside it',
      numberArgument(0, 1, false),
      0,
    )
    .option(
      '--spoken <share>',
      'of visits that are lessons in words too, 0..1',
      numberArgument(0, 1, false),
      0,
    )
    .option(
      '--lists <n>',
      'lists of what was known, to judge, from each visit',
      numberArgument(0, 12, true),
      0,
    )
    .option('--json', 'one JSON object on standard output')
    .action((options: PlanDataOptions) =>
      answer(
        options,
        (): Promise<Counts | CorrectionCounts> =>
          options.doctor === undefined ? write(options) : correct(options, options.doctor),
        (counts) => JSON.stringify(counts, null, 2),
      ),
    )
}

/** The most turns of a visit; those of the standardized tests are the most frequent. */
function drawBudget(random: Random): number {
  const draw = random.uniform()
  return draw < 0.2 ? 5 : draw < 0.8 ? 12 : 6 + random.below(6)
}

/** Notes and decisions as messages; worse decisions at the places of the better ones. */
function lessonInPlan({ visit, plan, worse, better }: PlanLesson) {
  const last = plan.at(-1)
  const messages: readonly Message[] = [
    ...planMessages(visit.person, plan.slice(0, -1), last?.note ?? ''),
    { role: 'assistant', content: last?.step ?? '' },
  ]
  const beside = (others: PlanLesson['worse']) =>
    others.map(({ flaw, step, at }) => ({ flaw, text: writeStep(step), at: 2 + 2 * at }))
  return { messages, worse: beside(worse), better: beside(better) }
}

async function write(options: PlanDataOptions): Promise<Counts> {
  const resources = resourcesFolder()
  const base = openKnowledge(resources)
  const random = seededRandom(options.seed)
  const visited = casesOf(options, base, random)
  const read = openNormaliser(resources)
  const counts: Counts = { plans: 0, spoken: 0, lists: 0 }
  writeFileSync(options.out, '')
  await withAttentiveGuide(resources, base, indexed, (guide) =>
    withTopicReader(resources, async ({ understand }) => {
      for (const [at, practice] of visited.entries()) {
        const flaw: Flaw | null = options.mixed && random.uniform() >= flawless ? pick(random, flaws) : null
        const { stray } = options
        const use = { budget: drawBudget(random), flaw, stray, random, listen: understand }
        const lesson = await planLesson(base, guide, practice, use)
        const right = requiredOf(practice) === read(lesson.diagnoses[0] ?? '')
        for (const line of lines(lesson, flaw, right, options, random, counts))
          appendFileSync(options.out, line)
        for (const line of lists(base, lesson, requiredOf(practice), options, random, counts))
          appendFileSync(options.out, line)
        if ((at + 1) % 20 === 0) process.stderr.write(`${at + 1} of ${visited.length}\n`)
      }
    }),
  )
  return counts
}

/** Visits that a model holds, corrected. */
async function correct(options: PlanDataOptions, model: string): Promise<CorrectionCounts> {
  const resources = resourcesFolder()
  const base = openKnowledge(resources)
  const random = seededRandom(options.seed)
  const visited = casesOf(options, base, random)
  const read = openNormaliser(resources)
  const reader = rememberingReader(ruleReader())
  const counts: CorrectionCounts = { decisions: 0, judgements: 0, words: 0 }
  writeFileSync(options.out, '')
  await withAttentiveGuide(resources, base, indexed, (guide) =>
    withTopicReader(resources, ({ understand }) =>
      withModels(options, async (models, signal) => {
        await models.prepare(model, null, progressLines(), signal)
        const complete = completeLocally(models, model, signal)
        for (const [at, practice] of visited.entries()) {
          const visit = await correctedVisit(base, guide, complete, practice, {
            budget: drawBudget(random),
            seed: random.below(2 ** 31),
            listen: understand,
            reader,
          })
          const right = requiredOf(practice)
          const use = { base, read, right, spoken: options.spoken, random }
          for (const line of correctionLines(visit, use, counts)) appendFileSync(options.out, line)
          process.stderr.write(`${at + 1} of ${visited.length}\n`)
        }
      }),
    ),
  )
  return counts
}

function lines(
  lesson: PlanLesson,
  flaw: Flaw | null,
  right: boolean,
  { mixed, spoken }: PlanDataOptions,
  random: Random,
  counts: Counts,
): readonly string[] {
  const { messages, worse, better } = lessonInPlan(lesson)
  counts.plans++
  const written: object[] = [
    {
      role: 'plan',
      messages,
      ...(flaw && { flaw }),
      ...(mixed || worse.length === 0 ? {} : { worse }),
      ...(better.length > 0 && { better }),
    },
  ]
  // A careful visit that ends with the wrong diagnosis decided well on what it heard, and concludes badly.
  if (random.uniform() < spoken && (flaw === null ? right : flaw !== 'endless')) {
    counts.spoken++
    const { visit, turns } = lesson
    const closing = turns.findLastIndex(({ speaker }) => speaker === 'doctor')
    const said = doctorMessages({ ...visit.person, turnBudget: visit.budget }, turns.slice(0, closing + 1))
    written.push({ role: 'doctor', messages: said, ...(flaw && { flaw }) })
  }
  return written.map((each) => `${JSON.stringify(each)}\n`)
}

/** Lists of what was known late in the visit, and whenever else. */
function lists(
  base: KnowledgeBase,
  { visit, known }: PlanLesson,
  right: string,
  options: PlanDataOptions,
  random: Random,
  counts: Counts,
): readonly string[] {
  const [last, ...before] = known.toReversed()
  const chosen = last ? [last, ...shuffled(random, before)].slice(0, options.lists) : []
  return chosen.flatMap(({ list, ranked }) => {
    const messages = list.length === 0 ? null : rightly(base, visit.person, list, right, ranked)
    if (!messages) return []
    counts.lists++
    return [`${JSON.stringify({ role: 'heard', condition: right, messages })}\n`]
  })
}

const requiredOf = ({ checklist }: PracticeCase): string =>
  checklist.diagnosis.find(({ required }) => required)?.condition ?? ''

function casesOf({ cases, persons }: PlanDataOptions, base: KnowledgeBase, random: Random) {
  if (cases === undefined && persons === 0)
    fail('invalid-request', 'Name a number of persons with --persons or a folder with --cases.')
  const written: readonly PracticeCase[] = cases === undefined ? [] : openCases(cases, base.names)
  return [...written, ...personCases(base, random, persons, unknownSpeech)]
}
