/** A compiled model in memory, ready to answer: session, tokenizer, template and conversations. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Cancellation } from '../../models/core/cancellation.ts'
import { fail } from '../../models/core/failure.ts'
import type { OnProgress } from '../../models/core/progress.ts'
import { ChatTemplate } from '../../models/decoding/chat-template.ts'
import { fitPrompt } from '../../models/decoding/context-window.ts'
import { ConversationPool } from '../../models/decoding/conversation.ts'
import { generate, PlainDecoder } from '../../models/decoding/generate.ts'
import { JointDrafter } from '../../models/decoding/joint-drafter.ts'
import type { Drafter } from '../../models/decoding/drafter.ts'
import type {
  DecoderName,
  GenerateRequest,
  Generation,
  TokenDelta,
} from '../../models/decoding/language-model.ts'
import { PromptWriter } from '../../models/decoding/prompt.ts'
import { RecentRate } from '../../models/decoding/recent-rate.ts'
import { PromptLookup } from '../../models/decoding/prompt-lookup.ts'
import { Sampler } from '../../models/decoding/sampler.ts'
import { SpeculativeDecoder } from '../../models/decoding/speculative.ts'
import { StepCosts } from '../../models/decoding/step-costs.ts'
import { TextTokenizer } from '../../models/decoding/tokenizer.ts'
import { graphFile, tokenizerFile, type CompiledEntry } from './compiled-cache.ts'
import { DecoderGraph } from './decoder-graph.ts'
import type { ModelHeads } from './heads/model-heads.ts'
import { OnnxSession } from './onnx.ts'

/** Rows per prefill step: larger steps are faster per token, smaller ones stop sooner. */
export const prefillRows = 64
/** Most guesses that one step checks; how many it does, measured costs decide. */
export const guessesPerStep = 15
/** Most tokens that one step guesses ahead. */
export const guessedAhead = 8

const tokenizerSchema = v.object({
  tokenizerJson: v.record(v.string(), v.unknown()),
  tokenizerConfig: v.record(v.string(), v.unknown()),
  chatTemplate: v.nullable(v.string()),
  bosId: v.nullable(v.number()),
  eosIds: v.array(v.number()),
})

export interface GenerationCallbacks {
  readonly onDelta: (delta: TokenDelta) => void
  readonly onProgress: OnProgress
  readonly cancellation: Cancellation
}

/** A reply, before it is said whose it is. */
export type Answer = Omit<Generation, 'model'>

export class LoadedModel {
  readonly #session: OnnxSession
  readonly #graph: DecoderGraph
  readonly #tokenizer: TextTokenizer
  readonly #writer: PromptWriter
  readonly #pool: ConversationPool
  readonly #heads: ModelHeads
  /** Learned over all replies of this model. */
  readonly #stepCosts = new StepCosts()

  private constructor(
    session: OnnxSession,
    graph: DecoderGraph,
    tokenizer: TextTokenizer,
    writer: PromptWriter,
    pool: ConversationPool,
    heads: ModelHeads,
  ) {
    this.#session = session
    this.#graph = graph
    this.#tokenizer = tokenizer
    this.#writer = writer
    this.#pool = pool
    this.#heads = heads
  }

  /** @param conversationBytes memory for keys and values of conversations not in use */
  static async load(
    entry: CompiledEntry,
    threads: number,
    conversationBytes: number,
    heads: ModelHeads,
  ): Promise<LoadedModel> {
    const source = v.parse(
      tokenizerSchema,
      JSON.parse(readFileSync(join(entry.folder, tokenizerFile), 'utf8')),
    )
    const tokenizer = new TextTokenizer(source)
    const writer = new PromptWriter(tokenizer, new ChatTemplate(source.chatTemplate, source.tokenizerConfig))
    const session = await OnnxSession.open(join(entry.folder, graphFile), { threads, prepacked: true })
    const graph = new DecoderGraph(session, entry.shape)
    const pool = new ConversationPool(graph, conversationBytes, heads.memory)
    return new LoadedModel(session, graph, tokenizer, writer, pool, heads)
  }

