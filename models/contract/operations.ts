/**
 * The contract between the window and the rest: every operation's request, reply and progress, and
 * every push. Both ends derive their types from here; adding an operation without a parser and a
 * handler does not compile.
 */
import type { SessionProcess } from '../consult/process.ts'
import type { Failure } from '../core/failure.ts'
import type { Progress } from '../core/progress.ts'
import type {
  EngineStatus,
  ModelSummary,
  ModelIdentity,
  TokenDelta,
  ContextUse,
} from '../decoding/language-model.ts'
import type { SelfTestReport } from '../decoding/self-test.ts'
import type { AuditEntry, AuditReport } from '../session/audit.ts'
import type {
  ChatMessage,
  Consent,
  Id,
  Modality,
  Note,
  NoteSection,
  NoteSectionId,
  SearchHit,
  Session,
  SessionKind,
  SessionRecord,
  SessionSummary,
  Suggestion,
  Turn,
} from '../session/session.ts'
import type { Role, Settings } from '../session/settings.ts'
import type { NewTurn, SessionFilter } from '../session/store.ts'
import type { CaptureModality, EmotionOperations } from './emotion.ts'
import type { PanelOperations, PanelPush, ReplayReport, StoredPanel } from './panel.ts'
import type { PracticeOperations } from './practice.ts'
import type { ReadingOperations } from './reading.ts'

export type JobId = string
type None = Record<string, never>

export interface VaultStatus {
  readonly state: 'absent' | 'locked' | 'open' | 'damaged' | 'newer'
  /** Whether this machine's keyring can keep the key; Linux `basic_text` counts as no. */
  readonly keyring: { readonly available: boolean; readonly backend: string }
  /** Whether the vault can be opened by the keyring alone. */
  readonly keyringEnrolled: boolean
  /** Seconds until the next passphrase attempt is allowed; 0 now. */
  readonly retryInSeconds: number
  /** Where a damaged database was set aside, for the person to keep. */
  readonly quarantine: string | null
  readonly reason: string | null
  /** When the newest automatic backup was made; absent when there is none. */
  readonly newestBackup?: string
}

export interface AppStatus {
  readonly version: string
  readonly platform: string
  readonly electron: string
  readonly chrome: string
  readonly dataFolder: string
  readonly vault: VaultStatus
  readonly engine: EngineStatus
  /** Requests to the network that were attempted and blocked since the start. */
  readonly blockedRequests: readonly BlockedRequest[]
}

export interface BlockedRequest {
  readonly at: string
  readonly url: string
  readonly type: string
}

export interface SampleSummary {
  readonly id: string
  readonly kind: SessionKind
  readonly title: string
  readonly description: string
  readonly turns: number
}

export interface Job {
  readonly id: JobId
  readonly kind: 'chat' | 'suggest' | 'note' | 'prepare' | 'import' | 'self-test' | 'panel'
  readonly title: string
  readonly session: Id | null
  readonly progress: Progress
  readonly startedAt: string
}

