/** The files that the peer reads: the checkpoint as it is stored, and the same requantised to Q8_0. */
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '../../../models/core/failure.ts'
import { openGguf, readAdapter } from '../../inference/model-files.ts'
import { FileSink, FileSource } from '../../inference/file-bytes.ts'
import type { LocatedModel } from '../../inference/model-files.ts'
import { mergeOf, type Merge } from './merged-rows.ts'
import { writeQ8 } from './q8-file.ts'

export interface PeerWeights {
  /** "Q8_0", "Q4_1". */
  readonly precision: string
  readonly path: string
}

/** The model as it is used, its adapter merged. Fails with `model-unsupported` for a model that is not a GGUF file. */
export function peerWeights(
  located: LocatedModel,
  cache: string,
  log: (line: string) => void,
): readonly PeerWeights[] {
  if (located.format !== 'gguf')
    fail(
      'model-unsupported',
      'The comparison needs a model in GGUF. Choose another, or measure without it: `--no-peer`.',
    )
  const parts = located.files.map(({ path }) => path)
  using opened = openGguf(parts)
  const stored = opened.model.header.weightsType
  const folder = join(cache, 'bench', located.weightsHash)
  mkdirSync(folder, { recursive: true })
  const adapter = readAdapter(located)
  if (adapter) {
    const name = `Q8_0-${located.adapterHash!.slice(0, 16)}.gguf`
    return [q8(parts, join(folder, name), mergeOf(adapter, opened.model.header), log)]
  }
  const files = [q8(parts, join(folder, 'Q8_0.gguf'), null, log)]
  if (stored !== 'Q8_0') files.push({ precision: stored, path: whole(parts, folder) })
  return files
}

/** The stored file of the base, which is smaller than Q8_0 and may draft for it. */
export function peerDraft(located: LocatedModel, cache: string): string {
  const folder = join(cache, 'bench', located.weightsHash)
  mkdirSync(folder, { recursive: true })
  return whole(
    located.files.map(({ path }) => path),
    folder,
  )
}

function q8(
  parts: readonly string[],
  path: string,
  merge: Merge | null,
  log: (line: string) => void,
): PeerWeights {
  if (!existsSync(path)) {
    log('Writing the same weights as Q8_0 ...')
    using source = new FileSource(parts)
    complete(path, (sink) => writeQ8(source, sink, merge))
  }
  return { precision: 'Q8_0', path }
}

/** The peer opens one file; a model that ships in parts is joined once. */
function whole(parts: readonly string[], folder: string): string {
  const [only] = parts
  if (only && parts.length === 1) return only
  const path = join(folder, 'stored.gguf')
  const bytes = parts.reduce((sum, part) => sum + statSync(part).size, 0)
  if (existsSync(path) && statSync(path).size === bytes) return path
  using source = new FileSource(parts)
  complete(path, (sink) => {
    const step = 16 * 1024 * 1024
    for (let at = 0; at < bytes; at += step) sink.write(source.read(at, Math.min(step, bytes - at)))
  })
  return path
}

/** A file appears whole or not at all. */
function complete(path: string, write: (sink: FileSink) => void): void {
  const part = `${path}.${process.pid}.part`
  rmSync(part, { force: true })
  using sink = new FileSink(part)
  write(sink)
  sink.finish()
  renameSync(part, path)
}
