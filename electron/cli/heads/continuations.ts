/**
 * What a model itself says to prompts, greedily: the text that its draft heads must foresee.
 *
 * Every assistant message of a prompt is spoken anew by the model, so that one dialogue yields as many
 * replies as it has turns; the other speakers' messages stay as they are.
 */
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'
import type { Cancellation } from '../../../models/core/cancellation.ts'
import type { OnProgress } from '../../../models/core/progress.ts'
import { Conversation } from '../../../models/decoding/conversation.ts'
import { generate } from '../../../models/decoding/generate.ts'
import type { Message } from '../../../models/decoding/language-model.ts'
import { PromptLookup } from '../../../models/decoding/prompt-lookup.ts'
import { Sampler } from '../../../models/decoding/sampler.ts'
import { SpeculativeDecoder } from '../../../models/decoding/speculative.ts'
import { StepCosts } from '../../../models/decoding/step-costs.ts'
import { guessesPerStep, prefillRows } from '../../inference/loaded-model.ts'
import type { Prompt } from '../prompts.ts'
import type { Target } from './open-target.ts'

/** One text with the places that the model wrote itself. */
export interface Continuation {
  readonly id: string | number
  readonly ids: readonly number[]
  /** Half-open ranges of `ids` that the model chose. */
  readonly spoken: readonly (readonly [start: number, end: number])[]
}

export interface ContinuationOptions {
  /** Most tokens of one reply. */
  readonly maxTokens: number
  /** Whether a reply goes on past its end token, as benchmarks decode. */
  readonly pastEnd: boolean
  readonly onProgress: OnProgress
  readonly cancellation: Cancellation
}

/** Continues `file` (JSON Lines) with the prompts that it does not hold yet. */
export async function writeContinuations(
  target: Target,
  prompts: readonly Prompt[],
  file: string,
  options: ContinuationOptions,
): Promise<void> {
  const done = new Set(readContinuations(file).map(({ id }) => id))
  const costs = new StepCosts()
  const started = performance.now()
  const missing = prompts.filter(({ id }) => !done.has(id))
  for (const [index, prompt] of missing.entries()) {
    if (options.cancellation.aborted) return
    const continuation = await speak(target, prompt, costs, options)
    if (continuation) appendFileSync(file, `${JSON.stringify(continuation)}\n`)
    const perPrompt = (performance.now() - started) / (index + 1) / 1000
    options.onProgress({
      stage: 'Continuing prompts',
      fraction: (index + 1) / missing.length,
      secondsLeft: perPrompt * (missing.length - index - 1),
    })
  }
}

/** What the file holds; a line that a killed run left unfinished is cut off. */
export function readContinuations(file: string): readonly Continuation[] {
  if (!existsSync(file)) return []
  const text = readFileSync(file)
  const end = text.lastIndexOf(0x0a) + 1
  if (end < text.length) truncateSync(file, end)
  const lines = text.subarray(0, end).toString('utf8').split('\n')
  // Written by this program.
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Continuation)
}

async function speak(
  { graph, tokenizer, writer }: Target,
  { id, messages }: Prompt,
  costs: StepCosts,
  { maxTokens, pastEnd, cancellation }: ContinuationOptions,
): Promise<Continuation | null> {
  const sampler = new Sampler({ temperature: 0, topP: 1, seed: 0 })
  const endIds = pastEnd ? new Set<number>() : tokenizer.endIds
  const conversation = new Conversation(graph)
  const clock = (): number => performance.now()
  const said: Message[] = []
  const spoken: [number, number][] = []
  let ids: readonly number[] = []
  for (const message of [...messages, null]) {
    if (message && message.role !== 'assistant') {
      said.push(message)
      continue
    }
    if (said.at(-1)?.role !== 'user') continue
    const prompt = writer.write(said, new Date(0))
    if (prompt.length + maxTokens > graph.contextTokens) break
    // Where a reply, written out and read again, has other tokens than those chosen, its range is void.
    const same = sharedLength(ids, prompt)
    while (spoken.length > 0 && spoken.at(-1)![1] > same) spoken.pop()
    const decoder = new SpeculativeDecoder(graph, sampler, new PromptLookup(), costs, {
      nodes: guessesPerStep,
      depth: guessesPerStep,
      endIds,
      tokenLimit: prompt.length + maxTokens,
      clock,
    })
    const { ids: reply } = await generate(graph, decoder, sampler, conversation, prompt, {
      maxTokens,
      endIds,
      prefillRows,
      clock,
      onToken: () => undefined,
      onPrefill: () => undefined,
      cancellation,
    })
    if (cancellation.aborted) return null
    ids = [...prompt, ...reply]
    spoken.push([prompt.length, ids.length])
    const detokenizer = tokenizer.stream()
    const text = reply.map((token) => detokenizer.push(token)).join('') + detokenizer.flush()
    said.push({ role: 'assistant', content: text })
  }
  return spoken.length > 0 ? { id, ids, spoken } : null
}

function sharedLength(a: readonly number[], b: readonly number[]): number {
  let shared = 0
  while (shared < a.length && a[shared] === b[shared]) shared++
  return shared
}
