/** Sessions as a whole: made, listed, changed, put in the trash and destroyed. */
import { fail } from '../../../models/core/failure.ts'
import type { Id, Session, SessionSummary } from '../../../models/session/session.ts'
import type { NewSession, SessionFilter, SessionStore } from '../../../models/session/store.ts'
import { exactText, newId, type AuditedDatabase } from '../audited-database.ts'
import { insertConsent } from './consents.ts'
import { firstWords } from './excerpt.ts'
import type { SearchIndex } from './search.ts'
import {
  selectSession,
  sessionRow,
  toSession,
  touchSession,
  writableSession,
  type SessionRow,
} from './session-rows.ts'

export const trashDays = 30
const dayMs = 24 * 60 * 60 * 1000
const excerptLength = 120
/** A longer pause since the last entry may be a wrong clock; the trash is then left for the next opening. */
const longestTrustedPauseDays = 90

interface SummaryRow extends SessionRow {
  readonly turns: number
  readonly has_note: number
  readonly last_text: string | null
}

/** Enough of the last turn for an excerpt; a long turn is not read whole for a list. */
const selectSummaries = `SELECT s.*,
    (SELECT count(*) FROM turns t WHERE t.session = s.row AND t.removed_at IS NULL) AS turns,
    (SELECT substr(t.text, 1, 1000) FROM turns t WHERE t.session = s.row AND t.removed_at IS NULL
      ORDER BY t.number DESC LIMIT 1) AS last_text,
    EXISTS (SELECT 1 FROM note_texts n WHERE n.session = s.row AND trim(n.text, char(32, 9, 10, 13)) <> ''
      AND n.revision = (SELECT max(revision) FROM note_texts m WHERE m.session = n.session AND m.section = n.section)
    ) AS has_note
  FROM sessions s`

export class Sessions {
  readonly #audited: AuditedDatabase
  readonly #search: SearchIndex

  constructor(audited: AuditedDatabase, search: SearchIndex) {
    this.#audited = audited
    this.#search = search
  }

