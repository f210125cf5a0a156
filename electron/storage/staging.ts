/**
 * Putting a new set of vault files in place as one step. The files are prepared in `staging`; renaming
 * that folder to `staged` decides; moving them into place can be cut off anywhere and is finished at
 * the next start.
 */
import { existsSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { withStorageFailures } from './errors.ts'
import { copyDurably, makeFolder, removeDurably, renameDurably, syncFolder } from './files.ts'
import { databaseCompanions, vaultLayout, type VaultLayout } from './layout.ts'
import { freshFolder } from './quarantine.ts'

/** An empty folder for the new files, laid out like the vault's own. */
export function beginStaging(layout: VaultLayout): VaultLayout {
  withStorageFailures(() => {
    rmSync(layout.staging, { recursive: true, force: true })
    makeFolder(layout.staging)
  })
  return vaultLayout(layout.staging)
}

export function abandonStaging(layout: VaultLayout): void {
  rmSync(layout.staging, { recursive: true, force: true })
}

/** Decides for the staged files and moves them into place. */
export function commitStaging(layout: VaultLayout, now: Date): void {
  withStorageFailures(() => {
    syncFolder(layout.staging)
    renameDurably(layout.staging, layout.staged)
  })
  finishStaging(layout, now)
}

/** Finishes a decided change that was cut off; does nothing when there is none. Safe to repeat. */
export function finishStaging(layout: VaultLayout, now: Date): void {
  if (!existsSync(layout.staged)) return
  withStorageFailures(() => {
    const staged = vaultLayout(layout.staged)
    if (existsSync(staged.database)) {
      setReplacedAside(layout, now)
      renameDurably(staged.database, layout.database)
    }
    for (const file of [layout.anchor, layout.keys, layout.keysCopy]) {
      const replacement = join(layout.staged, basename(file))
      if (existsSync(replacement)) renameDurably(replacement, file)
    }
    for (const file of [layout.openMarker, layout.damage]) removeDurably(file)
    removeDurably(layout.staged)
  })
}

/** Moves the database that is about to be replaced to quarantine, with copies of its keys and anchor. */
function setReplacedAside(layout: VaultLayout, now: Date): void {
  const companions = databaseCompanions.map((suffix) => layout.database + suffix)
  const replaced = [...companions, layout.database].filter((file) => existsSync(file))
  if (replaced.length === 0) return
  const folder = freshFolder(layout.quarantine, now)
  makeFolder(folder)
  for (const file of [layout.keys, layout.keysCopy, layout.anchor])
    if (existsSync(file)) copyDurably(file, join(folder, basename(file)))
  for (const file of replaced) renameDurably(file, join(folder, basename(file)))
}
