/** Brings a database to this version's schema, one numbered step at a time. */
import { fail } from '../../models/core/failure.ts'
import type { SqliteDatabase } from './database.ts'

export interface Migration {
  /** The schema version it leads to: 1, 2, 3 ... without gaps. */
  readonly version: number
  readonly name: string
  /** Statements that may hold no transaction of their own. */
  readonly sql: string
}

export function schemaVersion(database: SqliteDatabase): number {
  return Number(database.pragma('user_version'))
}

export function latestVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0
}

/** Fails with `database-newer` when a later Consilium has written the database. Reads only. */
export function refuseNewerSchema(database: SqliteDatabase, migrations: readonly Migration[]): void {
  const found = schemaVersion(database)
  const known = latestVersion(migrations)
  if (found > known)
    fail(
      'database-newer',
      'A newer Consilium has saved this data, and this one cannot read it. Nothing was changed; install the newer version again to go on.',
      { found, known },
    )
}

/**
 * Applies what is missing, each step in one transaction that also raises the version: a crash leaves
 * the schema before or after a step, never between. `before` runs once, when there is anything to do
 * on a database that already holds data.
 */
export function migrate(
  database: SqliteDatabase,
  migrations: readonly Migration[],
  before: () => void = () => undefined,
): void {
  refuseNewerSchema(database, migrations)
  const current = schemaVersion(database)
  const missing = migrations.filter(({ version }) => version > current)
  if (missing.length > 0 && current > 0) before()
  for (const { version, sql } of missing)
    database.transaction(() => {
      database.execute(sql)
      database.pragma(`user_version = ${version}`)
    })
}
