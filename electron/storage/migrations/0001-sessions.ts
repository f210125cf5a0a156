/** Sessions with everything in them, settings, the search index and the audit trail. */
import type { Migration } from '../migrate.ts'

export const sessionsMigration: Migration = {
  version: 1,
  name: 'sessions',
  sql: `
    -- Which vault this is; the key file names the same id.
    CREATE TABLE vault (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      id TEXT NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;

    CREATE TABLE settings (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE sessions (
      row INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL CHECK (kind IN ('consult', 'practice', 'video')),
      person TEXT NOT NULL,
      reason TEXT NOT NULL,
      sample TEXT,
      created_at TEXT NOT NULL,
      updated_at TEXT NOT NULL,
      trashed_at TEXT,
      -- Audit sequence of the last change: orders sessions whatever the clock says.
      changed INTEGER NOT NULL,
      -- The next turn's number: kept here, so that removing the last turn does not free its number.
      next_turn INTEGER NOT NULL DEFAULT 1,
      note_revision INTEGER NOT NULL DEFAULT 0,
      note_saved_at TEXT
    ) STRICT;
    CREATE INDEX sessions_by_change ON sessions (changed);

    CREATE TABLE session_tags (
      session INTEGER NOT NULL REFERENCES sessions (row) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      tag TEXT NOT NULL,
      PRIMARY KEY (session, position),
      UNIQUE (session, tag)
    ) STRICT, WITHOUT ROWID;

    -- Every answer ever given; the last one per modality is in force.
    CREATE TABLE consents (
      row INTEGER PRIMARY KEY,
      session INTEGER NOT NULL REFERENCES sessions (row) ON DELETE CASCADE,
      modality TEXT NOT NULL CHECK (modality IN ('text', 'microphone', 'camera')),
      granted INTEGER NOT NULL CHECK (granted IN (0, 1)),
      wording TEXT NOT NULL,
      recorded_by TEXT NOT NULL,
      at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX consents_by_session ON consents (session, modality);

    CREATE TABLE turns (
      row INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      session INTEGER NOT NULL REFERENCES sessions (row) ON DELETE CASCADE,
      number INTEGER NOT NULL CHECK (number >= 1),
      speaker TEXT NOT NULL CHECK (speaker IN ('patient', 'clinician', 'other')),
      text TEXT NOT NULL,
      at_ms INTEGER NOT NULL CHECK (at_ms >= 0),
      recorded_at TEXT NOT NULL,
      edited_at TEXT,
      -- Set by removal, cleared by undo; purged with the trash.
      removed_at TEXT,
      UNIQUE (session, number)
    ) STRICT;
    CREATE INDEX turns_removed ON turns (removed_at) WHERE removed_at IS NOT NULL;

    CREATE TABLE chat_messages (
      row INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      session INTEGER NOT NULL REFERENCES sessions (row) ON DELETE CASCADE,
      author TEXT NOT NULL CHECK (author IN ('clinician', 'model')),
      text TEXT NOT NULL,
      at TEXT NOT NULL,
      provenance TEXT,
      CHECK ((author = 'model') = (provenance IS NOT NULL))
    ) STRICT;
    CREATE INDEX chat_by_session ON chat_messages (session);

    CREATE TABLE suggestions (
      row INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      session INTEGER NOT NULL REFERENCES sessions (row) ON DELETE CASCADE,
      question TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('offered', 'used', 'skipped')),
      provenance TEXT NOT NULL
    ) STRICT;
    CREATE INDEX suggestions_by_session ON suggestions (session);

    -- A section's text from one revision on, until a later row of the same section.
    CREATE TABLE note_texts (
      row INTEGER PRIMARY KEY,
      session INTEGER NOT NULL REFERENCES sessions (row) ON DELETE CASCADE,
      section TEXT NOT NULL CHECK (section IN ('subjective', 'objective', 'assessment', 'plan')),
      revision INTEGER NOT NULL CHECK (revision >= 1),
      text TEXT NOT NULL,
      provenance TEXT,
      saved_at TEXT NOT NULL,
      UNIQUE (session, section, revision)
    ) STRICT;

    -- What can be found: one row for each searchable text, in order of writing.
    CREATE TABLE passages (
      row INTEGER PRIMARY KEY,
      session INTEGER NOT NULL REFERENCES sessions (row) ON DELETE CASCADE,
      place TEXT NOT NULL CHECK (place IN ('turn', 'chat', 'note', 'session')),
      -- Row of the text in the table that its place names.
      item INTEGER NOT NULL,
      UNIQUE (place, item)
    ) STRICT;
    CREATE INDEX passages_by_session ON passages (session);

    -- Trigrams find "card" in "tachycardia" and work without spaces between words. The index holds
    -- no text of its own, and secure-delete takes a deleted text's trigrams out at once.
    CREATE VIRTUAL TABLE passage_words USING fts5 (text, content = '', tokenize = 'trigram remove_diacritics 1');
    INSERT INTO passage_words (passage_words, rank) VALUES ('secure-delete', 1);

    CREATE TABLE audit (
      sequence INTEGER PRIMARY KEY,
      at TEXT NOT NULL,
      user TEXT NOT NULL,
      action TEXT NOT NULL,
      object TEXT,
      outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
      mac BLOB NOT NULL
    ) STRICT;
    CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
      BEGIN SELECT RAISE (ABORT, 'the audit trail is append-only'); END;
    CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit
      BEGIN SELECT RAISE (ABORT, 'the audit trail is append-only'); END;

    -- Breaks found at an unlock, which would otherwise be hidden by the entries that follow.
    CREATE TABLE audit_breaks (
      row INTEGER PRIMARY KEY,
      sequence INTEGER NOT NULL,
      reason TEXT NOT NULL,
      found_at TEXT NOT NULL
    ) STRICT;
  `,
}
