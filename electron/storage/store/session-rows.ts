/** How a session is stored and read back, shared by everything that hangs on one. */
import { fail } from '../../../models/core/failure.ts'
import type { Id, Session, SessionKind } from '../../../models/session/session.ts'
import type { AuditedDatabase } from '../audited-database.ts'
import type { SqliteDatabase } from '../database.ts'

export interface SessionRow {
  readonly row: number
  readonly id: Id
  readonly kind: SessionKind
  readonly person: string
  readonly reason: string
  readonly sample: string | null
  readonly created_at: string
  readonly updated_at: string
  readonly trashed_at: string | null
  readonly next_turn: number
  readonly note_revision: number
  readonly note_saved_at: string | null
}

export const selectSession = `SELECT row, id, kind, person, reason, sample, created_at, updated_at, trashed_at,
    next_turn, note_revision, note_saved_at FROM sessions`

export function sessionRow(database: SqliteDatabase, id: Id): SessionRow {
  const row = database.get<SessionRow>(`${selectSession} WHERE id = ?`, id)
  return row ?? fail('not-found', 'This session no longer exists. Choose another one from the library.')
}

/** The row of a session that may be written to: one that is not in the trash. */
export function writableSession(database: SqliteDatabase, id: Id): SessionRow {
  const row = sessionRow(database, id)
  if (row.trashed_at !== null)
    fail('conflict', 'This session is in the trash. Restore it from the library before changing it.')
  return row
}

export function toSession(database: SqliteDatabase, row: SessionRow): Session {
  return {
    id: row.id,
    kind: row.kind,
    person: row.person,
    reason: row.reason,
    tags: database
      .all<{ tag: string }>('SELECT tag FROM session_tags WHERE session = ? ORDER BY position', row.row)
      .map(({ tag }) => tag),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    trashedAt: row.trashed_at,
    sample: row.sample,
  }
}

/** Marks a session as just changed. Runs inside the caller's transaction. */
export function touchSession({ database, trail }: AuditedDatabase, session: number, at: string): void {
  database.run('UPDATE sessions SET updated_at = ?, changed = ? WHERE row = ?', at, trail.next, session)
}
