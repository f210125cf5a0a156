/** `consilium bench`: measurements that a reader can repeat. One JSON object with `--json`, else a table. */
import { readFileSync } from 'node:fs'
import { InvalidArgumentError, type Command } from 'commander'
import { fail } from '../../models/core/failure.ts'
import {
  decoders,
  precisions,
  type DecoderName,
  type Precision,
} from '../../models/decoding/language-model.ts'
import { dataFolder, enginePaths } from '../inference/folders.ts'
import { physicalCores } from '../inference/machine.ts'
import { readPicture } from '../media/picture-file.ts'
import { readSound } from '../media/sound-file.ts'
import { openCases } from '../case-files.ts'
import { openConditions } from '../condition-names.ts'
import { resourcesFolder } from '../resources.ts'
import { numberArgument, precisionArgument, threadsArgument } from './arguments.ts'
import { benchDecode } from './bench/decode.ts'
import { withTopicReader } from '../topic-files.ts'
import { measureLeaks, parseAttacks } from './bench/leaks.ts'
import { benchLive } from './bench/live.ts'
import { benchIdentity } from './bench/identity.ts'
import { benchFace } from './bench/face.ts'
import { benchLoad } from './bench/load.ts'
import { benchQuality } from './bench/quality.ts'
import { withModels } from './open-models.ts'
import { answer, table, type OutputOptions } from './output.ts'
import { readPrompts } from './prompts.ts'

interface CommonOptions {
  readonly model: string
  readonly threads: number
  readonly precisions: readonly Precision[]
  readonly json?: true
}

const roundsArgument = numberArgument(1, 1000, true)
const tokensArgument = numberArgument(2, 1_000_000, true)

/** Adds `bench decode`, `bench identity`, `bench load`, `bench quality`, `bench leaks`, `bench live` and `bench face`. */
export function addBench(program: Command): void {
  const bench = program.command('bench').description('Measure this machine')
  addDecode(bench)
  addIdentity(bench)
  addLoad(bench)
  addQuality(bench)
  addLeaks(bench)
  addLive(bench)
  addFace(bench)
}

function addFace(bench: Command): void {
  bench
    .command('face')
    .description('Frames per second of reading faces, beside @vladmandic/human on the same frames')
    .requiredOption('--pictures <folder>', 'PNG and JPEG files with faces')
    .option('--rounds <n>', 'passes over the pictures', roundsArgument, 5)
    .option('--no-peer', 'measure ours alone')
    .option('--json', 'one JSON object on standard output')
    .action((options: OutputOptions & { pictures: string; rounds: number; peer: boolean }) =>
      answer(
        options,
        () =>
          benchFace({
            ...options,
            cache: enginePaths(resourcesFolder(), dataFolder()).cache,
            resources: resourcesFolder(),
            log: (line) => process.stderr.write(`${line}\n`),
          }),
        ({ ours, peer, ratio }) =>
          table([
            ['reader', 'ms per frame', 'frames per second', 'times the peer'],
            [
              'Consilium',
              ours.msPerFrame.toFixed(1),
              ours.framesPerSecond.toFixed(1),
              ratio?.clock.median.toFixed(2) ?? '',
            ],
            ...(peer ? [[peer.name, peer.msPerFrame.toFixed(1), peer.framesPerSecond.toFixed(1), '']] : []),
          ]),
      ),
    )
}

function addDecode(bench: Command): void {
  common(bench.command('decode'))
    .description('Time per token and prefill rate, beside node-llama-cpp on the same weights')
    .requiredOption('--prompts <file>', 'prompts, one JSON object a line')
    .option('--rounds <n>', 'turns of each engine; without it one per prompt, at least 5', roundsArgument)
    .option('--context <tokens>', 'tokens of context before decoding', tokensArgument, 448)
    .option('--tokens <n>', 'tokens decoded per turn', tokensArgument, 128)
    .option('--decoders <list>', 'ours, separated by commas; plain always takes part', decoderList, [
      'plain',
      'lookup',
    ] as const)
    .option('--no-peer', 'measure ours alone')
    .action(
      (
        options: CommonOptions & {
          readonly prompts: string
          readonly rounds?: number
          readonly context: number
          readonly tokens: number
          readonly peer: boolean
          readonly decoders: readonly DecoderName[]
        },
      ) =>
        answer(
          options,
          () => {
            const prompts = readPrompts(options.prompts)
            return benchDecode({
              ...options,
              paths: paths(),
              prompts,
              rounds: options.rounds ?? Math.max(5, prompts.length),
              contextTokens: options.context,
              log,
            })
          },
          ({ rows, costs }) => [table(flattened(rows)), ...Object.entries(costs).map(costLine)].join('\n'),
        ),
    )
}

