/**
 * Where models lie on this machine: the bundled one among the app's shipped files, imported ones in the
 * app's model folder, each with a record of what it is and the SHA-256 of every file.
 */
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import {
  openAdapter,
  openModel,
  type Adapter,
  type Model,
  type ModelFiles,
} from '../../models/compiler/index.ts'
import type { Cancellation } from '../../models/core/cancellation.ts'
import { fail } from '../../models/core/failure.ts'
import { withDiskFailures, withReadFailures } from './disk-failures.ts'
import { FileSource } from './file-bytes.ts'
import { parseDescription, type ModelDescription } from './protocol.ts'
import type { VerifiedFiles } from './verified-files.ts'
import { type ExpectedFile } from './verified-files.ts'

/** The base that ships with the app. */
export const bundledModel = {
  file: 'models/smollm2-135m-instruct/weights.gguf',
  name: 'SmolLM2 135M Instruct',
}

/** The adapter over it that makes the app's own model. */
const appAdapter = 'dialogue'

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
const bytes = v.pipe(v.number(), v.integer(), v.minValue(0))
const manifestSchema = v.object({
  files: v.array(v.object({ path: v.string(), bytes, sha256 })),
  wholes: v.array(v.object({ path: v.string(), parts: v.array(v.string()), bytes, sha256 })),
})
const recordSchema = v.object({
  format: v.picklist(['gguf', 'safetensors']),
  files: v.pipe(
    v.array(v.object({ name: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)), bytes, sha256 })),
    v.minLength(1),
  ),
  description: v.unknown(),
})

/** File of a model folder that says what the others are. */
export const recordFile = 'model.json'

export interface ModelRecord {
  readonly format: ModelFiles['kind']
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[]
  readonly description: ModelDescription
}

/** The files of one model, with the hash they are known by. */
export interface LocatedModel {
  readonly id: string
  readonly origin: 'bundled' | 'imported'
  /** Null where the name is the one in the header. */
  readonly name: string | null
  readonly weightsHash: string
  /** One hash of the adapter's files; null without one. */
  readonly adapterHash: string | null
  readonly bytes: number
  readonly format: ModelFiles['kind']
  readonly files: readonly ExpectedFile[]
  readonly adapter: LocatedAdapter | null
}

export interface LocatedAdapter {
  readonly config: ExpectedFile
  readonly weights: ExpectedFile
}

const adapterPrefix = 'base+'

/**
 * These names mean the bundled weights: `base` untouched, `base+NAME` with an adapter that ships beside
 * them, `default` with the one that the app uses. No imported model's name has a plus sign.
 */
export const isBundled = (id: string): boolean =>
  id === 'base' || id === 'default' || id.startsWith(adapterPrefix)

/** Names of the adapters that come with the app; each is the model `base+NAME`. */
export const shippedAdapters = (resources: string): readonly string[] =>
  readManifest(resources).files.flatMap(({ path }) => {
    const name = /^adapters\/([^/]+)\/adapter_config\.json$/.exec(path)?.[1]
    return name === undefined ? [] : [name]
  })

/**
 * Finds a model's files without reading them.
 * Fails with `resource-missing`, `resource-altered` (the manifest), `model-missing` or `model-invalid`.
 */
export function locateModel(id: string, resources: string, models: string): LocatedModel {
  return isBundled(id) ? locateBundled(id, resources) : locateImported(id, models)
}

const repair = 'Install Consilium again; from a checkout, run `git checkout -- resources`.'

function locateBundled(id: string, resources: string): LocatedModel {
  const manifest = readManifest(resources)
  const whole = manifest.wholes.find(({ path }) => path === bundledModel.file)
  if (!whole)
    return fail('resource-missing', `The bundled model is not among the files of this version. ${repair}`)
  const files = whole.parts.map((part) => {
    const file = manifest.files.find(({ path }) => path === part)
    if (!file)
      return fail('resource-missing', `The file ${part} is not among the files of this version. ${repair}`)
    return { path: join(resources, part), bytes: file.bytes, sha256: file.sha256 }
  })
  const adapter = locateAdapter(id, manifest, resources)
  return {
    id,
    origin: 'bundled',
    name: adapter ? `Consilium ${adapter.name}` : bundledModel.name,
    weightsHash: whole.sha256,
    adapterHash: adapter && combinedHash(adapter.hashes),
    bytes: whole.bytes + (adapter?.files.weights.bytes ?? 0) + (adapter?.files.config.bytes ?? 0),
    format: 'gguf',
    files,
    adapter: adapter?.files ?? null,
  }
}

