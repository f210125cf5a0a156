/** Turns: numbered once and for all, edited in place, removed with undo. */
import { fail } from '../../../models/core/failure.ts'
import type { Id, Speaker, Turn } from '../../../models/session/session.ts'
import type { NewTurn } from '../../../models/session/store.ts'
import { exactText, newId, type AuditedDatabase } from '../audited-database.ts'
import type { SearchIndex } from './search.ts'
import { sessionRow, touchSession, writableSession } from './session-rows.ts'

interface TurnRow {
  readonly row: number
  readonly id: Id
  readonly number: number
  readonly speaker: Speaker
  readonly text: string
  readonly at_ms: number
  readonly recorded_at: string
  readonly edited_at: string | null
  readonly removed_at: string | null
}

const selectTurn =
  'SELECT row, id, number, speaker, text, at_ms, recorded_at, edited_at, removed_at FROM turns'

export class Turns {
  readonly #audited: AuditedDatabase
  readonly #search: SearchIndex

  constructor(audited: AuditedDatabase, search: SearchIndex) {
    this.#audited = audited
    this.#search = search
  }

  add(session: Id, { speaker, text, atMs }: NewTurn): Turn {
    const { database } = this.#audited
    return this.#audited.change((log) => {
      const { row: sessionNumber, next_turn: number } = writableSession(database, session)
      const id = newId()
      const at = this.#audited.now()
      const { row } = database.run(
        'INSERT INTO turns (id, session, number, speaker, text, at_ms, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        id,
        sessionNumber,
        number,
        speaker,
        exactText(text),
        atMs,
        at,
      )
      database.run('UPDATE sessions SET next_turn = ? WHERE row = ?', number + 1, sessionNumber)
      this.#search.add(sessionNumber, 'turn', row, text)
      touchSession(this.#audited, sessionNumber, at)
      log('turn.add', id)
      return { id, number, speaker, text, atMs, recordedAt: at, editedAt: null }
    })
  }

  edit(session: Id, turn: Id, change: { readonly speaker?: Speaker; readonly text?: string }): Turn {
    const { database } = this.#audited
    return this.#audited.change((log) => {
      const { row: sessionNumber } = writableSession(database, session)
      const before = this.#present(sessionNumber, turn)
      const at = this.#audited.now()
      const after: TurnRow = {
        ...before,
        speaker: change.speaker ?? before.speaker,
        text: exactText(change.text ?? before.text),
        edited_at: at,
      }
      database.run(
        'UPDATE turns SET speaker = ?, text = ?, edited_at = ? WHERE row = ?',
        after.speaker,
        after.text,
        at,
        before.row,
      )
      if (after.text !== before.text) {
        this.#search.remove('turn', before.row, before.text)
        this.#search.add(sessionNumber, 'turn', before.row, after.text)
      }
      touchSession(this.#audited, sessionNumber, at)
      log('turn.edit', turn)
      return toTurn(after)
    })
  }

  remove(session: Id, turn: Id): void {
    const { database } = this.#audited
    this.#audited.change((log) => {
      const { row: sessionNumber } = writableSession(database, session)
      const { row, text } = this.#present(sessionNumber, turn)
      const at = this.#audited.now()
      database.run('UPDATE turns SET removed_at = ? WHERE row = ?', at, row)
      this.#search.remove('turn', row, text)
      touchSession(this.#audited, sessionNumber, at)
      log('turn.remove', turn)
    })
  }

  /** Puts a removed turn back under its own number. Audited as an edit: it had never left the database. */
  restore(session: Id, turn: Id): Turn {
    const { database } = this.#audited
    return this.#audited.change((log) => {
      const { row: sessionNumber } = writableSession(database, session)
      const found = this.#find(sessionNumber, turn)
      if (found.removed_at === null)
        fail('conflict', 'This turn is still in the session; nothing needs restoring.')
      database.run('UPDATE turns SET removed_at = NULL WHERE row = ?', found.row)
      this.#search.add(sessionNumber, 'turn', found.row, found.text)
      touchSession(this.#audited, sessionNumber, this.#audited.now())
      log('turn.edit', turn)
      return toTurn(found)
    })
  }

  list(session: Id): readonly Turn[] {
    const { database } = this.#audited
    return database
      .all<TurnRow>(
        `${selectTurn} WHERE session = ? AND removed_at IS NULL ORDER BY number`,
        sessionRow(database, session).row,
      )
      .map(toTurn)
  }

  #present(session: number, turn: Id): TurnRow {
    const found = this.#find(session, turn)
    if (found.removed_at !== null)
      fail('conflict', 'This turn was removed. Undo the removal before changing it.')
    return found
  }

  #find(session: number, turn: Id): TurnRow {
    const row = this.#audited.database.get<TurnRow>(
      `${selectTurn} WHERE id = ? AND session = ?`,
      turn,
      session,
    )
    return (
      row ??
      fail('not-found', 'This turn is not in the session. Open the session again to see what is saved.')
    )
  }
}

function toTurn({ id, number, speaker, text, at_ms, recorded_at, edited_at }: TurnRow): Turn {
  return { id, number, speaker, text, atMs: at_ms, recordedAt: recorded_at, editedAt: edited_at }
}