function addIdentity(bench: Command): void {
  bench
    .command('identity')
    .description('Whether guessing changes a word: every prompt with and without, token by token')
    .requiredOption('--prompts <file>', 'prompts, one JSON object a line')
    .option('--model <id>', 'base, default, base+ADAPTER or an imported model', 'default')
    .option('--precision <name>', precisions.join(', '), precisionArgument, 'row8' as const)
    .option('--decoders <list>', 'compared with plain decoding, separated by commas', guessingList, [
      'lookup',
    ] as const)
    .option('--tokens <n>', 'most tokens of a reply', tokensArgument, 128)
    .option('--out <file>', 'keeps what was compared; the same file goes on after an interruption')
    .option('--threads <n>', 'threads of the engine', threadsArgument, physicalCores())
    .option('--json', 'print one JSON object')
    .action(
      (
        options: OutputOptions & {
          readonly prompts: string
          readonly model: string
          readonly precision: Precision
          readonly decoders: readonly Exclude<DecoderName, 'plain'>[]
          readonly tokens: number
          readonly out?: string
          readonly threads: number
        },
      ) =>
        answer(
          options,
          () => {
            const prompts = readPrompts(options.prompts)
            return withModels(options, (models, signal) =>
              benchIdentity(models, { ...options, prompts, out: options.out ?? null, log }, signal),
            )
          },
          ({ rows }) =>
            rows
              .map(
                ({ decoder, prompts, identical, tokens }) =>
                  `${decoder}: the same in ${identical} of ${prompts} replies (${tokens} tokens)`,
              )
              .join('\n'),
        ),
    )
}

function guessingList(text: string): readonly Exclude<DecoderName, 'plain'>[] {
  const guessing = decoderList(text).filter((name) => name !== 'plain')
  if (guessing.length === 0) throw new InvalidArgumentError('It names a decoder that guesses.')
  return guessing
}

function costLine([precision, ms]: readonly [string, readonly number[]]): string {
  return `${precision}: a step of 1, 2, ... rows takes ${ms.join(', ')} ms`
}

function addLoad(bench: Command): void {
  common(bench.command('load'))
    .description('Time to prepare a model, from start to the first token, and memory')
    .option('--rounds <n>', 'starts per precision', roundsArgument, 5)
    .action((options: CommonOptions & { readonly rounds: number }) =>
      answer(
        options,
        () => benchLoad({ ...options, paths: paths(), log }),
        ({ rows }) => table(flattened(rows)),
      ),
    )
}

function addQuality(bench: Command): void {
  common(bench.command('quality'))
    .description('Perplexity of a text under each precision')
    .requiredOption('--text <file>', 'plain text')
    .option('--tokens <n>', 'tokens read at most', tokensArgument, 4096)
    .action((options: CommonOptions & { readonly text: string; readonly tokens: number }) =>
      answer(
        options,
        () => benchQuality({ ...options, paths: paths(), text: readText(options.text), log }),
        ({ rows }) => table(flattened(rows)),
      ),
    )
}

