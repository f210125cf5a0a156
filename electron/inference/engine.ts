/** What the inference child can do: describe, compile, load, generate, import, forget; embed and read texts, faces and voices. */
import { join } from 'node:path'
import { assertNever, fail, FailureError } from '../../models/core/failure.ts'
import type { ModelIdentity, Precision } from '../../models/decoding/language-model.ts'
import {
  CompiledCache,
  compiledFolder,
  keyName,
  type CompiledEntry,
  type CompiledKey,
} from './compiled-cache.ts'
import { compileModel, diskNeeded } from './compile-model.ts'
import { currentKey } from './current-key.ts'
import { ModelHeads } from './heads/model-heads.ts'
import { importModel } from './import-model.ts'
import { LoadedModel, type GenerationCallbacks } from './loaded-model.ts'
import { physicalCores } from './machine.ts'
import {
  describeModel,
  locateModel,
  openLocated,
  readAdapter,
  verifyModel,
  type LocatedModel,
} from './model-files.ts'
import type { EngineSettings, JobRequest, ModelDescription } from './protocol.ts'
import { recipeName } from './recipe.ts'
import { SensorNetworks } from './sensor-networks.ts'
import { SentenceNetworks } from './sentence-networks.ts'
import { largestExactWeight } from './saturation.ts'
import { VerifiedFiles } from './verified-files.ts'

export class Engine {
  readonly threads: number
  readonly #settings: EngineSettings
  readonly #cache: CompiledCache
  readonly #verified: VerifiedFiles
  readonly #sentences: SentenceNetworks
  readonly #sensors: SensorNetworks
  #loaded: { readonly key: string; readonly model: LoadedModel } | null = null

  constructor(settings: EngineSettings) {
    this.#settings = settings
    this.threads = settings.threads ?? physicalCores()
    this.#cache = new CompiledCache(compiledFolder(settings.paths.cache))
    this.#verified = new VerifiedFiles(join(settings.paths.cache, 'verified'))
    this.#sentences = new SentenceNetworks(settings.paths.resources, this.#verified)
    this.#sensors = new SensorNetworks(settings.paths.resources, this.#verified)
  }

  /** Replies as `Jobs` in protocol.ts says, or throws a FailureError. */
  async run(job: JobRequest, callbacks: GenerationCallbacks): Promise<unknown> {
    switch (job.kind) {
      case 'describe':
        return this.#describe(job.model)
      case 'compile':
        return { built: await this.#compile(job.model, job.precision, callbacks) }
      case 'load': {
        const started = performance.now()
        const { identity } = await this.#load(job.model, job.precision, callbacks)
        return { identity, loadMs: performance.now() - started }
      }
      case 'generate': {
        const { identity, model } = await this.#load(job.model, job.precision, callbacks)
        return { ...(await model.generate(job, callbacks)), model: identity }
      }
      case 'import':
        return importModel(
          job.path,
          this.#settings.paths.models,
          callbacks.onProgress,
          callbacks.cancellation,
        )
      case 'forget':
        this.#loaded?.model.forget(job.prefix)
        return null
      case 'embed':
        return this.#sentences.embed(job.sentences)
      case 'read-texts':
        return this.#sentences.readTexts(job.texts)
      case 'read-face':
        return this.#sensors.readFace(job.image)
      case 'read-voice':
        return this.#sensors.readVoice(job.samples)
      default:
        return assertNever(job)
    }
  }

  #describe(id: string): ModelDescription {
    const located = this.#locate(id)
    verifyModel(located, this.#verified, null)
    using opened = openLocated(located)
    return describeModel(opened.model, {
      id,
      name: located.name ?? opened.model.header.name,
      origin: located.origin,
      bytes: located.bytes,
      weightsHash: located.weightsHash,
    })
  }

  /** Whether the model had to be compiled. */
  async #compile(id: string, precision: Precision, callbacks: GenerationCallbacks): Promise<boolean> {
    const { onProgress, cancellation } = callbacks
    const located = this.#locate(id)
    this.#verify(located, callbacks)
    const key = await this.#key(located, precision)
    if (this.#cache.find(key)) return false
    // Two copies of a model at once are more than the child is meant to hold.
    await this.#unload()
    using opened = openLocated(located)
    await this.#cache.build({
      key,
      neededBytes: diskNeeded(opened.model.header, precision),
      onProgress,
      cancellation,
      build: (folder, alive) =>
        compileModel(opened.model, folder, {
          precision,
          adapter: readAdapter(located),
          weightLimit: key.weightLimit === 63 ? 63 : 127,
          threads: this.threads,
          cancellation,
          onProgress: (progress) => {
            alive()
            onProgress(progress)
          },
        }),
    })
    this.#cache.prune(
      (other) => other.runtime !== key.runtime || other.recipe !== recipeName(other.precision),
    )
    return true
  }

  /** The model, loaded now unless it is already; names that mean the same share what is compiled. */
  async #load(
    id: string,
    precision: Precision,
    callbacks: GenerationCallbacks,
  ): Promise<{ identity: ModelIdentity; model: LoadedModel }> {
    const located = this.#locate(id)
    this.#verify(located, callbacks)
    const key = await this.#key(located, precision)
    const { weightsHash, adapterHash, provider } = key
    const name = located.name ?? id
    const identity: ModelIdentity = { id, name, weightsHash, adapterHash, precision, provider }
    if (this.#loaded?.key === keyName(key)) return { identity, model: this.#loaded.model }
    await this.#unload()
    const entry = this.#cache.find(key)
    if (!entry) {
      const prepare = 'The model is not prepared for this machine yet. Prepare it in the Models view.'
      fail('model-missing', prepare, { id, prepare: true })
    }
    const heads = await this.#heads(located, entry, callbacks)
    const model = await this.#open(entry, key, heads)
    this.#loaded = { key: keyName(key), model }
    return { identity, model }
  }

  #heads(located: LocatedModel, entry: CompiledEntry, callbacks: GenerationCallbacks): Promise<ModelHeads> {
    const { onProgress, cancellation } = callbacks
    const { paths } = this.#settings
    const settings = { paths, threads: this.threads, verified: this.#verified, onProgress, cancellation }
    return ModelHeads.prepare(located, entry, settings)
  }

  async #open(entry: CompiledEntry, key: CompiledKey, heads: ModelHeads): Promise<LoadedModel> {
    try {
      return await LoadedModel.load(entry, this.threads, this.#settings.conversationBytes, heads)
    } catch (error) {
      if (error instanceof FailureError) throw error
      this.#cache.discard(key)
      return fail(
        'model-missing',
        'The prepared model could not be loaded and was removed. Prepare it again.',
        { prepare: true },
        error,
      )
    }
  }

  async #unload(): Promise<void> {
    const loaded = this.#loaded
    this.#loaded = null
    await loaded?.model.dispose()
  }

  #locate(id: string): LocatedModel {
    return locateModel(id, this.#settings.paths.resources, this.#settings.paths.models)
  }

  #verify(located: LocatedModel, { onProgress, cancellation }: GenerationCallbacks): void {
    verifyModel(located, this.#verified, cancellation, (fraction) =>
      onProgress({ stage: 'Checking the model', fraction, secondsLeft: null }),
    )
  }

  async #key(located: LocatedModel, precision: Precision): Promise<CompiledKey> {
    return currentKey(located, precision, await largestExactWeight())
  }
}
