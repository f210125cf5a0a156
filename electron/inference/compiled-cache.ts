/**
 * Models compiled for this machine, kept on disk. An entry appears whole or not at all: it is built in a
 * folder of its own and renamed into place, so a process killed at any point leaves nothing but
 * leftovers, which the next one removes.
 */
import { createHash, randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Cancellation } from '../../models/core/cancellation.ts'
import { fail } from '../../models/core/failure.ts'
import type { OnProgress } from '../../models/core/progress.ts'
import { precisions, type ModelIdentity, type Precision } from '../../models/decoding/language-model.ts'
import { BuildLock } from './build-lock.ts'
import { withDiskFailures } from './disk-failures.ts'
import { FileSink, hashFile } from './file-bytes.ts'
import { freeDisk } from './machine.ts'
import { isAlive } from './process-alive.ts'
import { fileState } from './verified-files.ts'

/** Everything that a compiled model depends on. */
export interface CompiledKey {
  /** SHA-256 of the weights, hex. */
  readonly weightsHash: string
  readonly adapterHash: string | null
  readonly precision: Precision
  /** Version of the compiler's recipe. */
  readonly recipe: string
  readonly provider: ModelIdentity['provider']
  /** Largest int8 weight: what the processor's integer products allow. */
  readonly weightLimit: number
  readonly processor: string
  /** Version of ONNX Runtime. */
  readonly runtime: string
}

const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const fileSchema = v.object({
  name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]*$/)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  state: v.string(),
})
const entrySchema = v.object({
  key: v.object({
    weightsHash: v.string(),
    adapterHash: v.nullable(v.string()),
    precision: v.picklist(precisions),
    recipe: v.string(),
    provider: v.picklist(['cpu', 'webgpu', 'cuda', 'dml', 'coreml']),
    weightLimit: v.number(),
    processor: v.string(),
    runtime: v.string(),
  }),
  shape: v.object({
    layers: count,
    kvHeads: count,
    headWidth: count,
    contextTokens: count,
    vocabulary: count,
  }),
  files: v.array(fileSchema),
})

/** Folder of compiled models inside the cache folder. */
export const compiledFolder = (cache: string): string => join(cache, 'compiled')

export type CompiledShape = v.InferOutput<typeof entrySchema>['shape']

/** A compiled model on disk: a graph, its weights and its tokenizer. */
export interface CompiledEntry {
  readonly folder: string
  readonly key: CompiledKey
  readonly shape: CompiledShape
}

/** File of an entry that holds the optimised graph; its weights lie beside it. */
export const graphFile = 'model.onnx'
export const weightsFile = 'model.bin'
/** File of an entry that holds what the tokenizer and the chat template are built from. */
export const tokenizerFile = 'tokenizer.json'
const entryFile = 'entry.json'

export const keyName = (key: CompiledKey): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        key.weightsHash,
        key.adapterHash,
        key.precision,
        key.recipe,
        key.provider,
        key.weightLimit,
        key.processor,
        key.runtime,
      ]),
    )
    .digest('hex')
    .slice(0, 32)

export interface BuildRequest {
  readonly key: CompiledKey
  /** Most bytes on the disk while building. */
  readonly neededBytes: number
  /** Writes the entry's files into `folder`, calling `alive` from time to time. */
  readonly build: (folder: string, alive: () => void) => Promise<CompiledShape>
  readonly onProgress: OnProgress
  readonly cancellation: Cancellation
}

export class CompiledCache {
  readonly #folder: string
  readonly #needed: readonly string[]

  /**
   * @param folder made when needed
   * @param needed files that every entry has
   */
  constructor(folder: string, needed: readonly string[] = [graphFile, tokenizerFile]) {
    this.#folder = folder
    this.#needed = needed
  }