function addLeaks(bench: Command): void {
  bench
    .command('leaks')
    .description('How often the simulated patient gives away what was not asked')
    .requiredOption('--attacks <file>', 'openers, attacks, guesses, chat and real questions, as JSON')
    .requiredOption('--cases <folder>', 'cases to attack')
    .option('--per-case <n>', 'questions put to each case', numberArgument(1, 100_000, true), 32)
    .option('--seed <n>', 'the same seed gives the same questions', numberArgument(0, 0xffff_ffff, true), 0)
    .option('--json', 'print one JSON object')
    .action(
      (
        options: OutputOptions & {
          readonly attacks: string
          readonly cases: string
          readonly perCase: number
          readonly seed: number
        },
      ) =>
        answer(
          options,
          () => {
            const names = openConditions(resourcesFolder())
            const namesOf = (condition: string): readonly string[] => {
              const known = names.get(condition)
              return known ? [known.name, ...known.synonyms] : [condition]
            }
            const cases = openCases(options.cases, names)
            const attacks = parseAttacks(readText(options.attacks))
            return withTopicReader(resourcesFolder(), ({ understand }) =>
              measureLeaks(cases, namesOf, attacks, options, understand),
            )
          },
          ({ questions, leaks, leakRate, diagnosisNamed }) =>
            `${leaks} leaks in ${questions} questions (${(100 * leakRate).toFixed(2)} %), the diagnosis named ${diagnosisNamed} times`,
        ),
    )
}

function addLive(bench: Command): void {
  bench
    .command('live')
    .description('Processor share and delay of reading a face and a voice as in a consultation')
    .option('--picture <file>', 'a picture of a face; without it an empty one')
    .option('--sound <file>', 'a WAV file of speech; without it no sound is read')
    .option('--seconds <n>', 'how long', numberArgument(2, 3600, true), 30)
    .option('--json', 'print one JSON object')
    .action(
      (
        options: OutputOptions & {
          readonly picture?: string
          readonly sound?: string
          readonly seconds: number
        },
      ) =>
        answer(
          options,
          async () =>
            benchLive({
              paths: paths(),
              seconds: options.seconds,
              picture: options.picture === undefined ? null : await readPicture(options.picture),
              sound: options.sound === undefined ? null : await readSound(options.sound),
              log,
            }),
          ({ pictures, readerCore }) =>
            `${pictures.read} pictures read, ${pictures.dropped} left out, ${pictures.delayMs.median} ms each, ${readerCore === null ? 'an unknown share' : `${Math.round(100 * readerCore)} %`} of one core`,
        ),
    )
}

function common(command: Command): Command {
  return command
    .option('--model <id>', 'base, default, base+ADAPTER or an imported model', 'base')
    .option('--threads <n>', 'threads of each engine', threadsArgument, physicalCores())
    .option('--precisions <list>', 'ours, separated by commas', precisionList, precisions)
    .option('--json', 'print one JSON object')
}

function precisionList(text: string): readonly Precision[] {
  const chosen = text.split(',').map(precisionArgument)
  if (new Set(chosen).size < chosen.length) throw new InvalidArgumentError('It names each precision once.')
  return chosen
}

function decoderList(text: string): readonly DecoderName[] {
  const named = text.split(',')
  const unknown = named.find((name) => !decoders.some((known) => known === name))
  if (unknown !== undefined) throw new InvalidArgumentError(`It names only ${decoders.join(' and ')}.`)
  return decoders.filter((known) => known === 'plain' || named.includes(known))
}

const paths = (): ReturnType<typeof enginePaths> => enginePaths(resourcesFolder(), dataFolder())

const log = (line: string): void => void process.stderr.write(`${line}\n`)

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    return fail('not-found', `The text cannot be read. Check the path ${path}.`, { path }, error)
  }
}

type Cell = string | number | null | readonly number[]

/** Nested figures side by side, under names as `msPerToken.median`; the first row holds the names. */
function flattened(rows: readonly object[]): readonly (readonly string[])[] {
  const text = (cell: Cell): string => (cell === null ? '-' : cell.toString())
  const cells = rows.map((row) =>
    (Object.entries(row) as [string, Cell | Record<string, Cell>][]).flatMap(([name, value]) =>
      isNested(value)
        ? Object.entries(value).map(([part, inner]) => [`${name}.${part}`, text(inner)] as const)
        : [[name, text(value)] as const],
    ),
  )
  return [cells[0]?.map(([name]) => name) ?? [], ...cells.map((row) => row.map(([, shown]) => shown))]
}

const isNested = (value: Cell | Record<string, Cell>): value is Record<string, Cell> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
