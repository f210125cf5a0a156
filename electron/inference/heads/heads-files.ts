/**
 * Where draft heads lie: those of the bundled models among the shipped files, those made for an imported
 * model in its folder.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { HeadsKind } from '../../../models/compiler/index.ts'
import { isBundled, type LocatedModel, shippedFile } from '../model-files.ts'
import type { EnginePaths } from '../protocol.ts'
import type { ExpectedFile } from '../verified-files.ts'

export const headsKinds = ['clover', 'medusa'] as const satisfies readonly HeadsKind[]

export interface LocatedHeads {
  readonly kind: HeadsKind
  readonly path: string
  /** What the file must be; null for heads that were made on this machine. */
  readonly expected: ExpectedFile | null
}

/** Folder of the heads of one model; those of the app's own model have one place under both of its names. */
export function headsFolder(id: string, { resources, models }: EnginePaths): string {
  if (!isBundled(id)) return join(models, id, 'heads')
  return join(resources, 'heads', id === 'base+dialogue' ? 'default' : id)
}

/** The heads that are there, unread. */
export function locateHeads({ id }: LocatedModel, paths: EnginePaths): readonly LocatedHeads[] {
  const folder = headsFolder(id, paths)
  return headsKinds
    .map((kind) => ({ kind, path: join(folder, `${kind}.safetensors`) }))
    .filter(({ path }) => existsSync(path))
    .map(({ kind, path }) => ({ kind, path, expected: shippedFile(path, paths.resources) }))
}