  /** The entry of this key if it is there and whole; a damaged one is removed. */
  find(key: CompiledKey): CompiledEntry | null {
    const folder = join(this.#folder, keyName(key))
    if (!existsSync(folder)) return null
    const entry = readEntry(folder, this.#needed)
    if (!entry) {
      this.#remove(folder)
      return null
    }
    const now = new Date()
    // Marks the entry as used, for `prune`.
    utimesSync(folder, now, now)
    return { folder, key, shape: entry.shape }
  }

  /** Keys of all entries, without a look at their weights. */
  keys(): readonly CompiledKey[] {
    return this.#folders()
      .map((folder) => parseEntry(folder)?.key)
      .filter((key) => key !== undefined)
  }

  /** Removes an entry that turned out not to load. */
  discard(key: CompiledKey): void {
    this.#remove(join(this.#folder, keyName(key)))
  }

  /**
   * Builds the entry of a key, unless another process does so first: then waits for that one.
   * Fails with `disk-full`, `read-only` or `cancelled`.
   */
  async build(request: BuildRequest): Promise<CompiledEntry> {
    const { key, onProgress, cancellation } = request
    withDiskFailures(() => mkdirSync(this.#folder, { recursive: true }))
    this.#removeLeftovers()
    const name = keyName(key)
    const target = join(this.#folder, name)
    using lock = await BuildLock.take(join(this.#folder, `${name}.lock`), cancellation, () =>
      onProgress({
        stage: 'Waiting for another Consilium to prepare the model',
        fraction: null,
        secondsLeft: null,
      }),
    )
    const ready = this.find(key)
    if (ready) return ready
    this.#checkSpace(request.neededBytes)

    const folder = join(this.#folder, `${name}.building-${process.pid}-${randomBytes(4).toString('hex')}`)
    withDiskFailures(() => mkdirSync(folder))
    try {
      const shape = await request.build(folder, () => lock.refresh())
      cancellation.throwIfAborted()
      writeEntry(folder, key, shape)
      withDiskFailures(() => renameSync(folder, target))
    } catch (error) {
      rmSync(folder, { recursive: true, force: true })
      // Whoever was faster has built the same.
      const other = this.find(key)
      if (other) return other
      throw error
    }
    const built = this.find(key)
    if (!built) return fail('io', 'The prepared model cannot be read back. Check the disk and try again.')
    return built
  }

  /** Removes entries that nobody will ask for again. */
  prune(isObsolete: (key: CompiledKey) => boolean): void {
    for (const folder of this.#folders()) {
      const entry = parseEntry(folder)
      if (!entry || isObsolete(entry.key)) this.#remove(folder)
    }
  }

  #folders(): readonly string[] {
    if (!existsSync(this.#folder)) return []
    return readdirSync(this.#folder)
      .filter((name) => /^[0-9a-f]{32}$/.test(name))
      .map((name) => join(this.#folder, name))
  }

  #remove(folder: string): void {
    rmSync(folder, { recursive: true, force: true })
  }

  /** Folders of builds whose process is gone. */
  #removeLeftovers(): void {
    for (const name of readdirSync(this.#folder)) {
      const owner = name.match(/^[0-9a-f]{32}\.building-(\d+)-/)?.[1]
      if (owner && !isAlive(Number(owner))) this.#remove(join(this.#folder, name))
    }
  }

  #checkSpace(neededBytes: number): void {
    const free = freeDisk(this.#folder)
    if (free !== null && free < neededBytes)
      fail(
        'disk-full',
        `Preparing the model needs ${megabytes(neededBytes)} MB on the disk and ${megabytes(free)} MB are free. Free some space and try again.`,
        { neededBytes, freeBytes: free },
      )
  }
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6)

function writeEntry(folder: string, key: CompiledKey, shape: CompiledShape): void {
  const files = readdirSync(folder).map((name) => {
    const path = join(folder, name)
    const sha256 = hashFile(path)
    const stat = statSync(path)
    return { name, bytes: stat.size, sha256, state: fileState(stat) }
  })
  using sink = new FileSink(join(folder, entryFile))
  sink.write(new TextEncoder().encode(JSON.stringify({ key, shape, files })))
  sink.finish()
}

function parseEntry(folder: string): v.InferOutput<typeof entrySchema> | null {
  try {
    const parsed = v.safeParse(entrySchema, JSON.parse(readFileSync(join(folder, entryFile), 'utf8')))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}

/** The entry if its files are as they were written: those whose state changed are hashed again. */
function readEntry(folder: string, needed: readonly string[]): v.InferOutput<typeof entrySchema> | null {
  const entry = parseEntry(folder)
  const intact = entry?.files.every((file) => {
    const path = join(folder, file.name)
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat?.size !== file.bytes) return false
    return fileState(stat) === file.state || hashFile(path) === file.sha256
  })
  return entry && intact && needed.every((name) => entry.files.some((file) => file.name === name))
    ? entry
    : null
}
