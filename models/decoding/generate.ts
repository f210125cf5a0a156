/**
 * The generation loop: reads the prompt in chunks, then decodes step by step until the model ends its
 * reply, a limit is reached or the caller cancels. A step yields one or more tokens, whichever decoder
 * makes them.
 */
import type { Cancellation } from '../core/cancellation.ts'
import type { Conversation } from './conversation.ts'
import type { LanguageGraph } from './language-graph.ts'
import type { Sampler } from './sampler.ts'

/** One decoding step: extends a conversation and chooses what follows. */
export interface Decoder {
  /**
   * Appends the row of `pending` (and of every accepted guess) to the conversation.
   *
   * @param pending the last chosen token, whose row is not in the cache yet
   * @returns the tokens chosen, at least one; the last of them is the next `pending`
   */
  step(conversation: Conversation, pending: number): Promise<readonly number[]>
}

/** One token per step. */
export class PlainDecoder implements Decoder {
  readonly #graph: LanguageGraph
  readonly #sampler: Sampler

  constructor(graph: LanguageGraph, sampler: Sampler) {
    this.#graph = graph
    this.#sampler = sampler
  }

  async step(conversation: Conversation, pending: number): Promise<readonly number[]> {
    return [await evaluateLast(this.#graph, conversation, [pending], this.#sampler)]
  }
}

export interface GenerationOptions {
  /** Most tokens to generate, at least 1. */
  readonly maxTokens: number
  /** Ids that end the reply; they are not part of it. */
  readonly endIds: ReadonlySet<number>
  /** Rows per prefill step. */
  readonly prefillRows: number
  /** Milliseconds since some fixed time. */
  readonly clock: () => number
  /** Called with each chosen token, once per token, in order; the end token is not among them. */
  readonly onToken: (id: number) => void
  /** Called after each chunk of the prompt with the share read, 0..1. */
  readonly onPrefill: (fraction: number) => void
  readonly cancellation: Cancellation
}

export interface GeneratedTokens {
  readonly ids: readonly number[]
  readonly finish: 'end' | 'length' | 'cancelled'
  readonly reusedTokens: number
  readonly prefillMs: number
  readonly decodeMs: number
  /** Decoding steps, the choice after the prompt not counted. */
  readonly steps: number
  /** Tokens those steps yielded, an end token included. */
  readonly stepTokens: number
}

/**
 * Generates a reply to `prompt` within the conversation, reusing the rows it already holds. The same
 * prompt, sampling and model give the same tokens.
 *
 * @param prompt ids, at least one; together with the reply at most the graph's context
 * @param decoder makes the steps after the prompt
 */
export async function generate(
  graph: LanguageGraph,
  decoder: Decoder,
  sampler: Sampler,
  conversation: Conversation,
  prompt: readonly number[],
  options: GenerationOptions,
): Promise<GeneratedTokens> {
  const { clock, cancellation, endIds } = options
  const maxTokens = Math.min(options.maxTokens, graph.contextTokens - prompt.length)
  const started = clock()
  const reusedTokens = conversation.keepPrefixOf(prompt)
  const ids: number[] = []
  let steps = 0
  let stepTokens = 0
  let prefillEnd = started
  const finished = (finish: GeneratedTokens['finish']): GeneratedTokens => {
    const now = clock()
    return {
      ids,
      finish,
      reusedTokens,
      prefillMs: (prefillEnd === started ? now : prefillEnd) - started,
      decodeMs: prefillEnd === started ? 0 : now - prefillEnd,
      steps,
      stepTokens,
    }
  }

  let pending = -1
  for (let at = reusedTokens; at < prompt.length; at += options.prefillRows) {
    if (cancellation.aborted) return finished('cancelled')
    const chunk = prompt.slice(at, at + options.prefillRows)
    if (at + chunk.length < prompt.length) await evaluateRows(graph, conversation, chunk)
    else pending = await evaluateLast(graph, conversation, chunk, sampler)
    options.onPrefill((at + chunk.length) / prompt.length)
  }
  prefillEnd = clock()

  let chosen: readonly number[] = [pending]
  for (;;) {
    for (const id of chosen) {
      if (endIds.has(id)) return finished('end')
      ids.push(id)
      options.onToken(id)
      if (ids.length >= maxTokens) return finished('length')
    }
    if (cancellation.aborted) return finished('cancelled')
    chosen = await decoder.step(conversation, chosen.at(-1)!)
    steps++
    stepTokens += chosen.length
  }
}

/** Computes rows whose next token nobody needs: the part of a prompt before its last chunk. */
async function evaluateRows(
  graph: LanguageGraph,
  conversation: Conversation,
  ids: readonly number[],
): Promise<void> {
  conversation.cache.reserve(conversation.cache.length + ids.length)
  const states = conversation.drafting !== null
  const result = await graph.evaluate({ ids, chooseAt: [], logits: false, states }, conversation.cache)
  conversation.append(ids, result, ids.length)
}

/** Computes rows and chooses the token after the last of them. */
async function evaluateLast(
  graph: LanguageGraph,
  conversation: Conversation,
  ids: readonly number[],
  sampler: Sampler,
): Promise<number> {
  conversation.cache.reserve(conversation.cache.length + ids.length)
  const result = await graph.evaluate(
    {
      ids,
      chooseAt: [ids.length - 1],
      logits: !sampler.greedy,
      states: conversation.drafting !== null,
    },
    conversation.cache,
  )
  conversation.append(ids, result, ids.length)
  return result.logits ? sampler.choose(result.logits) : result.best[0]!
}
