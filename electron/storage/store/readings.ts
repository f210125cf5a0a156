/** Readings of expression on a session's timeline: added as they come, listed, deleted by source. */
import type { Id } from '../../../models/session/session.ts'
import type { KeptReading, ReadingSource } from '../../../models/session/kept-reading.ts'
import type { AuditedDatabase } from '../audited-database.ts'
import { sessionRow, writableSession } from './session-rows.ts'

interface ReadingRow {
  readonly source: ReadingSource
  readonly at_ms: number
  readonly turn: number | null
  readonly scores: string | null
  readonly quality: number | null
  readonly uncertainty: number | null
  readonly reasons: string
}

/** How long one audit row stands for what is added to its session, in ms: more would bury the rest of the trail. */
const rowStandsFor = 60_000

export class Readings {
  readonly #audited: AuditedDatabase
  /** When the latest audit row of each session was written. */
  readonly #loggedAt = new Map<Id, number>()

  constructor(audited: AuditedDatabase) {
    this.#audited = audited
  }

  /** On disk when it returns; nothing at all for none. One audit row for the first of a minute. */
  add(session: Id, readings: readonly KeptReading[]): void {
    if (readings.length === 0) return
    const { database } = this.#audited
    const now = Date.parse(this.#audited.now())
    const isLogged = Math.abs(now - (this.#loggedAt.get(session) ?? -Infinity)) >= rowStandsFor
    this.#audited.change((log) => {
      const { row } = writableSession(database, session)
      for (const { source, atMs, turn, scores, quality, uncertainty, reasons } of readings)
        database.run(
          `INSERT INTO readings (session, source, at_ms, turn, scores, quality, uncertainty, reasons)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          row,
          source,
          atMs,
          turn,
          scores && JSON.stringify(scores),
          quality,
          uncertainty,
          JSON.stringify(reasons),
        )
      if (isLogged) log('reading.add', session)
    })
    if (isLogged) this.#loggedAt.set(session, now)
  }

  /** In order of time. */
  list(session: Id): readonly KeptReading[] {
    const { database } = this.#audited
    return database
      .all<ReadingRow>(
        `SELECT source, at_ms, turn, scores, quality, uncertainty, reasons FROM readings
          WHERE session = ? ORDER BY at_ms, row`,
        sessionRow(database, session).row,
      )
      .map(({ source, at_ms, turn, scores, quality, uncertainty, reasons }) => ({
        source,
        atMs: at_ms,
        turn,
        // Written by `add` from the same shapes, in a database that authenticates its pages.
        scores: scores === null ? null : (JSON.parse(scores) as Record<string, number>),
        quality,
        uncertainty,
        reasons: JSON.parse(reasons) as string[],
      }))
  }

  /** Returns how many were deleted. */
  remove(session: Id, sources: readonly ReadingSource[]): number {
    const { database } = this.#audited
    let removed = 0
    // What is added after a deletion is told again.
    this.#loggedAt.delete(session)
    this.#audited.change((log) => {
      const { row } = sessionRow(database, session)
      for (const source of new Set(sources))
        removed += database.run('DELETE FROM readings WHERE session = ? AND source = ?', row, source).changes
      log('reading.remove', session)
    })
    database.emptyLog()
    return removed
  }
}
