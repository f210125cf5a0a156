/** Full-text search over turns, chat, notes and who a session is about. */
import type { SearchHit } from '../../../models/session/session.ts'
import type { SqliteDatabase } from '../database.ts'
import { excerptAround, foldText } from './excerpt.ts'
import { selectSession, type SessionRow, toSession } from './session-rows.ts'

export type Place = SearchHit['where']

interface PassageRow {
  readonly place: Place
  readonly session: number
  readonly number: number | null
  readonly text: string
}

/** The index knows stretches of three characters; shorter words are looked for in the texts. */
const indexedLength = 3

const passageText = `CASE p.place
    WHEN 'turn' THEN (SELECT text FROM turns WHERE row = p.item)
    WHEN 'chat' THEN (SELECT text FROM chat_messages WHERE row = p.item)
    WHEN 'note' THEN (SELECT text FROM note_texts WHERE row = p.item)
    ELSE (SELECT person || char(10) || reason FROM sessions WHERE row = p.item) END`

const passageColumns = `p.place, p.session,
    (SELECT number FROM turns WHERE p.place = 'turn' AND row = p.item) AS number, ${passageText} AS text`

export class SearchIndex {
  readonly #database: SqliteDatabase
  #shortWords: readonly string[] = []

  constructor(database: SqliteDatabase) {
    this.#database = database
    database.define('holds_short_words', (text) => holdsAll(text, this.#shortWords))
  }

  /** Makes a text findable. Runs inside the caller's transaction, as do the next two. */
  add(session: number, place: Place, item: number, text: string): void {
    const { row } = this.#database.run(
      'INSERT INTO passages (session, place, item) VALUES (?, ?, ?)',
      session,
      place,
      item,
    )
    this.#database.run('INSERT INTO passage_words (rowid, text) VALUES (?, ?)', row, indexed(text))
  }

  /** Takes a text's words out of the index; `text` must be what was added. */
  remove(place: Place, item: number, text: string): void {
    const passage = this.#database.get<{ row: number }>(
      'SELECT row FROM passages WHERE place = ? AND item = ?',
      place,
      item,
    )
    if (passage) this.#forget(passage.row, text)
  }

  /** Takes out everything of a session. */
  removeSession(session: number): void {
    const passages = this.#database.all<{ row: number; text: string }>(
      `SELECT p.row, ${passageText} AS text FROM passages p WHERE p.session = ?`,
      session,
    )
    for (const { row, text } of passages) this.#forget(row, text)
  }

  /**
   * The newest passages that hold every word of `text`, anywhere inside words, whatever their case and
   * accents. Nothing in `text` is read as search syntax. Sessions in the trash are left out.
   */
  find(text: string, limit: number): readonly SearchHit[] {
    const words = foldText(text.replaceAll('\0', ' '))
      .split(/\s+/u)
      .filter((word) => word.length > 0)
    if (words.length === 0) return []
    const long = words.filter((word) => isIndexed(word))
    this.#shortWords = words.filter((word) => !isIndexed(word))
    const conditions = ['s.trashed_at IS NULL']
    if (this.#shortWords.length > 0) conditions.push(`holds_short_words(${passageText})`)
    const rows =
      long.length > 0
        ? this.#database.all<PassageRow>(
            `SELECT ${passageColumns} FROM passage_words w
               JOIN passages p ON p.row = w.rowid JOIN sessions s ON s.row = p.session
              WHERE passage_words MATCH ? AND ${conditions.join(' AND ')} ORDER BY w.rowid DESC LIMIT ?`,
            long.map(asPhrase).join(' AND '),
            limit,
          )
        : this.#database.all<PassageRow>(
            `SELECT ${passageColumns} FROM passages p JOIN sessions s ON s.row = p.session
              WHERE ${conditions.join(' AND ')} ORDER BY p.row DESC LIMIT ?`,
            limit,
          )
    const sessions = new Map<number, SessionRow>()
    return rows.map((row) => ({
      session: toSession(this.#database, this.#session(sessions, row.session)),
      where: row.place,
      turn: row.number,
      excerpt: excerptAround(row.text, words),
    }))
  }

  #session(known: Map<number, SessionRow>, row: number): SessionRow {
    const session = known.get(row) ?? this.#database.get<SessionRow>(`${selectSession} WHERE row = ?`, row)
    if (!session) throw new Error('a passage without its session')
    known.set(row, session)
    return session
  }

  #forget(passage: number, text: string): void {
    this.#database.run(
      "INSERT INTO passage_words (passage_words, rowid, text) VALUES ('delete', ?, ?)",
      passage,
      indexed(text),
    )
    this.#database.run('DELETE FROM passages WHERE row = ?', passage)
  }
}

/** What the index is given: it would stop at a NUL. */
function indexed(text: string): string {
  return text.replaceAll('\0', ' ')
}

function isIndexed(word: string): boolean {
  return Array.from(word).length >= indexedLength
}

function asPhrase(word: string): string {
  return `"${word.replaceAll('"', '""')}"`
}

function holdsAll(text: string, words: readonly string[]): boolean {
  const folded = foldText(text)
  return words.every((word) => folded.includes(word))
}