  /** Answers the last message. Fails with `prompt-too-long` or `invalid-request`. */
  async generate(request: GenerateRequest, callbacks: GenerationCallbacks): Promise<Answer> {
    const { onDelta, onProgress, cancellation } = callbacks
    if (this.#tokenizer.endIds.size === 0)
      fail(
        'model-unsupported',
        'This model does not say how a reply ends. Choose one trained for chat ("instruct").',
      )
    const now = new Date()
    const { opening = '' } = request
    const prompt = fitPrompt(
      request.messages,
      {
        write: (messages) => this.#writer.write(messages, now, opening),
        fewestTokens: (messages) => this.#writer.fewestTokens(messages),
      },
      this.#graph.contextTokens,
      request.maxTokens,
    )
    const sampler = new Sampler(request.sampling)
    const conversation = this.#pool.open(request.conversation, prompt.ids.length)
    const detokenizer = this.#tokenizer.stream()
    const rate = new RecentRate()
    const contextUse = (): TokenDelta['context'] => ({
      usedTokens: conversation.cache.length,
      capacityTokens: this.#graph.contextTokens,
    })
    let text = ''
    let tokens = 0
    const clock = (): number => performance.now()
    const guessing = await chooseDrafter(request.decoder, this.#heads, clock)
    const decoder = guessing
      ? new SpeculativeDecoder(this.#graph, sampler, guessing.drafter, this.#stepCosts, {
          nodes: guessesPerStep,
          depth: guessedAhead,
          endIds: this.#tokenizer.endIds,
          tokenLimit: Math.min(prompt.ids.length + request.maxTokens, this.#graph.contextTokens),
          clock,
          ...(request.acceptance && { acceptance: request.acceptance }),
        })
      : new PlainDecoder(this.#graph, sampler)
    const generated = await generate(this.#graph, decoder, sampler, conversation, prompt.ids, {
      maxTokens: request.maxTokens,
      endIds: this.#tokenizer.endIds,
      prefillRows,
      clock,
      cancellation,
      onPrefill: (fraction) => onProgress({ stage: 'Reading the conversation', fraction, secondsLeft: null }),
      onToken: (id) => {
        const piece = (tokens === 0 ? opening : '') + detokenizer.push(id)
        text += piece
        tokens++
        onDelta({ text: piece, tokens, tokensPerSecond: rate.note(clock()), context: contextUse() })
      },
    })
    const rest = detokenizer.flush()
    if (rest !== '') {
      text += rest
      onDelta({ text: rest, tokens, tokensPerSecond: rate.current, context: contextUse() })
    }
    const read = prompt.ids.length - generated.reusedTokens
    return {
      text,
      tokens: generated.ids,
      finish: generated.finish,
      promptTokens: prompt.ids.length,
      reusedTokens: generated.reusedTokens,
      dropped: prompt.dropped,
      context: contextUse(),
      timing: {
        prefillMs: generated.prefillMs,
        prefillTokensPerSecond: generated.prefillMs > 0 ? (read * 1000) / generated.prefillMs : 0,
        decodeMs: generated.decodeMs,
        msPerToken: generated.stepTokens > 0 ? generated.decodeMs / generated.stepTokens : 0,
        tokensPerStep: generated.steps > 0 ? generated.stepTokens / generated.steps : 0,
      },
      ...(guessing && decoder instanceof SpeculativeDecoder
        ? {
            speculation: {
              decoder: guessing.decoder,
              refusal: guessing.refusal,
              ...decoder.speculation,
            },
          }
        : {}),
    }
  }

  /** Drops what is remembered of conversations whose key begins with `prefix`. */
  forget(prefix: string): void {
    this.#pool.forget(prefix)
  }

  async dispose(): Promise<void> {
    this.#pool.forget('')
    await this.#heads.dispose()
    await this.#session.dispose()
  }
}

interface Guessing {
  readonly drafter: Drafter
  /** What it is, which may be less than what was asked for. */
  readonly decoder: DecoderName
  readonly refusal: string | null
}

/** The drafter for one generation, or the look-up where the heads that were asked for cannot guess; null for none. */
export async function chooseDrafter(
  name: DecoderName,
  heads: ModelHeads,
  clock: () => number,
): Promise<Guessing | null> {
  if (name === 'plain') return null
  const lookup = new PromptLookup()
  if (name === 'lookup') return { drafter: lookup, decoder: name, refusal: null }
  const kind = name === 'medusa' ? 'medusa' : 'clover'
  const refusal = heads.refusal(kind)
  if (refusal !== null) return { drafter: lookup, decoder: 'lookup', refusal }
  const own = await heads.drafter(kind, clock)
  const drafter = name === 'clover+lookup' ? new JointDrafter(lookup, own, clock) : own
  return { drafter, decoder: name, refusal: null }
}
