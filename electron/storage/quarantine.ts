/** Setting damaged or replaced databases aside. Nothing here ever deletes one. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import { withStorageFailures } from './errors.ts'
import { copyDurably, makeFolder, removeDurably, writeDurably } from './files.ts'
import { databaseCompanions, type VaultLayout } from './layout.ts'

const damageSchema = v.strictObject({
  reason: v.string(),
  quarantine: v.nullable(v.string()),
  /** Size and time of the damaged file, so that it is set aside once and not at every start. */
  fingerprint: v.string(),
})
export type Damage = v.InferOutput<typeof damageSchema>

/** Copies the database with its log to a folder of its own and returns the folder, null without a database. */
export function setAside(layout: VaultLayout, now: Date): string | null {
  if (!existsSync(layout.database)) return null
  const folder = freshFolder(layout.quarantine, now)
  withStorageFailures(() => {
    makeFolder(folder)
    for (const file of liveFiles(layout)) copyDurably(file, join(folder, basename(file)))
  })
  return folder
}

/** What was found at an earlier unlock, or null. */
export function readDamage(layout: VaultLayout): Damage | null {
  try {
    return v.parse(damageSchema, JSON.parse(readFileSync(layout.damage, 'utf8')))
  } catch {
    return null
  }
}

/** Sets the database aside unless these very bytes already were, and writes down why. */
export function recordDamage(layout: VaultLayout, reason: string, now: Date): Damage {
  const known = readDamage(layout)
  const fingerprint = fingerprintOf(layout.database)
  const quarantine = known?.fingerprint === fingerprint ? known.quarantine : setAside(layout, now)
  const damage: Damage = { reason, quarantine, fingerprint }
  withStorageFailures(() => writeDurably(layout.damage, JSON.stringify(damage)))
  return damage
}

export function clearDamage(layout: VaultLayout): void {
  withStorageFailures(() => removeDurably(layout.damage))
}

/** The database and the files SQLite keeps beside it, as far as they exist, with the keys and the anchor. */
export function liveFiles(layout: VaultLayout): readonly string[] {
  return [
    layout.database,
    ...databaseCompanions.map((suffix) => layout.database + suffix),
    layout.keys,
    layout.keysCopy,
    layout.anchor,
  ].filter((file) => existsSync(file))
}

/** A folder name that is not taken yet. */
export function freshFolder(parent: string, now: Date): string {
  const name = now.toISOString().replace(/[:.]/g, '-')
  for (let number = 1; ; number++) {
    const folder = join(parent, number === 1 ? name : `${name}-${number}`)
    if (!existsSync(folder)) return folder
  }
}

function fingerprintOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false })
  return found ? `${found.size} ${found.mtimeMs}` : 'missing'
}
