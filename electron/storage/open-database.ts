/** An opened vault's parts: the connection, its audit trail and its store, made and closed together. */
import { randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { fail } from '../../models/core/failure.ts'
import { AuditAnchor } from './audit-anchor.ts'
import { AuditTrail } from './audit.ts'
import { AuditedDatabase } from './audited-database.ts'
import { SqliteDatabase, type CheckDepth } from './database.ts'
import { databaseCompanions } from './layout.ts'
import { withStorageFailures } from './errors.ts'
import { deriveKey } from './keys.ts'
import { migrate, refuseNewerSchema, type Migration } from './migrate.ts'
import { SqliteSessionStore } from './session-store.ts'
import { readSettings } from './store/settings.ts'

export interface DatabaseFiles {
  readonly database: string
  readonly anchor: string
}

export interface DatabaseIdentity {
  readonly dataKey: Uint8Array
  readonly databaseId: string
}

export class OpenDatabase {
  readonly database: SqliteDatabase
  readonly audited: AuditedDatabase
  readonly store: SqliteSessionStore

  private constructor(database: SqliteDatabase, audited: AuditedDatabase) {
    this.database = database
    this.audited = audited
    this.store = new SqliteSessionStore(audited)
  }

  /** Makes a new database for `databaseId`; the file must not exist. */
  static create(
    files: DatabaseFiles,
    identity: DatabaseIdentity,
    { migrations, clock }: { readonly migrations: readonly Migration[]; readonly clock: () => Date },
  ): OpenDatabase {
    const database = SqliteDatabase.open(files.database, identity.dataKey, { mode: 'create' })
    return closingOnError(database, () => {
      migrate(database, migrations)
      database.transaction(() =>
        database.run(
          'INSERT INTO vault (only, id, created_at) VALUES (1, ?, ?)',
          identity.databaseId,
          clock().toISOString(),
        ),
      )
      return OpenDatabase.#join(database, files, identity, clock)
    })
  }

  /**
   * Opens an existing database. A newer schema is refused before anything is written; `check` reads
   * every page first; `beforeMigration` runs when an older schema is about to be raised.
   */
  static open(
    files: DatabaseFiles,
    identity: DatabaseIdentity,
    options: {
      readonly migrations: readonly Migration[]
      readonly clock: () => Date
      readonly check: boolean
      readonly beforeMigration: (database: SqliteDatabase) => void
    },
  ): OpenDatabase {
    probe(files.database, identity.dataKey, options.migrations)
    const database = SqliteDatabase.open(files.database, identity.dataKey, { mode: 'open' })
    return closingOnError(database, () => {
      if (options.check) requireSound(database)
      migrate(database, options.migrations, () => options.beforeMigration(database))
      requireIdentity(database, identity.databaseId)
      return OpenDatabase.#join(database, files, identity, options.clock)
    })
  }

  static #join(
    database: SqliteDatabase,
    files: DatabaseFiles,
    { dataKey, databaseId }: DatabaseIdentity,
    clock: () => Date,
  ): OpenDatabase {
    const anchor = withStorageFailures(() =>
      AuditAnchor.open(files.anchor, deriveKey(dataKey, databaseId, 'audit anchor')),
    )
    const trail = new AuditTrail(database, deriveKey(dataKey, databaseId, 'audit trail'), anchor)
    const user = (): string => readSettings(database).userName
    return new OpenDatabase(database, new AuditedDatabase(database, trail, clock, user))
  }

  close(): void {
    try {
      this.audited.trail.close()
    } finally {
      this.database.close()
    }
  }
}

export function newDatabaseId(): string {
  return randomBytes(16).toString('hex')
}

/** Fails with `database-damaged` unless every page can be read and every tree is in order, as `check` says. */
export function requireSound(database: SqliteDatabase, depth: CheckDepth = 'quick'): void {
  const finding = database.check(depth)
  if (finding !== null)
    fail('database-damaged', 'The database is damaged: a part of it cannot be read. Restore a backup.', {
      finding: finding.slice(0, 200),
    })
}

function requireIdentity(database: SqliteDatabase, databaseId: string): void {
  const row = database.get<{ id: string }>('SELECT id FROM vault')
  if (row?.id !== databaseId)
    fail('database-damaged', 'The database and the key file do not belong together. Restore a backup.')
}

function probe(file: string, dataKey: Uint8Array, migrations: readonly Migration[]): void {
  const left = databaseCompanions.map((suffix) => file + suffix).filter((name) => !existsSync(name))
  const database = SqliteDatabase.open(file, dataKey, { mode: 'probe' })
  try {
    refuseNewerSchema(database, migrations)
  } finally {
    database.close()
    // A reading connection leaves an empty log and its index behind.
    for (const name of left) rmSync(name, { force: true })
  }
}

function closingOnError<T>(database: SqliteDatabase, work: () => T): T {
  try {
    return work()
  } catch (error) {
    database.close()
    throw error
  }
}