/** What a file among the app's shipped files must be; null for one that does not ship. */
export function shippedFile(path: string, resources: string): ExpectedFile | null {
  const shipped = readManifest(resources).files.find((file) => join(resources, file.path) === path)
  return shipped ? { path, bytes: shipped.bytes, sha256: shipped.sha256 } : null
}

/**
 * Checks that files among the app's shipped ones have the content they shipped with.
 * Fails with `resource-missing`, `resource-altered` or `io`.
 *
 * @param paths relative to the resources folder
 */
export function verifyShipped(paths: readonly string[], resources: string, verified: VerifiedFiles): void {
  const { files } = readManifest(resources)
  for (const path of paths) {
    const shipped = files.find((file) => file.path === path)
    const verdict = shipped
      ? verified.check({ ...shipped, path: join(resources, path) }, null)
      : ('missing' as const)
    if (verdict !== 'intact') failShipped(verdict, path)
  }
}

function failShipped(verdict: 'missing' | 'altered', file: string): never {
  if (verdict === 'missing')
    return fail('resource-missing', `The file ${file} is missing. ${repair}`, { file })
  return fail('resource-altered', `The file ${file} was changed. ${repair}`, { file })
}

function locateAdapter(
  id: string,
  manifest: v.InferOutput<typeof manifestSchema>,
  resources: string,
): {
  readonly name: string
  readonly files: LocatedAdapter
  readonly hashes: readonly { readonly name: string; readonly sha256: string }[]
} | null {
  if (id === 'base') return null
  const name = id === 'default' ? appAdapter : id.slice(adapterPrefix.length)
  const part = (file: string): ExpectedFile & { readonly name: string } => {
    const listed = manifest.files.find(({ path }) => path === `adapters/${name}/${file}`)
    if (!listed)
      return fail(
        'model-missing',
        `No adapter called ${name} comes with this version. Choose another model.`,
        {
          id,
        },
      )
    return { path: join(resources, listed.path), bytes: listed.bytes, sha256: listed.sha256, name: file }
  }
  const config = part('adapter_config.json')
  const weights = part('adapter_model.safetensors')
  return { name, files: { config, weights }, hashes: [config, weights] }
}

