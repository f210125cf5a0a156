/** Second migrations that only tests apply. */
import type { Migration } from '../../../electron/storage/migrate.ts'
import { migrations } from '../../../electron/storage/migrations/index.ts'

const filled = Array.from(
  { length: 40 },
  (_, step) => `
    CREATE TABLE step_${step} (row INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
    INSERT INTO step_${step} (text) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
      SELECT hex(randomblob(100)) FROM n;`,
)

/** Takes long enough to be killed in the middle. */
export const longMigrations: readonly Migration[] = [
  ...migrations,
  { version: migrations.length + 1, name: 'long', sql: filled.join('\n') },
]

/** Changes something and then fails. */
export const failingMigrations: readonly Migration[] = [
  ...migrations,
  {
    version: migrations.length + 1,
    name: 'failing',
    sql: 'CREATE TABLE half_done (row INTEGER PRIMARY KEY) STRICT; DELETE FROM settings; SELECT no_such_function(1);',
  },
]

export const nextMigrations: readonly Migration[] = [
  ...migrations,
  {
    version: migrations.length + 1,
    name: 'next',
    sql: 'CREATE TABLE added (row INTEGER PRIMARY KEY) STRICT;',
  },
]
