/** Second opinions on a session's timeline: added whole, listed, deleted. */
import { fail } from '../../../models/core/failure.ts'
import type { KeptPanel } from '../../../models/session/kept-panel.ts'
import type { Id } from '../../../models/session/session.ts'
import type { AuditedDatabase } from '../audited-database.ts'
import { exactText } from '../audited-database.ts'
import { sessionRow, touchSession, writableSession } from './session-rows.ts'

interface PanelRow {
  readonly id: Id
  readonly after_turn: number
  readonly at_ms: number
  readonly started_at: string
  readonly ended_at: string
  readonly record: string
}

const columns = 'p.id, p.after_turn, p.at_ms, p.started_at, p.ended_at, p.record'

const toPanel = ({ id, after_turn, at_ms, started_at, ended_at, record }: PanelRow): KeptPanel => ({
  id,
  afterTurn: after_turn,
  atMs: at_ms,
  startedAt: started_at,
  endedAt: ended_at,
  record,
})

export class Panels {
  readonly #audited: AuditedDatabase

  constructor(audited: AuditedDatabase) {
    this.#audited = audited
  }

  add(session: Id, panel: KeptPanel): void {
    const { database } = this.#audited
    this.#audited.change((log) => {
      const { row } = writableSession(database, session)
      database.run(
        `INSERT INTO panels (id, session, after_turn, at_ms, started_at, ended_at, record)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        panel.id,
        row,
        panel.afterTurn,
        panel.atMs,
        panel.startedAt,
        panel.endedAt,
        exactText(panel.record),
      )
      touchSession(this.#audited, row, panel.endedAt)
      log('panel.add', session)
    })
  }

  /** In order of time. */
  list(session: Id): readonly KeptPanel[] {
    const { database } = this.#audited
    return database
      .all<PanelRow>(
        `SELECT ${columns} FROM panels p WHERE p.session = ? ORDER BY p.row`,
        sessionRow(database, session).row,
      )
      .map(toPanel)
  }

  /** Fails with `not-found`. */
  read(id: Id): { readonly session: Id; readonly panel: KeptPanel } {
    const row =
      this.#audited.database.get<PanelRow & { readonly session_id: Id }>(
        `SELECT ${columns}, s.id AS session_id FROM panels p JOIN sessions s ON s.row = p.session WHERE p.id = ?`,
        id,
      ) ?? fail('not-found', 'This second opinion no longer exists. Choose another one from the timeline.')
    return { session: row.session_id, panel: toPanel(row) }
  }

  remove(id: Id): void {
    const { session } = this.read(id)
    const { database } = this.#audited
    this.#audited.change((log) => {
      writableSession(database, session)
      database.run('DELETE FROM panels WHERE id = ?', id)
      log('panel.remove', session)
    })
    database.emptyLog()
  }
}
