/** `consilium bench`: measurements that a reader can repeat. One JSON object with `--json`, else a table. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { precisions, type Precision } from '../../models/decoding/language-model.ts'
import { dataFolder, enginePaths } from '../inference/folders.ts'
import { physicalCores } from '../inference/machine.ts'
import { resourcesFolder } from '../resources.ts'
import { benchDecode } from './bench/decode.ts'
import { benchLoad } from './bench/load.ts'
import { readPrompts, readText } from './bench/prompts.ts'
import { benchQuality } from './bench/quality.ts'

interface CommonOptions {
  readonly model: string
  readonly threads: number
  readonly precisions: readonly Precision[]
  readonly json?: true
}

/** Adds `bench decode`, `bench load` and `bench quality`. Their actions reject with a FailureError. */
export function addBench(program: Command): void {
  const bench = program.command('bench').description('measure this machine')

  common(bench.command('decode'))
    .description('time per token and prefill rate, beside node-llama-cpp on the same weights')
    .requiredOption('--prompts <file>', 'prompts, one JSON object per line')
    .option('--rounds <n>', 'turns of each engine; without it one per prompt, at least 5', positive)
    .option('--context <tokens>', 'tokens of context before decoding', positive, 448)
    .option('--tokens <n>', 'tokens decoded per turn', positive, 128)
    .option('--no-peer', 'measure ours alone')
    .action(
      async (
        options: CommonOptions & {
          readonly prompts: string
          readonly rounds?: number
          readonly context: number
          readonly tokens: number
          readonly peer: boolean
        },
      ) => {
        const prompts = readPrompts(options.prompts)
        const report = await benchDecode({
          ...options,
          paths: paths(),
          prompts,
          rounds: options.rounds ?? Math.max(5, prompts.length),
          contextTokens: options.context,
          log,
        })
        print(report, options.json)
      },
    )

  common(bench.command('load'))
    .description('time to prepare a model, from start to the first token, and memory')
    .option('--rounds <n>', 'starts per precision', positive, 5)
    .action(async (options: CommonOptions & { readonly rounds: number }) => {
      print(await benchLoad({ ...options, paths: paths(), log }), options.json)
    })

  common(bench.command('quality'))
    .description('perplexity of a text under each precision')
    .requiredOption('--text <file>', 'plain text')
    .option('--tokens <n>', 'tokens read at most', positive, 4096)
    .action(async (options: CommonOptions & { readonly text: string; readonly tokens: number }) => {
      const text = readText(options.text)
      print(await benchQuality({ ...options, paths: paths(), text, log }), options.json)
    })
}

function common(command: Command): Command {
  return command
    .option('--model <id>', 'base, default or an imported model', 'base')
    .option('--threads <n>', 'threads of each engine', positive, physicalCores())
    .addOption(
      new Option('--precisions <list>', 'ours, separated by commas')
        .default(precisions, precisions.join(','))
        .argParser(precisionList),
    )
    .option('--json', 'print one JSON object')
}

const paths = (): ReturnType<typeof enginePaths> => enginePaths(resourcesFolder(), dataFolder())

const log = (line: string): void => void process.stderr.write(`${line}\n`)

function positive(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number from 1.')
  return value
}

function precisionList(text: string): readonly Precision[] {
  const chosen = text.split(',')
  const known = precisions.filter((precision) => chosen.includes(precision))
  if (known.length !== chosen.length)
    throw new InvalidArgumentError(`It must name some of ${precisions.join(', ')}.`)
  return known
}

function print(report: { readonly rows: readonly object[] }, json: true | undefined): void {
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`)
  else process.stdout.write(table(report.rows.map(flat)))
}

const cellText = (cell: Cell | undefined): string => (cell === undefined || cell === null ? '-' : `${cell}`)

type Cell = string | number | null

/** Nested figures side by side: `msPerToken.median`. */
function flat(row: object): Record<string, Cell> {
  const cells: Record<string, Cell> = {}
  for (const [name, value] of Object.entries(row) as [string, Cell | Record<string, Cell>][]) {
    if (typeof value === 'object' && value !== null)
      for (const [part, inner] of Object.entries(value)) cells[`${name}.${part}`] = inner
    else cells[name] = value
  }
  return cells
}

/** Columns under their names, as wide as their widest cell. */
function table(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const names = Object.keys(rows[0] ?? {})
  const lines = [names, ...rows.map((row) => names.map((name) => cellText(row[name])))]
  const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines
    .map((line) => `${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`)
    .join('')
}
