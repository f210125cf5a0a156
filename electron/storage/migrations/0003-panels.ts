/** Second opinions on a session's timeline, and servers that panels may ask. */
import type { Migration } from '../migrate.ts'

export const panelsMigration: Migration = {
  version: 3,
  name: 'panels',
  sql: `
    CREATE TABLE panels (
      row INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      session INTEGER NOT NULL REFERENCES sessions (row) ON DELETE CASCADE,
      after_turn INTEGER NOT NULL CHECK (after_turn >= 0),
      at_ms INTEGER NOT NULL CHECK (at_ms >= 0),
      started_at TEXT NOT NULL,
      ended_at TEXT NOT NULL,
      -- JSON: every prompt, reply, vote and change of mind.
      record TEXT NOT NULL
    ) STRICT;
    CREATE INDEX panels_by_session ON panels (session);

    CREATE TABLE endpoints (
      row INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL UNIQUE,
      url TEXT NOT NULL,
      model TEXT NOT NULL,
      key TEXT
    ) STRICT;
  `,
}
