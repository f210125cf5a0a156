/**
 * Setting damaged or replaced databases aside. Only old ones beyond a number are ever deleted, and never
 * the newest.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
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

/** Most databases kept aside; older ones go once they have been kept for the days below. */
export const keptQuarantined = 5
export const keptQuarantinedDays = 90

/**
 * Folders that may be deleted: all but the newest `keptQuarantined`, and of those beyond it only what was
 * set aside more than `keptQuarantinedDays` ago. Names are dates, so their order is that of time; what is
 * named otherwise was not put there by us and stays.
 */
export function expiredQuarantine(quarantine: string, now: Date): readonly string[] {
  if (!existsSync(quarantine)) return []
  const limit = now.getTime() - keptQuarantinedDays * 24 * 3600 * 1000
  const newestFirst = readdirSync(quarantine)
    .map((name) => ({ name, at: setAsideAt(name) }))
    .filter((each): each is { name: string; at: number } => each.at !== null)
    .sort((a, b) => b.at - a.at || b.name.localeCompare(a.name, 'en', { numeric: true }))
  return newestFirst
    .slice(keptQuarantined)
    .filter(({ at }) => at < limit)
    .map(({ name }) => join(quarantine, name))
}

export function deleteQuarantined(folder: string): void {
  withStorageFailures(() => removeDurably(folder))
}

function setAsideAt(name: string): number | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3}Z)(?:-\d+)?$/.exec(name)
  const time = match ? Date.parse(`${match[1]}:${match[2]}:${match[3]}.${match[4]}`) : NaN
  return Number.isNaN(time) ? null : time
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
