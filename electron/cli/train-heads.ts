/**
 * `consilium train-heads`: draft heads for a model, from what it says to prompts. Each stage goes on where an
 * interrupted run left it: continuations line by line, training from its last checkpoint.
 */
import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InvalidArgumentError, type Command } from 'commander'
import { headsFolder, headsKinds } from '../inference/heads/heads-files.ts'
import { dataFolder, enginePaths } from '../inference/folders.ts'
import { isBundled, locateModel, openLocated } from '../inference/model-files.ts'
import { modelIdentity } from '../inference/model-identity.ts'
import { resourcesFolder } from '../resources.ts'
import { fail } from '../../models/core/failure.ts'
import type { HeadsKind } from '../../models/compiler/index.ts'
import { numberArgument, threadsArgument } from './arguments.ts'
import { findCompiled, prepareAll } from './bench/compiled.ts'
import { readContinuations, writeContinuations } from './heads/continuations.ts'
import { openTarget } from './heads/open-target.ts'
import { writeStates } from './heads/states.ts'
import { writeTarget } from './heads/target-file.ts'
import { checkPython, runTrainer } from './heads/trainer.ts'
import { answer, progressLines, type OutputOptions } from './output.ts'
import { readPrompts } from './prompts.ts'

interface TrainHeadsOptions extends OutputOptions {
  readonly model: string
  readonly identify?: boolean
  readonly prompts?: string
  readonly out?: string
  readonly kind: HeadsKind
  readonly maxTokens: number
  readonly pastEnd?: boolean
  readonly tokens: number
  readonly start?: string
  readonly seed: number
  readonly threads: number
  readonly python: string
}

/** Every so many prompts one is held out for the report; of fewer, the last. */
const heldOutEvery = 20
const trainingFolder = fileURLToPath(new URL('../../models/training', import.meta.url))

async function train(options: TrainHeadsOptions) {
  const paths = enginePaths(resourcesFolder(), dataFolder())
  const located = locateModel(options.model, paths.resources, paths.models)
  const identity = modelIdentity(located)
  if (options.identify) return { model: options.model, identity }
  if (options.prompts === undefined || options.out === undefined)
    return fail('invalid-request', 'Name the prompts with --prompts and a folder to work in with --out.')
  if (options.start !== undefined && !existsSync(options.start))
    fail('not-found', `There are no heads to start from. Check the path ${options.start}.`, {
      path: options.start,
    })
  checkPython(options.python)
  const prompts = readPrompts(options.prompts)
  const work = resolve(options.out)
  mkdirSync(work, { recursive: true })
  const abort = new AbortController()
  const stop = (): void => abort.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const job = { onProgress: progressLines(), cancellation: abort.signal }

  await prepareAll(paths, options.model, ['row8'], job.onProgress)
  const target = await openTarget(await findCompiled(paths, options.model, 'row8'), options.threads)
  const continuations = join(work, 'continuations.jsonl')
  await writeContinuations(target, prompts, continuations, {
    ...job,
    maxTokens: options.maxTokens,
    pastEnd: options.pastEnd === true,
  })
  abort.signal.throwIfAborted()
  const texts = readContinuations(continuations)
  if (texts.length < 2)
    fail(
      'invalid-request',
      'The model had something to say to fewer than two prompts. Give more prompts, or shorter ones: each must fit into its context together with --max-tokens.',
    )
  const every = Math.min(heldOutEvery, texts.length)
  const heldOut = texts.filter((_, index) => index % every === every - 1)
  const learned = texts.filter((_, index) => index % every !== every - 1)
  await writeStates(target, learned, join(work, 'texts'), job)
  await writeStates(target, heldOut, join(work, 'held-out'), job)
  using opened = openLocated(located)
  writeTarget(opened.model, join(work, 'target.safetensors'))

  const out = join(work, options.kind)
  const report = await runTrainer(
    options.python,
    trainingFolder,
    [
      ...['--target', join(work, 'target.safetensors'), '--texts', join(work, 'texts')],
      ...['--valid', join(work, 'held-out'), '--out', out, '--model', identity, '--kind', options.kind],
      ...['--tokens', String(options.tokens), '--seed', String(options.seed)],
      ...['--threads', String(options.threads)],
      ...(options.start === undefined ? [] : ['--start', resolve(options.start)]),
    ],
    (line) => process.stderr.write(`${line}\n`),
    abort.signal,
  )
  process.off('SIGINT', stop).off('SIGTERM', stop)
  const made = join(out, `${options.kind}.safetensors`)
  return { model: options.model, identity, heads: install(made, options, paths), report }
}

/** Puts the heads of an imported model beside it; those of a bundled model stay where they were made. */
function install(
  made: string,
  { model, kind }: TrainHeadsOptions,
  paths: Parameters<typeof headsFolder>[1],
): string {
  if (isBundled(model)) return made
  const place = join(headsFolder(model, paths), `${kind}.safetensors`)
  mkdirSync(dirname(place), { recursive: true })
  copyFileSync(made, `${place}.part`)
  renameSync(`${place}.part`, place)
  return existsSync(place) ? place : made
}

function kindArgument(text: string): HeadsKind {
  const kind = headsKinds.find((known) => known === text)
  if (!kind) throw new InvalidArgumentError(`It is ${headsKinds.join(' or ')}.`)
  return kind
}

export function addTrainHeads(program: Command): void {
  program
    .command('train-heads')
    .description('train draft heads for a model on what it says to prompts (needs Python and PyTorch)')
    .option('--model <id>', 'base, default, base+ADAPTER or the id of an imported model', 'default')
    .option('--identify', 'only say to which weights heads of this model are bound')
    .option('--prompts <file>', 'JSON Lines: {"id", "messages": [{"role", "content"}]}')
    .option('--out <folder>', 'folder to work in; the same folder goes on after an interruption')
    .option('--kind <name>', headsKinds.join(' or '), kindArgument, 'clover' as const)
    .option('--max-tokens <n>', 'most tokens of one reply', numberArgument(8, 2048, true), 128)
    .option('--past-end', 'let replies go on past their end, as benchmarks decode')
    .option(
      '--tokens <n>',
      'positions to learn from, repeats counted',
      numberArgument(1000, 1e9, true),
      1_000_000,
    )
    .option(
      '--start <file>',
      'heads to go on from, as exported: of this model or of another of the same shape',
    )
    .option('--seed <n>', 'the same seed gives the same heads', numberArgument(0, 0xffff_ffff, true), 5)
    .option('--threads <n>', 'threads of the model and of the trainer', threadsArgument, 2)
    .option('--python <path>', 'program that runs the trainer', 'python3')
    .option('--json', 'one JSON object on standard output')
    .action((options: TrainHeadsOptions) =>
      answer(
        options,
        () => train(options),
        (result) => ('heads' in result ? `The heads are in ${result.heads}.` : result.identity),
      ),
    )
}