  create(session: NewSession): Session {
    const { database, trail } = this.#audited
    return this.#audited.change((log) => {
      const id = newId()
      const at = this.#audited.now()
      const { row } = database.run(
        `INSERT INTO sessions (id, kind, person, reason, sample, created_at, updated_at, changed)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        session.kind,
        exactText(session.person),
        exactText(session.reason),
        session.sample,
        at,
        at,
        trail.next,
      )
      this.#setTags(row, session.tags)
      this.#search.add(row, 'session', row, aboutText(session))
      log('session.create', id)
      for (const { modality, granted } of session.consents) {
        insertConsent(this.#audited, { row, person: session.person }, modality, granted)
        log(granted ? 'consent.grant' : 'consent.withdraw', id)
      }
      return this.#read(id)
    })
  }

  update(id: Id, change: Parameters<SessionStore['updateSession']>[1]): Session {
    const { database } = this.#audited
    return this.#audited.change((log) => {
      const before = writableSession(database, id)
      const person = exactText(change.person ?? before.person)
      const reason = exactText(change.reason ?? before.reason)
      this.#search.remove('session', before.row, aboutText(before))
      database.run('UPDATE sessions SET person = ?, reason = ? WHERE row = ?', person, reason, before.row)
      this.#search.add(before.row, 'session', before.row, aboutText({ person, reason }))
      if (change.tags) this.#setTags(before.row, change.tags)
      touchSession(this.#audited, before.row, this.#audited.now())
      log('session.update', id)
      return this.#read(id)
    })
  }

  list({ trashed, tag, kind }: SessionFilter): readonly SessionSummary[] {
    const { database } = this.#audited
    return database
      .all<SummaryRow>(
        `${selectSummaries} WHERE (s.trashed_at IS NOT NULL) = ? AND s.kind = coalesce(?, s.kind)
           AND (? OR EXISTS (SELECT 1 FROM session_tags g WHERE g.session = s.row AND g.tag = ?))
         ORDER BY s.changed DESC`,
        Number(trashed),
        kind,
        Number(tag === null),
        tag,
      )
      .map((row) => ({
        session: toSession(database, row),
        turns: row.turns,
        hasNote: row.has_note === 1,
        excerpt: firstWords(row.last_text ?? '', excerptLength),
      }))
  }

  /** Every tag in use outside the trash, the most used first. */
  tags(): readonly { readonly tag: string; readonly sessions: number }[] {
    return this.#audited.database.all<{ tag: string; sessions: number }>(
      `SELECT g.tag, count(*) AS sessions FROM session_tags g JOIN sessions s ON s.row = g.session
        WHERE s.trashed_at IS NULL GROUP BY g.tag ORDER BY sessions DESC, g.tag`,
    )
  }

  trash(id: Id): Session {
    return this.#audited.change((log) => {
      const { row } = writableSession(this.#audited.database, id)
      this.#setTrashed(row, this.#audited.now())
      log('session.trash', id)
      return this.#read(id)
    })
  }

  restore(id: Id): Session {
    return this.#audited.change((log) => {
      const { row, trashed_at } = sessionRow(this.#audited.database, id)
      if (trashed_at === null) fail('conflict', 'This session is not in the trash; nothing needs restoring.')
      this.#setTrashed(row, null)
      log('session.restore', id)
      return this.#read(id)
    })
  }

  destroy(id: Id): void {
    this.#audited.change((log) => {
      const { row, trashed_at } = sessionRow(this.#audited.database, id)
      if (trashed_at === null)
        fail('conflict', 'Only a session in the trash can be destroyed. Move it there first.')
      this.#erase(row)
      log('session.destroy', id)
    })
    this.#audited.database.emptyLog()
  }

  /**
   * Destroys sessions, and removed turns of kept sessions, that have waited longer than the retention.
   * After a pause of more than 90 days it waits for the next opening: the clock may be wrong.
   */
  emptyExpiredTrash(now: Date): number {
    const { database } = this.#audited
    if (!this.#trustsClock(now)) return 0
    const limit = new Date(now.getTime() - trashDays * dayMs).toISOString()
    const expired = database.all<{ row: number; id: Id }>(
      'SELECT row, id FROM sessions WHERE trashed_at < ?',
      limit,
    )
    const removed = database.get<{ turns: number }>(
      'SELECT count(*) AS turns FROM turns WHERE removed_at < ?',
      limit,
    )
    if (expired.length === 0 && !removed?.turns) return 0
    this.#audited.change((log) => {
      for (const { row, id } of expired) {
        this.#erase(row)
        log('session.destroy', id)
      }
      const purged = database.all<{ id: Id }>('DELETE FROM turns WHERE removed_at < ? RETURNING id', limit)
      for (const { id } of purged) log('turn.remove', id)
    })
    database.emptyLog()
    return expired.length
  }

  #trustsClock(now: Date): boolean {
    const last = this.#audited.trail.lastTimeAtOpening
    return last === null || Math.abs(now.getTime() - Date.parse(last)) <= longestTrustedPauseDays * dayMs
  }

  /** The foreign keys take every other row of the session along. */
  #erase(row: number): void {
    this.#search.removeSession(row)
    this.#audited.database.run('DELETE FROM sessions WHERE row = ?', row)
  }

  #read(id: Id): Session {
    const { database } = this.#audited
    const row = database.get<SessionRow>(`${selectSession} WHERE id = ?`, id)
    if (!row) throw new Error('a session vanished inside its own transaction')
    return toSession(database, row)
  }

  #setTrashed(row: number, at: string | null): void {
    this.#audited.database.run('UPDATE sessions SET trashed_at = ? WHERE row = ?', at, row)
    touchSession(this.#audited, row, this.#audited.now())
  }

  #setTags(row: number, tags: readonly string[]): void {
    const { database } = this.#audited
    database.run('DELETE FROM session_tags WHERE session = ?', row)
    const distinct = [...new Set(tags.map((tag) => exactText(tag).trim()).filter((tag) => tag !== ''))]
    distinct.forEach((tag, position) =>
      database.run('INSERT INTO session_tags (session, position, tag) VALUES (?, ?, ?)', row, position, tag),
    )
  }
}

/** What a search for a session itself looks through. */
function aboutText({ person, reason }: Pick<Session, 'person' | 'reason'>): string {
  return `${person}\n${reason}`
}
