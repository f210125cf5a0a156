/** Preferences, one row for each that differs from its default. */
import { defaultSettings, type Settings } from '../../../models/session/settings.ts'
import type { AuditedDatabase } from '../audited-database.ts'
import { exactText } from '../audited-database.ts'
import type { SqliteDatabase } from '../database.ts'

export class StoredSettings {
  readonly #audited: AuditedDatabase

  constructor(audited: AuditedDatabase) {
    this.#audited = audited
  }

  read(): Settings {
    return readSettings(this.#audited.database)
  }

  change(change: Partial<Settings>): Settings {
    return this.#audited.change((log) => {
      for (const [name, value] of Object.entries(change))
        if (name in defaultSettings)
          this.#audited.database.run(
            'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
            name,
            exactText(JSON.stringify(value)),
          )
      log('settings.change', null)
      return this.read()
    })
  }
}

export function readSettings(database: SqliteDatabase): Settings {
  const rows = database.all<{ name: string; value: string }>('SELECT name, value FROM settings')
  const known = rows.filter(({ name }) => name in defaultSettings)
  const stored = Object.fromEntries(known.map(({ name, value }) => [name, JSON.parse(value) as unknown]))
  return { ...defaultSettings, ...(stored as Partial<Settings>) }
}
