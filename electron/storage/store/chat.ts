/** What the clinician and the model said to each other about a session, and the questions it suggested. */
import { fail } from '../../../models/core/failure.ts'
import type { ChatMessage, Id, Provenance, Suggestion } from '../../../models/session/session.ts'
import { exactText, newId, type AuditedDatabase } from '../audited-database.ts'
import { provenanceText, readProvenance } from './provenance.ts'
import type { SearchIndex } from './search.ts'
import { sessionRow, touchSession, writableSession } from './session-rows.ts'

interface ChatRow {
  readonly id: Id
  readonly author: ChatMessage['author']
  readonly text: string
  readonly at: string
  readonly provenance: string | null
}

interface SuggestionRow {
  readonly row: number
  readonly id: Id
  readonly question: string
  readonly state: Suggestion['state']
  readonly provenance: string
}

const selectSuggestion = 'SELECT row, id, question, state, provenance FROM suggestions'

export class Chat {
  readonly #audited: AuditedDatabase
  readonly #search: SearchIndex

  constructor(audited: AuditedDatabase, search: SearchIndex) {
    this.#audited = audited
    this.#search = search
  }

  /** A message with provenance is the model's, one without is the clinician's. */
  add(session: Id, text: string, provenance: Provenance | null): ChatMessage {
    const { database } = this.#audited
    return this.#audited.change((log) => {
      const { row: sessionNumber } = writableSession(database, session)
      const message: ChatMessage = {
        id: newId(),
        author: provenance ? 'model' : 'clinician',
        text: exactText(text),
        at: this.#audited.now(),
        provenance,
      }
      const { row } = database.run(
        'INSERT INTO chat_messages (id, session, author, text, at, provenance) VALUES (?, ?, ?, ?, ?, ?)',
        message.id,
        sessionNumber,
        message.author,
        message.text,
        message.at,
        provenance && provenanceText(provenance),
      )
      this.#search.add(sessionNumber, 'chat', row, text)
      touchSession(this.#audited, sessionNumber, message.at)
      log('chat.add', message.id)
      return message
    })
  }

  messages(session: Id): readonly ChatMessage[] {
    const { database } = this.#audited
    return database
      .all<ChatRow>(
        'SELECT id, author, text, at, provenance FROM chat_messages WHERE session = ? ORDER BY row',
        sessionRow(database, session).row,
      )
      .map((row) => ({ ...row, provenance: row.provenance === null ? null : readProvenance(row.provenance) }))
  }

  suggest(session: Id, question: string, provenance: Provenance): Suggestion {
    const { database } = this.#audited
    return this.#audited.change((log) => {
      const { row: sessionNumber } = writableSession(database, session)
      const suggestion: Suggestion = {
        id: newId(),
        question: exactText(question),
        state: 'offered',
        provenance,
      }
      database.run(
        'INSERT INTO suggestions (id, session, question, state, provenance) VALUES (?, ?, ?, ?, ?)',
        suggestion.id,
        sessionNumber,
        question,
        suggestion.state,
        provenanceText(provenance),
      )
      touchSession(this.#audited, sessionNumber, this.#audited.now())
      log('suggestion.add', suggestion.id)
      return suggestion
    })
  }

  setSuggestionState(session: Id, suggestion: Id, state: Suggestion['state']): Suggestion {
    const { database } = this.#audited
    return this.#audited.change((log) => {
      const { row: sessionNumber } = writableSession(database, session)
      const found =
        database.get<SuggestionRow>(
          `${selectSuggestion} WHERE id = ? AND session = ?`,
          suggestion,
          sessionNumber,
        ) ??
        fail(
          'not-found',
          'This suggestion is not in the session. Open the session again to see what is saved.',
        )
      database.run('UPDATE suggestions SET state = ? WHERE row = ?', state, found.row)
      touchSession(this.#audited, sessionNumber, this.#audited.now())
      log('suggestion.state', suggestion)
      return toSuggestion({ ...found, state })
    })
  }

  suggestions(session: Id): readonly Suggestion[] {
    const { database } = this.#audited
    return database
      .all<SuggestionRow>(
        `${selectSuggestion} WHERE session = ? ORDER BY row`,
        sessionRow(database, session).row,
      )
      .map(toSuggestion)
  }
}

function toSuggestion({ id, question, state, provenance }: SuggestionRow): Suggestion {
  return { id, question, state, provenance: readProvenance(provenance) }
}
