/** Where each file of a vault lies inside its folder. No name carries anything about a patient. */
import { join } from 'node:path'

export interface VaultLayout {
  readonly folder: string
  readonly database: string
  readonly keys: string
  readonly keysCopy: string
  readonly anchor: string
  readonly attempts: string
  /** Exists while the database is open, so that its presence at the next start means a crash. */
  readonly openMarker: string
  /** What was found damaged and where it was set aside. */
  readonly damage: string
  readonly backups: string
  readonly quarantine: string
  /** A new set of files being prepared; worthless until it is renamed to `staged`. */
  readonly staging: string
  /** A complete new set of files waiting to be moved into place. */
  readonly staged: string
}

export function vaultLayout(folder: string): VaultLayout {
  return {
    folder,
    database: join(folder, 'consilium.db'),
    keys: join(folder, 'keys.json'),
    keysCopy: join(folder, 'keys.copy.json'),
    anchor: join(folder, 'audit.anchor'),
    attempts: join(folder, 'attempts.json'),
    openMarker: join(folder, 'open'),
    damage: join(folder, 'damage.json'),
    backups: join(folder, 'backups'),
    quarantine: join(folder, 'quarantine'),
    staging: join(folder, 'staging'),
    staged: join(folder, 'staged'),
  }
}

/** The files SQLite keeps beside a database. */
export const databaseCompanions = ['-wal', '-shm', '-journal'] as const
