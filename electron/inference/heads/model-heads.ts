/**
 * The draft heads of one loaded model: found, compiled when they are new, opened when first asked for. Heads
 * that cannot be used are refused one by one, with a reason; the model answers without them.
 */
import { join } from 'node:path'
import { openHeads, type HeadsKind } from '../../../models/compiler/index.ts'
import { assertNever, FailureError, fail } from '../../../models/core/failure.ts'
import type { Cancellation } from '../../../models/core/cancellation.ts'
import type { OnProgress } from '../../../models/core/progress.ts'
import type { Drafter } from '../../../models/decoding/drafter.ts'
import { Calibration } from '../../../models/decoding/heads/calibration.ts'
import { CloverDrafter, nothingLearned } from '../../../models/decoding/heads/clover-drafter.ts'
import type { DraftMemoryShape } from '../../../models/decoding/heads/draft-memory.ts'
import { MedusaDrafter } from '../../../models/decoding/heads/medusa-drafter.ts'
import type { CompiledEntry, CompiledKey } from '../compiled-cache.ts'
import { FileSource, hashFile } from '../file-bytes.ts'
import { openLocated, readAdapter, type LocatedModel } from '../model-files.ts'
import { modelIdentity } from '../model-identity.ts'
import { OnnxSession } from '../onnx.ts'
import type { EnginePaths } from '../protocol.ts'
import type { VerifiedFiles } from '../verified-files.ts'
import { CloverSession } from './clover-session.ts'
import { compileHeadsInto, headGraphFile, headsDiskNeeded } from './compile-heads.ts'
import { locateHeads, type LocatedHeads } from './heads-files.ts'
import { headsRecipeName } from './heads-recipe.ts'
import { headsCache } from './heads-cache.ts'
import { memoryShape, readHeadsRecord, type HeadsRecord } from './heads-record.ts'
import { MedusaSession } from './medusa-session.ts'

export interface HeadsSettings {
  readonly paths: EnginePaths
  readonly threads: number
  readonly verified: VerifiedFiles
  readonly onProgress: OnProgress
  readonly cancellation: Cancellation
}

interface Found {
  readonly folder: string
  readonly record: HeadsRecord
}

export class ModelHeads {
  readonly #found: ReadonlyMap<HeadsKind, Found>
  readonly #refused: ReadonlyMap<HeadsKind, string>
  readonly #threads: number
  readonly #learnedByClover = nothingLearned()
  readonly #learnedByMedusa = new Calibration()
  #clover: CloverSession | null = null
  #medusa: MedusaSession | null = null

  constructor(
    found: ReadonlyMap<HeadsKind, Found>,
    refused: ReadonlyMap<HeadsKind, string>,
    threads: number,
  ) {
    this.#found = found
    this.#refused = refused
    this.#threads = threads
  }

  /** Finds and, where needed, compiles the heads of a compiled model. */
  static async prepare(
    located: LocatedModel,
    { key, shape }: CompiledEntry,
    settings: HeadsSettings,
  ): Promise<ModelHeads> {
    const found = new Map<HeadsKind, Found>()
    const refused = new Map<HeadsKind, string>()
    for (const heads of locateHeads(located, settings.paths)) {
      try {
        const { folder } = await preparedEntry(heads, located, key, shape, settings)
        found.set(heads.kind, { folder, record: readHeadsRecord(folder) })
      } catch (error) {
        if (!(error instanceof FailureError) || error.failure.code === 'cancelled') throw error
        refused.set(heads.kind, error.failure.message)
      }
    }
    return new ModelHeads(found, refused, settings.threads)
  }

  /** What conversations must keep for the heads; null without any. */
  get memory(): DraftMemoryShape | null {
    const [first, ...others] = [...this.#found.values()].map(({ record }) => memoryShape(record))
    return first ? { ...first, block: first.block ?? others.find(({ block }) => block)?.block ?? null } : null
  }

  /** Kinds that can guess. */
  get kinds(): readonly HeadsKind[] {
    return [...this.#found.keys()]
  }

  /** Why heads of a kind cannot guess; null for those that can. */
  refusal(kind: HeadsKind): string | null {
    if (this.#found.has(kind)) return null
    return this.#refused.get(kind) ?? 'This model has no such draft heads. Make them with `train-heads`.'
  }

  /**
   * A drafter for one generation.
   *
   * @param clock milliseconds since some fixed time
   */
  async drafter(kind: HeadsKind, clock: () => number): Promise<Drafter> {
    const found = this.#found.get(kind)
    if (!found) return fail('model-invalid', this.refusal(kind)!)
    switch (kind) {
      case 'clover':
        this.#clover ??= await this.#openClover(found)
        return new CloverDrafter(this.#clover, this.#learnedByClover, clock)
      case 'medusa':
        this.#medusa ??= new MedusaSession(found.record, await this.#open(found, 'guess'))
        return new MedusaDrafter(this.#medusa, this.#learnedByMedusa)
      default:
        return assertNever(kind)
    }
  }

  async dispose(): Promise<void> {
    await this.#clover?.dispose()
    await this.#medusa?.dispose()
  }

  async #openClover(found: Found): Promise<CloverSession> {
    return new CloverSession(found.record, await this.#open(found, 'block'), await this.#open(found, 'guess'))
  }

  #open({ folder }: Found, graph: 'block' | 'guess'): Promise<OnnxSession> {
    return OnnxSession.open(join(folder, headGraphFile(graph)), { threads: this.#threads, prepacked: true })
  }
}

/** The compiled heads. Fails with `model-invalid`, `resource-altered` or as the compiled cache does. */
async function preparedEntry(
  heads: LocatedHeads,
  located: LocatedModel,
  model: CompiledKey,
  shape: CompiledEntry['shape'],
  settings: HeadsSettings,
): Promise<CompiledEntry> {
  const { onProgress, cancellation, verified, threads, paths } = settings
  if (heads.expected && verified.check(heads.expected, cancellation) !== 'intact')
    fail(
      'resource-altered',
      'The draft heads that come with this model were changed. Replies are the same without them, only slower; install Consilium again.',
    )
  const identity = modelIdentity(located)
  const key: CompiledKey = {
    ...model,
    precision: 'row8',
    recipe: headsRecipeName(),
    weightsHash: hashFile(heads.path, cancellation),
    adapterHash: identity,
  }
  const cache = headsCache(paths)
  const ready = cache.find(key)
  if (ready) return ready
  using source = new FileSource([heads.path])
  using opened = openLocated(located)
  const parsed = openHeads(source, opened.model.header, identity)
  if (parsed.kind !== heads.kind)
    fail('model-invalid', 'The draft heads are of another kind than their name says. Make them again.')
  onProgress({ stage: 'Preparing the draft heads', fraction: null, secondsLeft: null })
  // Awaited here, because the files close when this function ends.
  return await cache.build({
    key,
    neededBytes: headsDiskNeeded(parsed, opened.model.header.width),
    onProgress,
    cancellation,
    build: async (folder, alive) => {
      await compileHeadsInto(folder, parsed, opened.model, {
        adapter: readAdapter(located),
        weightLimit: key.weightLimit === 63 ? 63 : 127,
        contextTokens: shape.contextTokens,
        threads,
        cancellation,
        onProgress: (progress) => {
          alive()
          onProgress(progress)
        },
      })
      return shape
    },
  })
}
