/** The language models of this machine, answered by a supervised inference child. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Cancellation } from '../../models/core/cancellation.ts'
import { FailureError, fail } from '../../models/core/failure.ts'
import type { OnProgress } from '../../models/core/progress.ts'
import type {
  EngineStatus,
  GenerateRequest,
  Generation,
  LanguageModels,
  LastReply,
  ModelIdentity,
  ModelSummary,
  Precision,
  ProcessKind,
  TokenDelta,
} from '../../models/decoding/language-model.ts'
import type { ModalityReading } from '../../models/emotion/reading.ts'
import { CompiledCache, compiledFolder } from './compiled-cache.ts'
import { recipeName } from './recipe.ts'
import type { Launch } from './engine-process.ts'
import { headsCache } from './heads/heads-cache.ts'
import { judgeFit } from './fit.ts'
import { anonymousMegabytes, availableMemory, physicalCores, processorName } from './machine.ts'
import { modelIdentity } from './model-identity.ts'
import { importedModels, isBundled, locateModel, readRecord } from './model-files.ts'
import { processFor, type ChosenProcess, type Processes } from './process-kind.ts'
import type { EnginePaths, ModelDescription } from './protocol.ts'
import {
  defaultLimits,
  EngineSupervisor,
  type Crash,
  type JobOptions,
  type SupervisorLimits,
  type SupervisorState,
} from './supervise.ts'

export interface LocalModelsOptions {
  readonly paths: EnginePaths
  readonly launch: Launch
  /** What kinds of process `launch` starts; without it only plain Node. */
  readonly processes?: Processes
  /** Told of every child that ended although nobody wanted it to. */
  readonly onCrash?: (crash: Crash) => void
  /** Threads per operator; without it the physical cores, at most four. */
  readonly threads?: number
  /** Bytes of keys and values kept for conversations that are not in use. */
  readonly conversationBytes?: number
  readonly limits?: SupervisorLimits
}

const defaultConversationBytes = 128 * 1024 * 1024
const defaultPrecision: Precision = 'row8'
/** Known without reading its header, so that the first question does not wait for that. */
const bundledShape = { vocabulary: 49_152, width: 576 }
const never: Cancellation = new AbortController().signal
const quiet = (): void => undefined

export class LocalModels implements LanguageModels {
  readonly #paths: EnginePaths
  readonly #threads: number | null
  readonly #processes: Processes | null
  readonly #supervisor: EngineSupervisor
  readonly #cache: CompiledCache
  readonly #listeners = new Set<(status: EngineStatus) => void>()
  /** The bundled models as the app uses them and untouched, once the child has read them. */
  #bundled: readonly ModelDescription[] | null = null
  #identity: ModelIdentity | null = null
  #loadMs: number | null = null
  #lastReply: LastReply | null = null

