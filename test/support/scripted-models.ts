/**
 * A language model whose words are decided by the test. It streams, stops, remembers conversations
 * and fails like the engine behind the same port, without weights.
 */
import type { Cancellation } from '../../models/core/cancellation.ts'
import { fail, FailureError } from '../../models/core/failure.ts'
import type { OnProgress } from '../../models/core/progress.ts'
import type {
  EngineStatus,
  GenerateRequest,
  Generation,
  LanguageModels,
  ModelIdentity,
  ModelSummary,
  TokenDelta,
} from '../../models/decoding/language-model.ts'

export const scriptedIdentity: ModelIdentity = {
  id: 'base',
  name: 'Scripted',
  weightsHash: 'a'.repeat(64),
  adapterHash: null,
  precision: 'row8',
  provider: 'cpu',
}

const summary: ModelSummary = {
  id: 'base',
  name: 'Scripted',
  origin: 'bundled',
  architecture: 'llama',
  parameters: 1,
  contextTokens: 8192,
  bytes: 1,
  licence: 'Apache-2.0',
  weightsHash: scriptedIdentity.weightsHash,
  prepared: ['row8'],
  fit: { verdict: 'fits', reason: 'It is only a script.' },
  process: { kind: 'node', reason: 'It is only a script.' },
}

/** What the model says to a request, without the opening: a word is a token. May throw a FailureError. */
export type Script = (request: GenerateRequest) => string

export class ScriptedModels implements LanguageModels {
  script: Script
  readonly requests: GenerateRequest[] = []
  readonly conversations = new Set<string>()
  /** Called after each token, before the next: a test stops or changes things here. */
  afterToken: (token: number) => void | Promise<void> = () => undefined
  #status: EngineStatus = {
    state: 'ready',
    model: scriptedIdentity,
    providers: ['cpu'],
    threads: 1,
    loadMs: 1,
    anonymousMb: null,
    restarts: 0,
    process: 'node',
    reason: null,
  }
  readonly #listeners = new Set<(status: EngineStatus) => void>()

  constructor(script: Script) {
    this.script = script
  }

  list(): Promise<readonly ModelSummary[]> {
    return Promise.resolve([summary])
  }

  async prepare(
    model: string,
    _precision: unknown,
    onProgress: OnProgress,
    signal: Cancellation,
  ): Promise<ModelIdentity> {
    if (model !== 'default' && !/^base(?:\+|$)/.test(model))
      return fail('model-missing', 'There is no such model. Choose one from the list.')
    for (const fraction of [0, 0.5, 1]) {
      signal.throwIfAborted()
      onProgress({ stage: 'Reading weights', fraction, secondsLeft: 1 - fraction })
      await soon()
    }
    return scriptedIdentity
  }

  async generate(
    request: GenerateRequest,
    onDelta: (delta: TokenDelta) => void,
    onProgress: OnProgress,
    signal: Cancellation,
  ): Promise<Generation> {
    this.requests.push(request)
    if (request.conversation !== null) this.conversations.add(request.conversation)
    onProgress({ stage: 'Reading the conversation', fraction: null, secondsLeft: null })
    await soon()
    const words = this.script(request).match(/\s*\S+/g) ?? []
    const promptTokens = request.messages.reduce((sum, each) => sum + each.content.split(/\s+/).length, 0)
    let text = request.opening ?? ''
    let tokens = 0
    const context = () => ({ usedTokens: promptTokens + tokens, capacityTokens: 8192 })
    while (tokens < words.length && tokens < request.maxTokens && !signal.aborted) {
      const word = words[tokens]!
      onDelta({
        text: tokens === 0 ? text + word : word,
        tokens: tokens + 1,
        tokensPerSecond: 30,
        context: context(),
      })
      text += word
      tokens += 1
      await soon()
      await this.afterToken(tokens)
    }
    return {
      text,
      tokens: Array.from({ length: tokens }, (_, at) => at),
      finish: signal.aborted ? 'cancelled' : tokens < words.length ? 'length' : 'end',
      promptTokens,
      reusedTokens: 0,
      dropped: null,
      context: context(),
      timing: {
        prefillMs: 1,
        prefillTokensPerSecond: 1000 * promptTokens,
        decodeMs: 30 * tokens,
        msPerToken: 30,
        tokensPerStep: 1,
      },
      model: scriptedIdentity,
    }
  }

  async importModel(path: string, onProgress: OnProgress, signal: Cancellation): Promise<ModelSummary> {
    onProgress({ stage: 'Copying', fraction: 0, secondsLeft: null })
    await soon()
    signal.throwIfAborted()
    if (!path.endsWith('.gguf')) fail('model-invalid', 'This file is no model. Choose a GGUF file.')
    return { ...summary, id: 'imported', origin: 'imported' }
  }

  remove(model: string): Promise<void> {
    if (model !== 'base') return Promise.resolve()
    return Promise.reject(
      new FailureError({ code: 'refused', message: 'The bundled model stays. Choose an imported one.' }),
    )
  }

  forget(prefix: string): Promise<void> {
    for (const key of [...this.conversations]) if (key.startsWith(prefix)) this.conversations.delete(key)
    return Promise.resolve()
  }

  status(): EngineStatus {
    return this.#status
  }

  onStatus(listener: (status: EngineStatus) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  dispose(): Promise<void> {
    this.#status = { ...this.#status, state: 'stopped', model: null }
    for (const listener of this.#listeners) listener(this.#status)
    return Promise.resolve()
  }
}

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
