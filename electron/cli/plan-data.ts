/** `consilium plan-data`: visits of the guided doctor to training persons as notes and decisions, as JSON Lines. */
import { appendFileSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { fail } from '../../models/core/failure.ts'
import { seededRandom, type Random } from '../../models/core/random.ts'
import { ruleReader } from '../../models/dialogue/acts.ts'
import { rememberingReader } from '../../models/dialogue/compliance.ts'
import { completeLocally } from '../../models/dialogue/doctor/complete.ts'
import { flaws, type Flaw } from '../../models/dialogue/generation/flaws.ts'
import { pick } from '../../models/dialogue/generation/simulated-person.ts'
import type { KnowledgeBase } from '../../models/knowledge/knowledge-base.ts'
import type { PracticeCase } from '../../models/practice/case.ts'
import { correctedVisit } from '../../models/practice/spt/corrected-visit.ts'
import { personCases } from '../../models/practice/spt/persons.ts'
import { planLesson } from '../../models/practice/spt/plan-lesson.ts'
import { openCases } from '../case-files.ts'
import { openNormaliser } from '../condition-names.ts'
import { withAttentiveGuide } from '../guide-files.ts'
import { openKnowledge } from '../knowledge-files.ts'
import { resourcesFolder } from '../resources.ts'
import { withTopicReader } from '../topic-files.ts'
import { numberArgument, threadsArgument } from './arguments.ts'
import { withModels } from './open-models.ts'
import { answer, progressLines, type OutputOptions } from './output.ts'
import { PlanLines, type LineCounts } from './plan-lines.ts'
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
  readonly judgements: number
  readonly drawn: number
}

/** Of visits of mixed quality, the share without a flaw. */
const flawless = 0.4

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
    .option(
      '--judgements <n>',
      'lists of what was known in each visit, with the nearest wrong diagnosis beside the right one',
      numberArgument(0, 12, true),
      0,
    )
    .option(
      '--drawn <n>',
      'further such lists, of drawn persons, with what the visits misheard',
      numberArgument(0, 100_000, true),
      0,
    )
    .option('--json', 'one JSON object on standard output')
    .action((options: PlanDataOptions) =>
      answer(
        options,
        (): Promise<LineCounts | CorrectionCounts> =>
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

async function write(options: PlanDataOptions): Promise<LineCounts> {
  const resources = resourcesFolder()
  const base = openKnowledge(resources)
  const random = seededRandom(options.seed)
  const visited = casesOf(options, base, random)
  const read = openNormaliser(resources)
  const lines = new PlanLines(base, options, random)
  const add = (written: readonly string[]): void => appendFileSync(options.out, written.join(''))
  writeFileSync(options.out, '')
  await withAttentiveGuide(resources, base, indexed, (guide) =>
    withTopicReader(resources, async ({ understand }) => {
      for (const [at, practice] of visited.entries()) {
        const flaw: Flaw | null = options.mixed && random.uniform() >= flawless ? pick(random, flaws) : null
        const { stray } = options
        const use = { budget: drawBudget(random), flaw, stray, random, listen: understand }
        const lesson = await planLesson(base, guide, practice, use)
        const right = requiredOf(practice)
        add(lines.of({ lesson, flaw, right, found: read(lesson.diagnoses[0] ?? '') === right }))
        if ((at + 1) % 20 === 0) process.stderr.write(`${at + 1} of ${visited.length}\n`)
      }
    }),
  )
  add(lines.drawn(options.drawn))
  return lines.counts
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

const requiredOf = ({ checklist }: PracticeCase): string =>
  checklist.diagnosis.find(({ required }) => required)?.condition ?? ''

function casesOf({ cases, persons }: PlanDataOptions, base: KnowledgeBase, random: Random) {
  if (cases === undefined && persons === 0)
    fail('invalid-request', 'Name a number of persons with --persons or a folder with --cases.')
  const written: readonly PracticeCase[] = cases === undefined ? [] : openCases(cases, base.names)
  return [...written, ...personCases(base, random, persons, unknownSpeech)]
}
