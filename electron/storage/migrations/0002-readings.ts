/** Consent names its person and may be about what words express; readings of expression on the timeline. */
import type { Migration } from '../migrate.ts'

export const readingsMigration: Migration = {
  version: 2,
  name: 'readings',
  sql: `
    -- A check cannot be changed in place. Nothing refers to this table.
    CREATE TABLE consents_with_person (
      row INTEGER PRIMARY KEY,
      session INTEGER NOT NULL REFERENCES sessions (row) ON DELETE CASCADE,
      modality TEXT NOT NULL CHECK (modality IN ('text', 'microphone', 'camera', 'words')),
      granted INTEGER NOT NULL CHECK (granted IN (0, 1)),
      wording TEXT NOT NULL,
      -- Whom the session named when the answer was given.
      person TEXT NOT NULL,
      recorded_by TEXT NOT NULL,
      at TEXT NOT NULL
    ) STRICT;
    INSERT INTO consents_with_person (row, session, modality, granted, wording, person, recorded_by, at)
      SELECT c.row, c.session, c.modality, c.granted, c.wording, s.person, c.recorded_by, c.at
        FROM consents c JOIN sessions s ON s.row = c.session;
    DROP TABLE consents;
    ALTER TABLE consents_with_person RENAME TO consents;
    CREATE INDEX consents_by_session ON consents (session, modality);

    CREATE TABLE readings (
      row INTEGER PRIMARY KEY,
      session INTEGER NOT NULL REFERENCES sessions (row) ON DELETE CASCADE,
      source TEXT NOT NULL CHECK (source IN ('face', 'voice', 'text', 'fused')),
      at_ms INTEGER NOT NULL CHECK (at_ms >= 0),
      turn INTEGER,
      -- JSON: probability per label; null when nothing could be read.
      scores TEXT,
      quality REAL,
      uncertainty REAL,
      -- JSON array of words.
      reasons TEXT NOT NULL,
      CHECK ((scores IS NULL) = (uncertainty IS NULL))
    ) STRICT;
    CREATE INDEX readings_by_session ON readings (session, source);
  `,
}
