/**
 * The store port. Synchronous: it lives in one process on one connection, and returning means
 * committed to disk. Every method that changes something writes its audit row in the same
 * transaction. Every method throws a FailureError for expected trouble.
 */
import type { AuditAction, AuditEntry, AuditReport } from './audit.ts'
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
  SessionKind,
  SessionRecord,
  SessionSummary,
  Speaker,
  Suggestion,
  Turn,
} from './session.ts'
import type { KeptEndpoint, KeptPanel } from './kept-panel.ts'
import type { KeptReading, ReadingSource } from './kept-reading.ts'
import type { Settings } from './settings.ts'

export interface NewSession {
  readonly kind: SessionKind
  readonly person: string
  readonly reason: string
  readonly tags: readonly string[]
  readonly sample: string | null
  readonly consents: readonly { readonly modality: Modality; readonly granted: boolean }[]
}

export interface NewTurn {
  readonly speaker: Speaker
  readonly text: string
  readonly atMs: number
}

export interface SessionFilter {
  readonly trashed: boolean
  readonly tag: string | null
  readonly kind: SessionKind | null
}

export interface SessionStore {
  createSession(session: NewSession): Session
  updateSession(
    id: Id,
    change: Partial<Pick<Session, 'person' | 'reason'>> & { readonly tags?: readonly string[] },
  ): Session
  /** Writes a `session.view` audit row. */
  openSession(id: Id): SessionRecord
  /** The same without an audit row, for work inside the app (a prompt, an export preview). */
  readSession(id: Id): SessionRecord
  /** The session itself, without what is in it. */
  head(id: Id): Session
  /** The current answer per modality that was asked for. */
  consents(session: Id): readonly Consent[]
  listSessions(filter: SessionFilter): readonly SessionSummary[]
  tags(): readonly { readonly tag: string; readonly sessions: number }[]
  search(text: string, limit: number): readonly SearchHit[]
  trashSession(id: Id): Session
  restoreSession(id: Id): Session
  /** Destroys for good, index words included. Only a trashed session can be destroyed. */
  destroySession(id: Id): void
  /** Destroys what has been in the trash for longer than the retention (30 days). Returns how many. */
  emptyExpiredTrash(now: Date): number

  addTurn(session: Id, turn: NewTurn): Turn
  editTurn(session: Id, turn: Id, change: { readonly speaker?: Speaker; readonly text?: string }): Turn
  removeTurn(session: Id, turn: Id): void
  /** Puts a removed turn back under its own number (undo). */
  restoreTurn(session: Id, turn: Id): Turn

  setConsent(session: Id, modality: Modality, granted: boolean): Consent
  addChat(
    session: Id,
    message: { readonly text: string; readonly provenance: Provenance | null },
  ): ChatMessage
  addSuggestion(session: Id, question: string, provenance: Provenance): Suggestion
  setSuggestionState(session: Id, suggestion: Id, state: Suggestion['state']): Suggestion
  saveNote(session: Id, sections: readonly NoteSection[]): Note
  /** The note as it stood at an earlier revision; every saved revision is kept. */
  noteAt(session: Id, revision: number): Note

  /** Adds readings of expression to the timeline; one audit row for all that come within a minute. */
  addReadings(session: Id, readings: readonly KeptReading[]): void
  /** In order of time. */
  readings(session: Id): readonly KeptReading[]
  /** Deletes for good, from a session in the trash too. Returns how many. */
  removeReadings(session: Id, sources: readonly ReadingSource[]): number

  /** Adds a panel's second opinion to the timeline. */
  addPanel(session: Id, panel: KeptPanel): void
  /** In order of time. */
  panels(session: Id): readonly KeptPanel[]
  panel(id: Id): { readonly session: Id; readonly panel: KeptPanel }
  removePanel(id: Id): void
  endpoints(): readonly KeptEndpoint[]
  /** To be sent to the server itself and shown to nobody. */
  endpointKey(id: Id): string | null
  /** @param key null keeps the one that is stored, '' removes it */
  saveEndpoint(
    endpoint: { readonly id: Id | null } & Pick<KeptEndpoint, 'name' | 'url' | 'model'>,
    key: string | null,
  ): KeptEndpoint
  removeEndpoint(id: Id): void

  settings(): Settings
  changeSettings(change: Partial<Settings>): Settings

  /** Writes an audit row for something that happens outside the store (an export, an import, a refusal). */
  record(action: AuditAction, object: Id | null, outcome: AuditEntry['outcome']): void
  audit(options: { readonly before: number | null; readonly limit: number }): readonly AuditEntry[]
  verifyAudit(): AuditReport
}