  constructor(options: LocalModelsOptions) {
    this.#paths = options.paths
    this.#threads = options.threads ?? null
    this.#processes = options.processes ?? null
    this.#cache = new CompiledCache(compiledFolder(options.paths.cache))
    this.#supervisor = new EngineSupervisor(
      options.launch,
      {
        paths: options.paths,
        threads: this.#threads,
        conversationBytes: options.conversationBytes ?? defaultConversationBytes,
      },
      options.limits ?? defaultLimits,
      options.onCrash,
    )
    this.#supervisor.onState((state) => this.#onState(state))
  }

  async list(): Promise<readonly ModelSummary[]> {
    this.#bundled ??= [await this.#describe('default'), await this.#describe('base')]
    return [...this.#bundled, ...importedModels(this.#paths.models)].map((model) => this.#summary(model))
  }

  #describe(model: string): Promise<ModelDescription> {
    return this.#supervisor.run({ kind: 'describe', model }, jobOptions(never))
  }

  async prepare(
    model: string,
    precision: Precision | null,
    onProgress: OnProgress,
    signal: Cancellation,
  ): Promise<ModelIdentity> {
    const chosen = precision ?? this.#preferredPrecision(model)
    const options = { ...jobOptions(signal, onProgress), process: this.#processOf(model) }
    return this.#retryUnprepared(async () => {
      await this.#compile(model, chosen, options)
      return this.#load(model, chosen, options)
    })
  }

  async generate(
    request: GenerateRequest,
    onDelta: (delta: TokenDelta) => void,
    onProgress: OnProgress,
    signal: Cancellation,
  ): Promise<Generation> {
    const precision = request.precision ?? this.#preferredPrecision(request.model)
    return this.#retryUnprepared(async () => {
      if (this.#identity?.id !== request.model || this.#identity.precision !== precision)
        await this.prepare(request.model, precision, onProgress, signal)
      const generation = await this.#supervisor.run(
        { ...request, kind: 'generate', precision },
        { ...jobOptions(signal, onProgress, onDelta), process: this.#processOf(request.model) },
      )
      const { timing, speculation } = generation
      this.#lastReply = { tokensPerStep: timing.tokensPerStep, speculation: speculation ?? null }
      this.#publish()
      return generation
    })
  }

  async importModel(path: string, onProgress: OnProgress, signal: Cancellation): Promise<ModelSummary> {
    return this.#summary(await this.#supervisor.run({ kind: 'import', path }, jobOptions(signal, onProgress)))
  }

  async remove(model: string): Promise<void> {
    if (isBundled(model)) fail('refused', 'The bundled model belongs to Consilium and stays.')
    const located = locateModel(model, this.#paths.resources, this.#paths.models)
    if (this.#identity?.id === model) await this.#supervisor.recycle()
    rmSync(join(this.#paths.models, model), { recursive: true, force: true })
    this.#cache.prune((key) => key.weightsHash === located.weightsHash)
    const identity = modelIdentity(located)
    headsCache(this.#paths).prune((key) => key.adapterHash === identity)
  }

  async forget(prefix: string): Promise<void> {
    // A child that does not run remembers nothing.
    if (this.#supervisor.state.pid === null) return
    await this.#supervisor.run({ kind: 'forget', prefix }, jobOptions(never))
  }

  /** Unit vectors of the bundled sentence encoder, one per sentence in order. */
  embed(sentences: readonly string[], signal: Cancellation): Promise<readonly Float32Array[]> {
    return this.#supervisor.run({ kind: 'embed', sentences }, jobOptions(signal))
  }

  /** The emotion of each text, in order; `missing` where nothing can be read. */
  readTexts(texts: readonly string[], signal: Cancellation): Promise<readonly ModalityReading[]> {
    return this.#supervisor.run({ kind: 'read-texts', texts }, jobOptions(signal))
  }

  status(): EngineStatus {
    const state = this.#supervisor.state
    return {
      state: state.phase,
      model: this.#identity,
      providers: state.providers,
      threads: state.threads || (this.#threads ?? physicalCores()),
      loadMs: this.#loadMs,
      anonymousMb: state.pid === null ? null : anonymousMegabytes(state.pid),
      restarts: state.restarts,
      process: state.process,
      reason: state.reason,
      ...(this.#lastReply && { lastReply: this.#lastReply }),
    }
  }

  onStatus(listener: (status: EngineStatus) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async dispose(): Promise<void> {
    await this.#supervisor.dispose()
    this.#listeners.clear()
  }

  /**
   * A compilation fills the child with memory that the system does not get back, so the model is loaded
   * by a fresh one.
   */
  async #compile(model: string, precision: Precision, options: JobOptions): Promise<void> {
    const { built } = await this.#supervisor.run({ kind: 'compile', model, precision }, options)
    if (built) await this.#supervisor.recycle()
  }

  async #load(model: string, precision: Precision, options: JobOptions): Promise<ModelIdentity> {
    const { identity, loadMs } = await this.#supervisor.run({ kind: 'load', model, precision }, options)
    this.#identity = identity
    this.#loadMs = loadMs
    this.#publish()
    return identity
  }

  /** A prepared file that turned out not to load was removed by the child; it is made again, once. */
  async #retryUnprepared<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action()
    } catch (error) {
      if (!(error instanceof FailureError) || error.failure.details?.['prepare'] !== true) throw error
      this.#identity = null
      return action()
    }
  }

  #preferredPrecision(model: string): Precision {
    if (this.#identity?.id === model) return this.#identity.precision
    const prepared = this.#prepared(model)
    return prepared.includes(defaultPrecision) ? defaultPrecision : (prepared[0] ?? defaultPrecision)
  }

  #prepared(model: string): readonly Precision[] {
    const { weightsHash, adapterHash } = locateModel(model, this.#paths.resources, this.#paths.models)
    const processor = processorName()
    return this.#cache
      .keys()
      .filter(
        (key) =>
          key.weightsHash === weightsHash &&
          key.adapterHash === adapterHash &&
          key.processor === processor &&
          key.recipe === recipeName(key.precision),
      )
      .map(({ precision }) => precision)
      .sort()
  }

  #processOf(model: string): ProcessKind {
    const description = isBundled(model) ? null : readRecord(join(this.#paths.models, model))?.description
    return this.#choose(description ?? null).kind
  }

  /** @param imported null for the bundled model, which is small */
  #choose(imported: ModelDescription | null): ChosenProcess {
    return processFor(imported ?? bundledShape, this.#processes)
  }

  #summary(model: ModelDescription): ModelSummary {
    const { id, name, origin, architecture, parameters, contextTokens, bytes, licence, weightsHash } = model
    return {
      id,
      name,
      origin,
      architecture,
      parameters,
      contextTokens,
      bytes,
      licence,
      weightsHash,
      prepared: this.#prepared(id),
      fit: judgeFit(model, availableMemory()),
      process: this.#choose(model.origin === 'bundled' ? null : model),
    }
  }

  #onState(state: SupervisorState): void {
    if (state.pid === null) {
      this.#identity = null
      this.#loadMs = null
      this.#lastReply = null
    }
    this.#publish()
  }

  #publish(): void {
    const status = this.status()
    for (const listener of this.#listeners) listener(status)
  }
}

function jobOptions(
  signal: Cancellation,
  onProgress: OnProgress = quiet,
  onDelta: (delta: TokenDelta) => void = quiet,
): JobOptions {
  return { signal, onProgress, onDelta }
}
