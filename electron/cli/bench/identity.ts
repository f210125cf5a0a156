/**
 * `bench identity`: whether guessing changes a word. Every prompt is answered greedily one token per step and
 * with each decoder, and the tokens are compared. The decoders go on from the prompt that plain decoding has
 * read, as a second turn in the app does. What is compared is kept line by line, so that an interrupted run goes
 * on.
 */
import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import * as v from 'valibot'
import type { Cancellation } from '../../../models/core/cancellation.ts'
import { fail } from '../../../models/core/failure.ts'
import type {
  DecoderName,
  Generation,
  LanguageModels,
  ModelIdentity,
  Precision,
} from '../../../models/decoding/language-model.ts'
import { readJsonLines } from '../json-lines.ts'
import type { Prompt } from '../prompts.ts'

export interface IdentityOptions {
  readonly model: string
  readonly precision: Precision
  readonly decoders: readonly Exclude<DecoderName, 'plain'>[]
  readonly prompts: readonly Prompt[]
  /** Most tokens of one reply, which ends earlier where the model ends it. */
  readonly tokens: number
  /** File that keeps what was compared; null to keep nothing. */
  readonly out: string | null
  readonly log: (line: string) => void
}

export interface IdentityRow {
  readonly decoder: DecoderName
  /** Prompts compared. */
  readonly prompts: number
  /** Of them, those with the tokens of plain decoding. */
  readonly identical: number
  /** Ids of the others. */
  readonly different: readonly (string | number)[]
  /** Tokens of plain decoding over these prompts. */
  readonly tokens: number
  /** Guesses that were checked and kept. */
  readonly drafted: number
  readonly accepted: number
}

export interface IdentityReport {
  readonly model: ModelIdentity
  /** Prompts that were given; fewer are compared when the run was stopped. */
  readonly prompts: number
  readonly rows: readonly IdentityRow[]
}

const comparisonSchema = v.object({
  id: v.union([v.string(), v.number()]),
  decoder: v.string(),
  identical: v.boolean(),
  tokens: v.number(),
  drafted: v.number(),
  accepted: v.number(),
})
type Comparison = v.InferOutput<typeof comparisonSchema>
const lineSchema = v.union([comparisonSchema, v.object({ settings: v.string() })])

/** Fails with `invalid-request` where `out` holds what was compared with other settings, or a decoder cannot guess. */
export async function benchIdentity(
  models: LanguageModels,
  options: IdentityOptions,
  cancellation: Cancellation,
): Promise<IdentityReport> {
  const { model, precision, decoders, prompts, log } = options
  log(`Preparing ${precision} ...`)
  const identity = await models.prepare(model, precision, () => undefined, cancellation)
  const settings = JSON.stringify([identity, options.tokens])
  const compared = options.out === null ? [] : openResults(options.out, settings)
  const isDone = (id: Prompt['id'], decoder: DecoderName): boolean =>
    compared.some((known) => known.id === id && known.decoder === decoder)
  for (const [index, { id, messages }] of prompts.entries()) {
    const missing = decoders.filter((decoder) => !isDone(id, decoder))
    if (missing.length === 0) continue
    log(`Prompt ${index + 1} of ${prompts.length} ...`)
    const say = (decoder: DecoderName): Promise<Generation> =>
      models.generate(
        {
          model,
          precision,
          decoder,
          conversation: `identity/${id}`,
          messages,
          sampling: { temperature: 0, topP: 1, seed: 0 },
          maxTokens: options.tokens,
        },
        () => undefined,
        () => undefined,
        cancellation,
      )
    const plain = await say('plain')
    for (const decoder of missing) {
      const guessed = await say(decoder)
      if (cancellation.aborted) return report(identity, options, compared)
      const { refusal, drafted, accepted } = guessed.speculation!
      if (refusal !== null) fail('model-invalid', refusal)
      const line: Comparison = {
        id,
        decoder,
        identical: guessed.tokens.join() === plain.tokens.join(),
        tokens: plain.tokens.length,
        drafted,
        accepted,
      }
      compared.push(line)
      if (options.out !== null) appendFileSync(options.out, `${JSON.stringify(line)}\n`)
    }
  }
  return report(identity, options, compared)
}

/** What an earlier run compared; a line that a killed one left unfinished is cut off. */
function openResults(path: string, settings: string): Comparison[] {
  if (!existsSync(path)) {
    writeFileSync(path, `${JSON.stringify({ settings })}\n`)
    return []
  }
  truncateSync(path, readFileSync(path).lastIndexOf(0x0a) + 1)
  const [head, ...lines] = readJsonLines(path, lineSchema)
  if (!head || !('settings' in head) || head.settings !== settings)
    fail(
      'invalid-request',
      `${path} holds what was compared of another model, precision or length. Name another file with --out.`,
      { path },
    )
  return lines.filter((line) => 'decoder' in line)
}

function report(
  model: ModelIdentity,
  { decoders, prompts }: IdentityOptions,
  compared: readonly Comparison[],
): IdentityReport {
  const asked = new Set(prompts.map(({ id }) => id))
  const rows = decoders.map((decoder): IdentityRow => {
    const own = compared.filter((line) => line.decoder === decoder && asked.has(line.id))
    const sum = (of: (line: Comparison) => number): number => own.reduce((total, line) => total + of(line), 0)
    return {
      decoder,
      prompts: own.length,
      identical: own.filter(({ identical }) => identical).length,
      different: own.filter(({ identical }) => !identical).map(({ id }) => id),
      tokens: sum(({ tokens }) => tokens),
      drafted: sum(({ drafted }) => drafted),
      accepted: sum(({ accepted }) => accepted),
    }
  })
  return { model, prompts: prompts.length, rows }
}
