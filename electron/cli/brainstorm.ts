/** `consilium brainstorm`: a panel's answers to many questions, against its members without the talk. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { Cancellation } from '../../models/core/cancellation.ts'
import { fail, FailureError } from '../../models/core/failure.ts'
import { seededRandom } from '../../models/core/random.ts'
import type { LanguageModels } from '../../models/decoding/language-model.ts'
import type { Wording } from '../../models/dialogue/reading/finding-index.ts'
import { openCases } from '../case-files.ts'
import { unreadable } from '../../models/panel/answers.ts'
import type { Vote } from '../../models/panel/decide.ts'
import {
  answerAfter,
  flips,
  memberAlone,
  plainVote,
  plurality,
  votesIn,
  weightedVote,
  type Judged,
} from '../../models/panel/evaluation.ts'
import type { Member } from '../../models/panel/member.ts'
import type { PanelBudget, PanelRecord } from '../../models/panel/record.ts'
import { PanelRun, roundLimit, seedFor } from '../../models/panel/run.ts'
import { Stop } from '../../models/panel/stop.ts'
import { bootstrap } from '../../models/practice/spt/intervals.ts'
import { personCases } from '../../models/practice/spt/persons.ts'
import { HistoryFile, questionOf } from '../histories.ts'
import { openSentenceEncoder } from '../inference/sentence-encoder.ts'
import { openKnowledge } from '../knowledge-files.ts'
import { bundledSources, openPanelTools, type PanelTools } from '../panel-files.ts'
import { resourcesFolder } from '../resources.ts'
import { numberArgument, threadsArgument } from './arguments.ts'
import { questionsOf, type AskedQuestion } from './brainstorm/questions.ts'
import {
  endpointArgument,
  needsModels,
  seat,
  seatsArgument,
  type NamedEndpoint,
  type Seat,
} from './brainstorm/seats.ts'
import { withModels } from './open-models.ts'
import { answer, type OutputOptions } from './output.ts'

interface BrainstormOptions extends OutputOptions {
  readonly questions?: string
  readonly cases?: string
  readonly persons?: number
  readonly members: readonly Seat[]
  readonly rounds: number
  readonly seed: number
  readonly tokens: number
  readonly seconds: number
  readonly histories?: string
  readonly records?: string
  readonly endpoint?: readonly NamedEndpoint[]
  readonly threads?: number
}

export function addBrainstorm(program: Command): void {
  program
    .command('brainstorm')
    .description('let a panel of members that differ answer questions, and compare it with its members alone')
    .option('--questions <file>', 'one {"id","question","choices"?,"answer"?,"case"?} a line')
    .option('--cases <folder>', 'instead: the diagnosis of each case after a standard history')
    .option(
      '--persons <n>',
      'instead: so many persons drawn from the knowledge base, in wordings kept for evaluation',
      numberArgument(1, 100_000, true),
    )
    .requiredOption(
      '--members <ids>',
      'knowledge, retrieval, guided, plpf, base, a model’s id or an endpoint’s name, with commas; ID:challenger argues the most dangerous diagnosis',
      seatsArgument,
    )
    .option(
      '--rounds <n>',
      'the most rounds, the first included',
      numberArgument(1, roundLimit, true),
      roundLimit,
    )
    .option('--seed <n>', 'of members, persons and intervals', numberArgument(0, 0xffff_ffff, true), 1)
    .option('--tokens <n>', 'the most tokens of one run', numberArgument(100, 1_000_000, true), 30_000)
    .option('--seconds <n>', 'the longest a member may take in a round', numberArgument(1, 3600, false), 180)
    .option('--histories <file>', 'keeps the standard histories; a run in it is gone on with')
    .option('--records <file>', 'where every run’s whole record goes; finished questions are not asked again')
    .option(
      '--endpoint <name=url#model>',
      'an OpenAI-compatible address that may be sent what is shown; the key comes from CONSILIUM_ENDPOINT_KEY',
      endpointArgument,
    )
    .option('--threads <n>', 'threads per operator', threadsArgument)
    .option('--json', 'one JSON object on standard output')
    .action((options: BrainstormOptions) =>
      answer(
        options,
        () => brainstorm(options),
        (figures) => JSON.stringify(figures, null, 2),
      ),
    )
}

async function brainstorm(options: BrainstormOptions): Promise<Figures> {
  const resources = resourcesFolder()
  const base = openKnowledge(resources)
  // Generated persons speak in every fourth wording, which nobody may know then.
  const use = ({ index }: Wording): boolean => options.persons === undefined || index % 4 !== 3
  const encoder = await openSentenceEncoder(resources, options.threads)
  try {
    const tools = openPanelTools(resources, base, encoder, use, bundledSources(resources, base))
    const questions = await asked(options, tools, resources)
    const run = (models: LanguageModels | null, signal: Cancellation): Promise<Figures> =>
      askAll(options, tools, questions, models, signal)
    return needsModels(options.members, options.endpoint ?? [])
      ? await withModels(options, run)
      : await run(null, new Stop())
  } finally {
    await encoder.dispose()
  }
}

async function asked(
  options: BrainstormOptions,
  tools: PanelTools,
  resources: string,
): Promise<readonly AskedQuestion[]> {
  const { seed } = options
  const sources = [options.questions, options.cases, options.persons].filter((each) => each !== undefined)
  if (sources.length !== 1)
    fail(
      'invalid-request',
      'There is nothing to ask, or too much. Name one of --questions, --cases, --persons.',
    )
  const history = (source: string): HistoryFile => new HistoryFile(options.histories ?? null, source, seed)
  if (options.questions !== undefined)
    return questionsOf(options.questions, {
      ...tools,
      histories: history(`questions ${options.questions}`),
      cases: ['development', 'training'].flatMap((set) =>
        openCases(join(resources, 'cases', set), tools.base.names),
      ),
      seed,
    })
  const cases =
    options.cases === undefined
      ? personCases(tools.base, seededRandom(seed), options.persons ?? 0)
      : openCases(options.cases, tools.base.names)
  const file = history(options.cases === undefined ? 'persons' : `cases ${options.cases}`)
  const questions: AskedQuestion[] = []
  for (const [index, practice] of cases.entries()) {
    const question = questionOf(practice, await file.history(practice, tools.guide, seed + index))
    const right = practice.checklist.diagnosis.find(({ required }) => required)?.condition ?? null
    questions.push({ question, right })
    if ((index + 1) % 25 === 0) process.stderr.write(`${index + 1} of ${cases.length} histories\n`)
  }
  return questions
}

/** Tokens of a small model's answer to a few lines. */
const replyTokens = 160
const promptTokens = 6000
/** Answers that are to differ are drawn, not greedy. */
const samplingTemperature = 0.7
const mostSamples = 16

