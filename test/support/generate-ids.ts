/** Runs the generation loop over ids with short defaults, plainly or with a drafter. */
import { Conversation } from '../../models/decoding/conversation.ts'
import type { DraftTree } from '../../models/decoding/draft-tree.ts'
import type { DraftBudget, Drafter } from '../../models/decoding/drafter.ts'
import { generate, PlainDecoder, type GeneratedTokens } from '../../models/decoding/generate.ts'
import type { LanguageGraph } from '../../models/decoding/language-graph.ts'
import type { Sampling } from '../../models/decoding/language-model.ts'
import { Sampler } from '../../models/decoding/sampler.ts'
import { SpeculativeDecoder, type GuessingRecord } from '../../models/decoding/speculative.ts'
import { StepCosts } from '../../models/decoding/step-costs.ts'

export interface RunOptions {
  readonly sampling?: Sampling
  readonly maxTokens?: number
  readonly endIds?: readonly number[]
  readonly conversation?: Conversation
  readonly signal?: AbortSignal
  readonly onToken?: (id: number) => void
  readonly drafter?: Drafter
  readonly nodes?: number
  readonly depth?: number
  /** What earlier runs learned of steps; without it nothing. */
  readonly costs?: StepCosts
  /** Milliseconds that a step of so many rows takes; without it steps take no longer with more rows. */
  readonly stepMs?: (rows: number) => number
}

export interface Run extends GeneratedTokens {
  readonly speculation: GuessingRecord | null
  readonly conversation: Conversation
}

/** @param graph its time is taken from `stepMs`, so that what pays does not depend on the machine */
export async function generateIds(
  graph: LanguageGraph,
  prompt: readonly number[],
  options: RunOptions = {},
): Promise<Run> {
  const sampler = new Sampler(options.sampling ?? { temperature: 0, topP: 1, seed: 0 })
  const conversation = options.conversation ?? new Conversation(graph)
  const maxTokens = options.maxTokens ?? 40
  const endIds = new Set(options.endIds ?? [])
  let now = 0
  const timed: LanguageGraph = {
    layers: graph.layers,
    kvHeads: graph.kvHeads,
    headWidth: graph.headWidth,
    contextTokens: graph.contextTokens,
    vocabulary: graph.vocabulary,
    evaluate(step, cache) {
      now += options.stepMs?.(step.ids.length) ?? 1
      return graph.evaluate(step, cache)
    },
  }
  const clock = (): number => now
  const decoder = options.drafter
    ? new SpeculativeDecoder(timed, sampler, options.drafter, options.costs ?? new StepCosts(), {
        nodes: options.nodes ?? 8,
        depth: options.depth ?? 6,
        endIds,
        tokenLimit: Math.min(prompt.length + maxTokens, graph.contextTokens),
        clock,
      })
    : new PlainDecoder(timed, sampler)
  const generated = await generate(timed, decoder, sampler, conversation, prompt, {
    maxTokens,
    endIds,
    prefillRows: 64,
    clock,
    onToken: options.onToken ?? (() => undefined),
    onPrefill: () => undefined,
    cancellation: options.signal ?? new AbortController().signal,
  })
  const speculation = decoder instanceof SpeculativeDecoder ? decoder.speculation : null
  return { ...generated, speculation, conversation }
}

/** Guesses a known continuation of a prompt, with wrong siblings around each right guess. */
export class OracleDrafter implements Drafter {
  readonly #text: readonly number[]
  readonly #propose: Propose
  #length = 0
  #last = -1

  /** @param text prompt and continuation */
  constructor(text: readonly number[], propose: Propose) {
    this.#text = text
    this.#propose = propose
  }

  reset(conversation: Conversation, pending: number): void {
    this.#length = conversation.ids.length + 1
    this.#last = pending
  }

  observe(ids: readonly number[]): void {
    this.#length += ids.length
    this.#last = ids.at(-1)!
  }

  propose({ nodes, depth }: DraftBudget): Promise<DraftTree> {
    const ahead = this.#text.slice(this.#length, this.#length + depth)
    return Promise.resolve(this.#propose(this.#last, ahead).likeliest(1 + nodes))
  }
}

type Propose = (pending: number, ahead: readonly number[]) => DraftTree
