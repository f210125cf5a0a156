/** What the bundled SQLite really does, read from a real database. */
import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databaseCompanions } from './layout.ts'
import { SqliteDatabase } from './database.ts'
import { newDataKey } from './keys.ts'

export interface DatabaseFacts {
  readonly sqliteVersion: string
  readonly cipherVersion: string
  readonly cipher: string
  /** As SQLite reports it in force after opening. */
  readonly synchronous: 'off' | 'normal' | 'full' | 'extra'
  readonly journalMode: string
  /** Whether the file on disk does not start like an unencrypted database. */
  readonly encrypted: boolean
}

const levels = ['off', 'normal', 'full', 'extra'] as const

/** Makes an empty database in the temporary folder, asks it, and removes it. */
export function databaseFacts(): DatabaseFacts {
  const file = join(tmpdir(), `consilium-facts-${randomUUID()}.db`)
  const key = newDataKey()
  try {
    const database = SqliteDatabase.open(file, key, { mode: 'create' })
    try {
      const versions = database.get<{ sqlite: string; cipher: string }>(
        'SELECT sqlite_version() AS sqlite, sqlite3mc_version() AS cipher',
      )
      database.emptyLog()
      return {
        sqliteVersion: versions?.sqlite ?? 'unknown',
        cipherVersion: versions?.cipher ?? 'unknown',
        cipher: String(database.pragma('cipher')),
        synchronous: levels[Number(database.pragma('synchronous'))] ?? 'off',
        journalMode: String(database.pragma('journal_mode')),
        encrypted: !readFileSync(file).subarray(0, 15).equals(Buffer.from('SQLite format 3')),
      }
    } finally {
      database.close()
    }
  } finally {
    key.fill(0)
    for (const suffix of ['', ...databaseCompanions]) rmSync(file + suffix, { force: true })
  }
}