interface StoredAnswers {
  readonly id: string
  readonly record: PanelRecord | null
  readonly alone: readonly (readonly [string, readonly Vote[]])[]
  readonly repeated: readonly Vote[]
}

async function askAll(
  options: BrainstormOptions,
  tools: PanelTools,
  questions: readonly AskedQuestion[],
  models: LanguageModels | null,
  signal: Cancellation,
): Promise<Figures> {
  const stored = new RecordFile(
    options.records ?? null,
    JSON.stringify({
      members: options.members,
      rounds: options.rounds,
      seed: options.seed,
      tokens: options.tokens,
      of: options.questions ?? options.cases ?? options.persons,
    }),
  )
  const judged: (Judged & { readonly id: string; readonly isKnown: boolean })[] = []
  for (const [index, { question, right }] of questions.entries()) {
    signal.throwIfAborted()
    let found = stored.get(question.id)
    if (!found) {
      const members = options.members.map((each) => seat(each, tools, models, options.endpoint ?? []))
      const record = await held(options, tools, question, members, signal)
      found = {
        id: question.id,
        record,
        ...(await withoutTalk(options, tools, question, record, models, signal)),
      }
      stored.add(found)
    }
    judged.push({
      id: question.id,
      isKnown: right !== null,
      right: right ?? '',
      record: found.record,
      alone: new Map(found.alone),
      repeated: found.repeated,
    })
    const said = answerAfter(found.record, options.rounds - 1)
    process.stderr.write(
      `${index + 1} of ${questions.length}: ${question.id} ${said ?? 'no panel'}${right === null ? '' : said === right ? ' right' : ' wrong'}\n`,
    )
  }
  return figures(options, tools, judged)
}