function readManifest(resources: string): v.InferOutput<typeof manifestSchema> {
  const path = join(resources, 'manifest.json')
  if (!existsSync(path))
    fail('resource-missing', `The files that come with Consilium are not there. ${repair}`)
  try {
    return v.parse(manifestSchema, JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    return fail(
      'resource-altered',
      `The list of files that come with Consilium is damaged. ${repair}`,
      undefined,
      error,
    )
  }
}

function locateImported(id: string, models: string): LocatedModel {
  const record = readRecord(join(models, id))
  if (!record)
    fail('model-missing', 'This model is not on this machine. Choose another one, or import it again.', {
      id,
    })
  return {
    id,
    origin: 'imported',
    name: record.description.name,
    weightsHash: record.description.weightsHash,
    adapterHash: null,
    bytes: record.description.bytes,
    format: record.format,
    adapter: null,
    files: record.files.map((file) => ({
      path: join(models, id, file.name),
      bytes: file.bytes,
      sha256: file.sha256,
    })),
  }
}

/** The record of an imported model's folder; null when there is none that can be read. */
export function readRecord(folder: string): ModelRecord | null {
  try {
    const record = v.parse(recordSchema, JSON.parse(readFileSync(join(folder, recordFile), 'utf8')))
    const description = parseDescription(record.description)
    return description && { format: record.format, files: record.files, description }
  } catch {
    return null
  }
}

/** Writes the record last, whole: a folder without one is no model. Fails with `disk-full` or `read-only`. */
export function writeRecord(folder: string, record: ModelRecord): void {
  const path = join(folder, recordFile)
  withDiskFailures(() => {
    writeFileSync(`${path}.part`, JSON.stringify(record), { mode: 0o600, flush: true })
    renameSync(`${path}.part`, path)
  })
}

/** Records of all imported models. */
export function importedModels(models: string): readonly ModelDescription[] {
  if (!existsSync(models)) return []
  return readdirSync(models)
    .map((name) => readRecord(join(models, name))?.description)
    .filter((description) => description !== undefined)
    .sort((a, b) => a.name.localeCompare(b.name))
}

/**
 * Checks that every file has the content it had when it was shipped or imported.
 * Fails with `resource-missing`, `resource-altered`, `model-missing`, `model-invalid` or `io`.
 */
export function verifyModel(
  model: LocatedModel,
  verified: VerifiedFiles,
  cancellation: Cancellation | null,
  onFraction: (fraction: number) => void = () => undefined,
): void {
  let done = 0
  const { files, adapter } = model
  for (const file of adapter ? [...files, adapter.config, adapter.weights] : files) {
    const verdict = verified.check(file, cancellation, (count) => {
      done += count
      onFraction(done / model.bytes)
    })
    const name = file.path.slice(Math.max(file.path.lastIndexOf('/'), file.path.lastIndexOf('\\')) + 1)
    // A second name for an imported file is a way to change it unseen.
    const linked = verdict === 'intact' && model.origin === 'imported' && lstatSync(file.path).nlink !== 1
    if (verdict === 'intact' && !linked) continue
    if (model.origin === 'bundled') failShipped(verdict === 'missing' ? 'missing' : 'altered', name)
    if (verdict === 'missing')
      fail('model-missing', `The file ${name} of this model is missing. Import the model again.`, {
        file: name,
      })
    fail('model-invalid', `The file ${name} of this model was changed. Import the model again.`, {
      file: name,
    })
  }
}

/** A model whose files are open until it is disposed. */
export interface OpenModel extends Disposable {
  readonly model: Model
}

/** Reads a located model's adapter; null without one. Fails as `openAdapter` does, or with `io`. */
export function readAdapter({ adapter }: LocatedModel): Adapter | null {
  if (!adapter) return null
  using weights = new FileSource([adapter.weights.path])
  const config = withReadFailures(() => readFileSync(adapter.config.path, 'utf8'))
  return openAdapter({ config, weights })
}

/** Opens the located files and reads their headers. Fails as `openModel` does, or with `io`. */
export function openLocated(located: LocatedModel): OpenModel {
  const paths = located.files.map(({ path }) => path)
  return located.format === 'gguf' ? openGguf(paths) : openSafetensors(paths)
}

/** @param parts paths of the parts of one GGUF file, in order */
export function openGguf(parts: readonly string[]): OpenModel {
  const source = new FileSource(parts)
  return opened(() => openModel({ kind: 'gguf', file: source }), [source])
}

/** @param paths of every file of a safetensors folder */
export function openSafetensors(paths: readonly string[]): OpenModel {
  const text = (name: string): string | null => {
    const path = paths.find((each) => /[^/\\]*$/.exec(each)![0] === name)
    return path ? withReadFailures(() => readFileSync(path, 'utf8')) : null
  }
  const weights = paths.filter((path) => path.endsWith('.safetensors')).map((path) => new FileSource([path]))
  return opened(
    () =>
      openModel({
        kind: 'safetensors',
        config: text('config.json') ?? missing('config.json'),
        tokenizer: text('tokenizer.json') ?? missing('tokenizer.json'),
        tokenizerConfig: text('tokenizer_config.json'),
        generationConfig: text('generation_config.json'),
        chatTemplate: text('chat_template.jinja'),
        weights,
      }),
    weights,
  )
}

function missing(file: string): never {
  fail('model-invalid', `The model folder has no ${file}. Get the whole folder and import it again.`, {
    file,
  })
}

function opened(open: () => Model, sources: readonly FileSource[]): OpenModel {
  const close = (): void => {
    for (const source of sources) source[Symbol.dispose]()
  }
  try {
    return { model: open(), [Symbol.dispose]: close }
  } catch (error) {
    close()
    throw error
  }
}

/** What the lists and checks of the app need to know of a model. */
export function describeModel(
  model: Model,
  facts: Pick<ModelDescription, 'id' | 'name' | 'origin' | 'bytes' | 'weightsHash'>,
): ModelDescription {
  const { header } = model
  return {
    ...facts,
    architecture: header.architecture,
    parameters: header.parameters,
    contextTokens: header.contextTokens,
    licence: header.licence ?? 'unknown',
    layers: header.layers,
    kvHeads: header.kvHeads,
    headWidth: header.headWidth,
    width: header.width,
    vocabulary: header.vocabulary,
    largestTensor:
      header.width * Math.max(header.vocabulary, header.feedForwardWidth, header.heads * header.headWidth),
  }
}

/** One hash for a model of several files: independent of their order. */
export function combinedHash(files: readonly { readonly name: string; readonly sha256: string }[]): string {
  const lines = files.map(({ name, sha256: hash }) => `${hash}  ${name}\n`).sort()
  return createHash('sha256').update(lines.join('')).digest('hex')
}
