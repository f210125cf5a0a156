/** The session store on SQLite: each subject has its own file, this one joins them to the port. */
import type { AuditAction, AuditEntry, AuditReport } from '../../models/session/audit.ts'
import type {
  ChatMessage,
  Consent,
  Id,
  Modality,
  Note,
  NoteSection,
  Provenance,
  SearchHit,
  Session,
  SessionRecord,
  SessionSummary,
  Suggestion,
  Turn,
} from '../../models/session/session.ts'
import type { KeptEndpoint, KeptPanel } from '../../models/session/kept-panel.ts'
import type { KeptReading, ReadingSource } from '../../models/session/kept-reading.ts'
import type { Settings } from '../../models/session/settings.ts'
import type { NewSession, NewTurn, SessionFilter, SessionStore } from '../../models/session/store.ts'
import type { AuditedDatabase } from './audited-database.ts'
import { Chat } from './store/chat.ts'
import { Consents } from './store/consents.ts'
import { Endpoints } from './store/endpoints.ts'
import { Notes } from './store/notes.ts'
import { Panels } from './store/panels.ts'
import { Readings } from './store/readings.ts'
import { SearchIndex } from './store/search.ts'
import { sessionRow, toSession } from './store/session-rows.ts'
import { Sessions } from './store/sessions.ts'
import { StoredSettings } from './store/settings.ts'
import { Turns } from './store/turns.ts'

export class SqliteSessionStore implements SessionStore {
  readonly #audited: AuditedDatabase
  readonly #search: SearchIndex
  readonly #sessions: Sessions
  readonly #turns: Turns
  readonly #consents: Consents
  readonly #chat: Chat
  readonly #notes: Notes
  readonly #readings: Readings
  readonly #panels: Panels
  readonly #endpoints: Endpoints
  readonly #settings: StoredSettings

  constructor(audited: AuditedDatabase) {
    this.#audited = audited
    this.#search = new SearchIndex(audited.database)
    this.#sessions = new Sessions(audited, this.#search)
    this.#turns = new Turns(audited, this.#search)
    this.#consents = new Consents(audited)
    this.#chat = new Chat(audited, this.#search)
    this.#notes = new Notes(audited, this.#search)
    this.#readings = new Readings(audited)
    this.#panels = new Panels(audited)
    this.#endpoints = new Endpoints(audited)
    this.#settings = new StoredSettings(audited)
  }

  createSession(session: NewSession): Session {
    return this.#sessions.create(session)
  }

  updateSession(id: Id, change: Parameters<SessionStore['updateSession']>[1]): Session {
    return this.#sessions.update(id, change)
  }

  openSession(id: Id): SessionRecord {
    const record = this.readSession(id)
    this.record('session.view', id, 'done')
    return record
  }

  readSession(id: Id): SessionRecord {
    return {
      session: this.head(id),
      consents: this.#consents.current(id),
      turns: this.#turns.list(id),
      chat: this.#chat.messages(id),
      suggestions: this.#chat.suggestions(id),
      note: this.#notes.current(id),
    }
  }

  head(id: Id): Session {
    const { database } = this.#audited
    return toSession(database, sessionRow(database, id))
  }

  consents(session: Id): readonly Consent[] {
    return this.#consents.current(session)
  }

  listSessions(filter: SessionFilter): readonly SessionSummary[] {
    return this.#sessions.list(filter)
  }

  tags(): readonly { readonly tag: string; readonly sessions: number }[] {
    return this.#sessions.tags()
  }

  search(text: string, limit: number): readonly SearchHit[] {
    return this.#search.find(text, limit)
  }

  trashSession(id: Id): Session {
    return this.#sessions.trash(id)
  }

  restoreSession(id: Id): Session {
    return this.#sessions.restore(id)
  }

  destroySession(id: Id): void {
    this.#sessions.destroy(id)
  }

  emptyExpiredTrash(now: Date): number {
    return this.#sessions.emptyExpiredTrash(now)
  }

  addTurn(session: Id, turn: NewTurn): Turn {
    return this.#turns.add(session, turn)
  }

  editTurn(session: Id, turn: Id, change: Parameters<SessionStore['editTurn']>[2]): Turn {
    return this.#turns.edit(session, turn, change)
  }

  removeTurn(session: Id, turn: Id): void {
    this.#turns.remove(session, turn)
  }

  restoreTurn(session: Id, turn: Id): Turn {
    return this.#turns.restore(session, turn)
  }

  setConsent(session: Id, modality: Modality, granted: boolean): Consent {
    return this.#consents.set(session, modality, granted)
  }

  addChat(
    session: Id,
    { text, provenance }: { readonly text: string; readonly provenance: Provenance | null },
  ): ChatMessage {
    return this.#chat.add(session, text, provenance)
  }

  addSuggestion(session: Id, question: string, provenance: Provenance): Suggestion {
    return this.#chat.suggest(session, question, provenance)
  }

  setSuggestionState(session: Id, suggestion: Id, state: Suggestion['state']): Suggestion {
    return this.#chat.setSuggestionState(session, suggestion, state)
  }

  saveNote(session: Id, sections: readonly NoteSection[]): Note {
    return this.#notes.save(session, sections)
  }

  noteAt(session: Id, revision: number): Note {
    return this.#notes.at(session, revision)
  }

  addReadings(session: Id, readings: readonly KeptReading[]): void {
    this.#readings.add(session, readings)
  }

  readings(session: Id): readonly KeptReading[] {
    return this.#readings.list(session)
  }

  removeReadings(session: Id, sources: readonly ReadingSource[]): number {
    return this.#readings.remove(session, sources)
  }

  addPanel(session: Id, panel: KeptPanel): void {
    this.#panels.add(session, panel)
  }

  panels(session: Id): readonly KeptPanel[] {
    return this.#panels.list(session)
  }

  panel(id: Id): ReturnType<SessionStore['panel']> {
    return this.#panels.read(id)
  }

  removePanel(id: Id): void {
    this.#panels.remove(id)
  }

  endpoints(): readonly KeptEndpoint[] {
    return this.#endpoints.list()
  }

  endpointKey(id: Id): string | null {
    return this.#endpoints.key(id)
  }

  saveEndpoint(...[endpoint, key]: Parameters<SessionStore['saveEndpoint']>): KeptEndpoint {
    return this.#endpoints.save(endpoint, key)
  }

  removeEndpoint(id: Id): void {
    this.#endpoints.remove(id)
  }

  settings(): Settings {
    return this.#settings.read()
  }

  changeSettings(change: Partial<Settings>): Settings {
    return this.#settings.change(change)
  }

  record(action: AuditAction, object: Id | null, outcome: AuditEntry['outcome']): void {
    this.#audited.change((log) => {
      log(action, object, outcome)
    })
  }

  audit(options: { readonly before: number | null; readonly limit: number }): readonly AuditEntry[] {
    return this.#audited.trail.list(options)
  }

  verifyAudit(): AuditReport {
    return this.#audited.trail.verify()
  }
}