async function held(
  { rounds, seed, tokens, seconds }: BrainstormOptions,
  tools: PanelTools,
  question: AskedQuestion['question'],
  members: readonly Member[],
  signal: Cancellation,
): Promise<PanelRecord | null> {
  const budget: PanelBudget = { tokens, replyTokens, promptTokens, seconds }
  try {
    return await new PanelRun({
      question,
      members,
      options: { rounds, seed, budget },
      judge: tools.judge,
      after: (delay, late) => {
        const timer = setTimeout(late, delay * 1000)
        return () => clearTimeout(timer)
      },
      onEvent: () => undefined,
      signal,
    }).start()
  } catch (error) {
    // Too few could be read: that is a wrong answer of the panel and no end of the run.
    if (error instanceof FailureError && error.failure.code === 'refused') return null
    throw error
  }
}

/** What members say without talking, in as many drawn answers as the panel's tokens would pay for. */
async function withoutTalk(
  options: BrainstormOptions,
  tools: PanelTools,
  question: AskedQuestion['question'],
  record: PanelRecord | null,
  models: LanguageModels | null,
  signal: Cancellation,
): Promise<Pick<StoredAnswers, 'alone' | 'repeated'>> {
  const [first] = record?.rounds ?? []
  const alone = new Map<string, Vote[]>(
    options.members.flatMap(({ id, role }) => (role === 'challenger' ? [] : [[id, []]])),
  )
  if (!record || !first) return { alone: [...alone], repeated: [] }
  for (const vote of votesIn(record, first)) alone.get(vote.member)?.push(vote)
  const spent = record.tokens.prompt + record.tokens.generated
  const speakers = first.answers.flatMap(({ member, exchanges }) => {
    const cost = exchanges.reduce((sum, each) => sum + each.promptTokens + each.tokens, 0)
    return cost > 0 && alone.has(member) ? [{ member, cost }] : []
  })
  const [strongest] = speakers.toSorted(
    (a, b) => accuracyOf(tools, b.member) - accuracyOf(tools, a.member) || (a.member < b.member ? -1 : 1),
  )
  const repeated: Vote[] = []
  for (const { member, cost } of speakers) {
    const share = Math.min(mostSamples, Math.floor(spent / speakers.length / cost))
    const whole = member === strongest?.member ? Math.min(mostSamples, Math.floor(spent / cost)) : share
    const drawn = await samples(options, tools, question, member, Math.max(share, whole), models, signal)
    alone.get(member)?.push(...drawn.slice(0, Math.max(0, share - 1)))
    if (member === strongest?.member) repeated.push(...drawn)
  }
  return { alone: [...alone], repeated }
}

/** On training persons and training cases alike. */
const accuracyOf = ({ calibration }: PanelTools, member: string): number =>
  (calibration.setWords.members[member]?.accuracy ?? 0) +
  (calibration.ownWords.members[member]?.accuracy ?? 0)

async function samples(
  options: BrainstormOptions,
  tools: PanelTools,
  question: AskedQuestion['question'],
  id: string,
  count: number,
  models: LanguageModels | null,
  signal: Cancellation,
): Promise<readonly Vote[]> {
  const endpoints = options.endpoint ?? []
  // Sending a record away a dozen times more is nothing a comparison is worth.
  if (endpoints.some(({ name }) => name === id)) return []
  const found = options.members.find((each) => each.id === id)
  if (!found) return []
  const member = seat(found, tools, models, endpoints, samplingTemperature)
  const drawn: Vote[] = []
  for (let at = 0; at < count; at += 1) {
    signal.throwIfAborted()
    const { opinion } = await member.open(question, {
      seed: seedFor(options.seed, `${id} sample ${at}`, 0),
      maxTokens: replyTokens,
      maxPromptTokens: promptTokens,
      signal,
      onText: () => undefined,
    })
    const said = tools.judge.read(opinion.said, question)
    if (said === unreadable) continue
    drawn.push({
      member: id,
      answer: said,
      answerName: tools.judge.name(said, question),
      confidence: opinion.confidence,
      reliability: await tools.judge.reliability(member.description, opinion.confidence, 0, question),
    })
  }
  return drawn
}

interface Measured {
  readonly accuracy: number
  readonly low: number
  readonly high: number
}

interface Figures {
  readonly questions: number
  readonly rounds: readonly { readonly round: number; readonly accuracy: number }[]
  readonly consensus: Measured & { readonly rate: number }
  readonly flips: { readonly rightToWrong: number; readonly wrongToRight: number }
  /** Mean rounds of a run. */
  readonly roundsUsed: number
  /** Of all runs together, prompts included. */
  readonly tokens: number
  readonly baselines: {
    readonly members: readonly ({ readonly id: string } & Measured)[]
    readonly selfConsistency: Measured
    readonly vote: Measured
    readonly weightedVote: Measured
  }
}

