/**
 * Brings a model into the app: checks it where it lies, copies its bytes into a folder of our own, checks
 * the copy, and only then gives it its name. Nothing of a refused or interrupted import stays.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Cancellation } from '../../models/core/cancellation.ts'
import { fail } from '../../models/core/failure.ts'
import type { OnProgress } from '../../models/core/progress.ts'
import { withDiskFailures, withReadFailures } from './disk-failures.ts'
import { FileSink } from './file-bytes.ts'
import { freeDisk } from './machine.ts'
import {
  combinedHash,
  describeModel,
  openGguf,
  openSafetensors,
  readRecord,
  writeRecord,
  type ModelRecord,
} from './model-files.ts'
import { isAlive } from './process-alive.ts'
import type { ModelDescription } from './protocol.ts'

const chunkBytes = 4 * 1024 * 1024
const companions = new Set([
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'generation_config.json',
  'chat_template.jinja',
])

/**
 * @param chosen a GGUF file, a folder of safetensors files, or any safetensors file of one
 * @param models the app's model folder, made when needed
 *
 * Fails with `not-found`, `io`, `model-invalid`, `model-unsupported`, `model-too-large`, `disk-full`,
 * `read-only` or `cancelled`. A model that is already there is returned as it is.
 */
export async function importModel(
  chosen: string,
  models: string,
  onProgress: OnProgress,
  cancellation: Cancellation,
): Promise<ModelDescription> {
  onProgress({ stage: 'Checking the model', fraction: null, secondsLeft: null })
  const path = withReadFailures(() => chosenPath(chosen))
  const source = withReadFailures(() => sourceOf(path))
  checkOpens(source.format, source.files)
  withDiskFailures(() => mkdirSync(models, { recursive: true }))
  removeLeftovers(models)
  const bytes = withReadFailures(() => source.files.reduce((sum, file) => sum + statSync(file).size, 0))
  const free = freeDisk(models)
  if (free !== null && free < bytes * 1.05)
    fail('disk-full', 'There is not enough room on the disk for this model. Free some space and try again.', {
      neededBytes: bytes,
      freeBytes: free,
    })

  const folder = join(models, `.importing-${process.pid}-${randomBytes(4).toString('hex')}`)
  withDiskFailures(() => mkdirSync(folder))
  try {
    let done = 0
    const files: ModelRecord['files'][number][] = []
    for (const file of source.files) {
      const name = source.format === 'gguf' ? 'weights.gguf' : basename(file)
      const copied = await copyFile(file, join(folder, name), cancellation, (count) => {
        done += count
        onProgress({
          stage: 'Copying the model',
          fraction: bytes > 0 ? done / bytes : null,
          secondsLeft: null,
        })
      })
      files.push({ name, ...copied })
    }
    const description = describeCopy(folder, source.format, files, basename(path))
    const target = join(models, description.id)
    const present = readRecord(target)
    if (present) return present.description
    writeRecord(folder, { format: source.format, files, description })
    rmSync(target, { recursive: true, force: true })
    withDiskFailures(() => renameSync(folder, target))
    return description
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A dialog that shows files lets a person choose one of the folder's; the rest lies beside it. */
function chosenPath(chosen: string): string {
  const inFolder = /\.safetensors$/i.test(chosen) && statSync(chosen, { throwIfNoEntry: false })?.isFile()
  return inFolder ? dirname(chosen) : chosen
}

interface Source {
  readonly format: ModelRecord['format']
  readonly files: readonly string[]
}

function sourceOf(path: string): Source {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) fail('not-found', 'The file to import is not there any more. Choose it again.')
  if (stat.isFile()) return { format: 'gguf', files: [path] }
  if (!stat.isDirectory())
    fail('model-invalid', 'This is neither a file nor a folder. Choose a GGUF file or a safetensors folder.')
  const files = readdirSync(path)
    .filter((name) => companions.has(name) || /^[A-Za-z0-9][A-Za-z0-9._-]*\.safetensors$/.test(name))
    .sort()
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
  if (!files.some((file) => file.endsWith('.safetensors')))
    fail('model-invalid', 'The folder holds no safetensors file. Choose a GGUF file or a safetensors folder.')
  return { format: 'safetensors', files }
}

function checkOpens(format: ModelRecord['format'], files: readonly string[]): void {
  using _ = format === 'gguf' ? openGguf(files) : openSafetensors(files)
}

/** Copies bytes, never links. */
async function copyFile(
  from: string,
  to: string,
  cancellation: Cancellation,
  onBytes: (count: number) => void,
): Promise<{ bytes: number; sha256: string }> {
  const descriptor = withReadFailures(() => openSync(from, 'r'))
  try {
    using sink = new FileSink(to)
    const chunk = new Uint8Array(chunkBytes)
    for (;;) {
      // Lets the request to cancel arrive.
      await nextTurn()
      cancellation.throwIfAborted()
      const count = withReadFailures(() => readSync(descriptor, chunk))
      if (count === 0) break
      sink.write(chunk.subarray(0, count))
      onBytes(count)
    }
    return { bytes: sink.bytes, sha256: sink.finish() }
  } finally {
    closeSync(descriptor)
  }
}

function describeCopy(
  folder: string,
  format: ModelRecord['format'],
  files: ModelRecord['files'],
  originalName: string,
): ModelDescription {
  const paths = files.map(({ name }) => join(folder, name))
  using opened = format === 'gguf' ? openGguf(paths) : openSafetensors(paths)
  const weightsHash = files.length === 1 ? files[0]!.sha256 : combinedHash(files)
  const name = originalName.replace(/\.gguf$/i, '')
  return describeModel(opened.model, {
    id: `${slug(name)}-${weightsHash.slice(0, 8)}`,
    name: name.slice(0, 100),
    origin: 'imported',
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    weightsHash,
  })
}

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48) || 'model'

/** Folders of imports whose process is gone. */
function removeLeftovers(models: string): void {
  for (const name of readdirSync(models)) {
    const owner = /^\.importing-(\d+)-/.exec(name)?.[1]
    if (owner && !isAlive(Number(owner))) rmSync(join(models, name), { recursive: true, force: true })
  }
}