/** Requests and replies. Long work replies with its job's id at once and ends in a `job.ended` push. */
export interface Operations
  extends PracticeOperations, ReadingOperations, EmotionOperations, PanelOperations {
  'app.status': { request: None; reply: AppStatus }
  'app.openFolder': { request: { folder: 'data' | 'quarantine' | 'licences' }; reply: null }

  'vault.create': {
    request: { passphrase: string; useKeyring: boolean; userName: string; role: Role }
    reply: { recoveryCode: string }
  }
  'vault.unlock': {
    request: { by: 'passphrase'; passphrase: string } | { by: 'recovery'; code: string } | { by: 'keyring' }
    reply: VaultStatus
  }
  'vault.lock': { request: None; reply: VaultStatus }
  'vault.changePassphrase': { request: { passphrase: string }; reply: null }
  /** The old code stops working; the new one is shown once and kept nowhere. */
  'vault.newRecoveryCode': { request: { passphrase: string }; reply: { recoveryCode: string } }
  'vault.setKeyring': { request: { enrolled: boolean }; reply: VaultStatus }
  'vault.backup': { request: { passphrase: string }; reply: { saved: boolean; name: string | null } }
  'vault.restore': {
    /** `newest`: the newest automatic backup, which opens with the vault's own passphrase. */
    request: { passphrase: string; from: 'file' | 'newest' }
    reply: { restored: boolean; sessions: number }
  }

  'session.create': {
    request: {
      kind: SessionKind
      person: string
      reason: string
      tags: readonly string[]
      consents: readonly { modality: Modality; granted: boolean }[]
    }
    reply: SessionRecord
  }
  'session.openSample': { request: { sample: string }; reply: SessionRecord }
  'session.open': { request: { session: Id }; reply: SessionRecord }
  'session.update': {
    request: { session: Id; person?: string; reason?: string; tags?: readonly string[] }
    reply: Session
  }
  'session.list': { request: SessionFilter; reply: readonly SessionSummary[] }
  'session.tags': { request: None; reply: readonly { tag: string; sessions: number }[] }
  'session.search': { request: { text: string; limit: number }; reply: readonly SearchHit[] }
  'session.trash': { request: { session: Id }; reply: Session }
  'session.restore': { request: { session: Id }; reply: Session }
  'session.destroy': { request: { session: Id }; reply: null }
  'session.export': {
    request: { session: Id; format: 'markdown'; redact: boolean }
    reply: { saved: boolean; name: string | null }
  }
  'session.exportPreview': {
    request: { session: Id; format: 'markdown'; redact: boolean }
    reply: { text: string; redactions: number }
  }
  'sample.list': { request: None; reply: readonly SampleSummary[] }

  'consent.set': {
    /** `forget`: with a withdrawal, what was read under this consent is deleted; otherwise it is kept. */
    request: { session: Id; modality: Modality; granted: boolean; forget?: boolean }
    reply: Consent
  }
  'turn.add': { request: { session: Id; turn: NewTurn }; reply: Turn }
  'turn.edit': {
    request: { session: Id; turn: Id; speaker?: Turn['speaker']; text?: string }
    reply: Turn
  }
  'turn.remove': { request: { session: Id; turn: Id }; reply: null }
  'turn.restore': { request: { session: Id; turn: Id }; reply: Turn }
  'suggestion.state': {
    request: { session: Id; suggestion: Id; state: Suggestion['state'] }
    reply: Suggestion
  }
  'note.save': { request: { session: Id; sections: readonly NoteSection[] }; reply: Note }

  'consult.chat': { request: { session: Id; text: string }; reply: { job: JobId; message: ChatMessage } }
  'consult.suggest': { request: { session: Id }; reply: { job: JobId } }
  'consult.draftNote': {
    request: { session: Id; sections: readonly NoteSectionId[] }
    reply: { job: JobId }
  }
  /** Where the consultation stands in the diagnostic flowchart. */
  'consult.process': { request: { session: Id }; reply: SessionProcess }

  'models.list': { request: None; reply: readonly ModelSummary[] }
  'models.prepare': { request: { model: string }; reply: { job: JobId } }
  'models.import': { request: None; reply: { job: JobId | null } }
  'models.remove': { request: { model: string }; reply: null }
  /** Decodes the same texts with and without guesses and compares them. */
  'models.selfTest': { request: { model: string }; reply: { job: JobId } }

  'job.list': { request: None; reply: readonly Job[] }
  'job.cancel': { request: { job: JobId }; reply: null }

  'settings.get': { request: None; reply: Settings }
  'settings.change': { request: Partial<Settings>; reply: Settings }
  'audit.list': {
    request: { before: number | null; limit: number }
    reply: readonly AuditEntry[]
  }
  'audit.verify': { request: None; reply: AuditReport }
}

export type OperationName = keyof Operations
export type RequestOf<K extends OperationName> = Operations[K]['request']
export type ReplyOf<K extends OperationName> = Operations[K]['reply']

/** What a finished job brought. */
export type JobOutcome =
  | { readonly kind: 'chat'; readonly message: ChatMessage }
  | { readonly kind: 'suggest'; readonly suggestion: Suggestion | null }
  | { readonly kind: 'note'; readonly note: Note }
  | { readonly kind: 'prepare'; readonly model: ModelIdentity }
  | { readonly kind: 'import'; readonly model: ModelSummary }
  | { readonly kind: 'self-test'; readonly report: SelfTestReport }
  | { readonly kind: 'panel'; readonly panel: StoredPanel }
  | { readonly kind: 'panel-replay'; readonly report: ReplayReport }

/** Text streaming into a session while a job runs. */
export type JobDelta =
  | { readonly kind: 'chat' | 'suggest'; readonly delta: TokenDelta }
  | { readonly kind: 'note'; readonly section: NoteSectionId; readonly delta: TokenDelta }

/** Pushes from the main process to the window. */
export interface Pushes {
  'job.started': Job
  'job.progress': { readonly job: JobId; readonly progress: Progress }
  'job.delta': { readonly job: JobId; readonly session: Id | null } & JobDelta
  'job.ended':
    | { readonly job: JobId; readonly ok: true; readonly outcome: JobOutcome }
    | { readonly job: JobId; readonly ok: false; readonly failure: Failure }
  'panel.event': PanelPush
  'engine.status': EngineStatus
  'engine.context': ContextUse
  'vault.status': VaultStatus
  'network.blocked': BlockedRequest
  /** Consent was withdrawn: the device must be turned off now. */
  'capture.ended': { readonly session: Id; readonly modality: CaptureModality }
  /** A menu or a second start asks the window to do something. */
  'app.command': { readonly command: 'new-session' | 'lock' | 'focus' }
}
export type PushName = keyof Pushes