function figures(
  { members, rounds, seed }: BrainstormOptions,
  tools: PanelTools,
  all: readonly (Judged & { readonly id: string; readonly isKnown: boolean })[],
): Figures {
  const judged = all.filter(({ isKnown }) => isKnown)
  const hits = (said: (each: Judged) => string | null): readonly number[] =>
    judged.map((each) => (said(each) === each.right ? 1 : 0))
  const measured = (values: readonly number[]): Measured => {
    const { mean, low, high } = bootstrap(values, seed)
    return { accuracy: mean, low, high }
  }
  const voting = members.filter(({ role }) => role !== 'challenger').map(({ id }) => id)
  const drawSeed = (each: Judged): number =>
    seedFor(seed, judged.indexOf(each as (typeof judged)[number]).toString(), 0)
  const panel = hits(({ record }) => answerAfter(record, rounds - 1))
  const alone = voting.map((id) => ({ id, values: hits((each) => memberAlone(each, id)) }))
  const best = [...alone].toSorted((a, b) => sum(b.values) - sum(a.values))[0]
  const trusted =
    alone.toSorted((a, b) => accuracyOf(tools, b.id) - accuracyOf(tools, a.id))[0]?.id ?? voting[0] ?? ''
  const repeated = hits((each) =>
    each.repeated.length > 0 ? plurality(each.repeated, drawSeed(each)) : memberAlone(each, trusted),
  )
  const vote = hits((each) => plainVote(each, drawSeed(each)))
  const weighted = hits((each) => weightedVote(each, drawSeed(each)))
  const records = all.flatMap(({ record }) => (record ? [record] : []))
  for (const [name, values] of [
    ...(best ? [[`the best member, ${best.id}`, best.values] as const] : []),
    ['the plain vote', vote] as const,
    ['the weighted vote', weighted] as const,
  ]) {
    const { mean, low, high } = bootstrap(
      panel.map((value, at) => value - (values[at] ?? 0)),
      seed,
    )
    process.stderr.write(
      `panel less ${name}: ${mean.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)}), paired\n`,
    )
  }
  return {
    questions: all.length,
    rounds: Array.from({ length: rounds }, (_, round) => ({
      round,
      accuracy: bootstrap(
        hits(({ record }) => answerAfter(record, round)),
        seed,
      ).mean,
    })),
    consensus: {
      ...measured(panel),
      rate: records.filter(({ verdict }) => verdict.consensus).length / Math.max(1, all.length),
    },
    flips: flips(judged),
    roundsUsed: sum(records.map((record) => record.rounds.length)) / Math.max(1, records.length),
    tokens: sum(records.map(({ tokens }) => tokens.prompt + tokens.generated)),
    baselines: {
      members: alone.map(({ id, values }) => ({ id, ...measured(values) })),
      selfConsistency: measured(repeated),
      vote: measured(vote),
      weightedVote: measured(weighted),
    },
  }
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

/** Runs of a command, one JSON line each. */
class RecordFile {
  readonly #path: string | null
  readonly #known = new Map<string, StoredAnswers>()

  /** Fails with `conflict` when the file belongs to another run. */
  constructor(path: string | null, identity: string) {
    this.#path = path
    if (path === null) return
    const head = JSON.stringify({ schema: 'consilium-panels/1', identity })
    if (!existsSync(path)) {
      writeFileSync(path, `${head}\n`)
      return
    }
    const text = readFileSync(path, 'utf8')
    const [first, ...lines] = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
    if (first !== head)
      fail('conflict', `${path} holds records of another run. Name another file or remove it.`, {
        file: path,
      })
    writeFileSync(path, text.slice(0, text.lastIndexOf('\n') + 1))
    for (const line of lines) {
      if (line === '') continue
      // Written by this program alone; the head says which version of it.
      const each = JSON.parse(line) as StoredAnswers
      this.#known.set(each.id, each)
    }
  }

  get(id: string): StoredAnswers | undefined {
    return this.#known.get(id)
  }

  add(answers: StoredAnswers): void {
    this.#known.set(answers.id, answers)
    if (this.#path !== null) appendFileSync(this.#path, `${JSON.stringify(answers)}\n`)
  }
}
