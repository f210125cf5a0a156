/** `consilium generate`: answers every prompt of a file. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import {
  acceptances,
  decoders,
  type Acceptance,
  type DecoderName,
  type GenerateRequest,
  type Precision,
  type Speculation,
} from '../../models/decoding/language-model.ts'
import { numberArgument, precisionArgument, threadsArgument } from './arguments.ts'
import { answer, progressLines, type OutputOptions } from './output.ts'
import { withModels } from './open-models.ts'
import { readPrompts } from './prompts.ts'

interface GenerateOptions extends OutputOptions {
  readonly prompts: string
  readonly model: string
  readonly precision?: Precision
  readonly decoder: DecoderName
  readonly maxTokens: number
  readonly acceptance?: Acceptance
  readonly temperature: number
  readonly topP: number
  readonly seed: number
  readonly threads?: number
}

interface PromptResult {
  readonly id: string | number
  readonly text: string
  readonly tokens: readonly number[]
  readonly promptTokens: number
  readonly msPerToken: number
  readonly tokensPerStep: number
  readonly prefillTokensPerSecond: number
  readonly speculation?: Speculation
}

export function addGenerate(program: Command): void {
  program
    .command('generate')
    .description('answer the prompts of a JSON Lines file')
    .requiredOption('--prompts <file>', 'one {"id", "messages"} a line')
    .option('--model <id>', 'base, default, base+ADAPTER or the id of an imported model', 'default')
    .option('--precision <name>', 'f32, row8 or q4', precisionArgument)
    .option('--decoder <name>', decoders.join(' or '), decoderArgument, 'plain' as const)
    .addOption(
      new Option('--acceptance <rule>', 'typical is faster when sampling and changes what is said').choices(
        acceptances,
      ),
    )
    .option('--max-tokens <n>', 'most tokens of a reply', numberArgument(1, 1_000_000, true), 256)
    .option('--temperature <t>', '0 is greedy', numberArgument(0, 5, false), 0)
    .option('--top-p <p>', 'nucleus mass', numberArgument(Number.MIN_VALUE, 1, false), 1)
    .option('--seed <n>', 'the same seed gives the same text', numberArgument(0, 0xffff_ffff, true), 0)
    .option('--threads <n>', 'threads per operator', threadsArgument)
    .option('--json', 'one JSON object on standard output')
    .action((options: GenerateOptions) =>
      answer(
        options,
        () => answerAll(options),
        ({ results }) => results.map(({ id, text }) => `[${id}]\n${text}`).join('\n\n'),
      ),
    )
}

async function answerAll(options: GenerateOptions): Promise<{ results: readonly PromptResult[] }> {
  const prompts = readPrompts(options.prompts)
  return withModels(options, async (models, signal) => {
    const onProgress = progressLines()
    const precision = options.precision ?? null
    await models.prepare(options.model, precision, onProgress, signal)
    const results: PromptResult[] = []
    for (const [index, { id, messages }] of prompts.entries()) {
      signal.throwIfAborted()
      const request: GenerateRequest = {
        model: options.model,
        precision,
        decoder: options.decoder,
        conversation: null,
        messages,
        sampling: { temperature: options.temperature, topP: options.topP, seed: options.seed },
        maxTokens: options.maxTokens,
        ...(options.acceptance && { acceptance: options.acceptance }),
      }
      const generation = await models.generate(
        request,
        () => undefined,
        () => undefined,
        signal,
      )
      signal.throwIfAborted()
      onProgress({ stage: 'Answering', fraction: (index + 1) / prompts.length, secondsLeft: null })
      results.push({
        id,
        text: generation.text,
        tokens: generation.tokens,
        promptTokens: generation.promptTokens,
        msPerToken: generation.timing.msPerToken,
        tokensPerStep: generation.timing.tokensPerStep,
        prefillTokensPerSecond: generation.timing.prefillTokensPerSecond,
        ...(generation.speculation ? { speculation: generation.speculation } : {}),
      })
    }
    return { results }
  })
}

function decoderArgument(text: string): DecoderName {
  const name = decoders.find((known) => known === text)
  if (!name) throw new InvalidArgumentError(`It is ${decoders.join(' or ')}.`)
  return name
}
