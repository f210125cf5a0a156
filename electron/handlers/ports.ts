/** What handlers need of the world. Plain interfaces, so that handlers run without a window. */
import type {
  AppStatus,
  BlockedRequest,
  RequestOf,
  SampleSummary,
  VaultStatus,
} from '../../models/contract/operations.ts'
import type { ReadCondition } from '../../models/dialogue/conditions/index.ts'
import type { PracticeCase } from '../../models/practice/case.ts'
import type { Sample } from '../../models/consult/index.ts'
import type { Guide } from '../../models/dialogue/guide/guide.ts'
import type { AttentiveTopicReader } from '../../models/dialogue/topics/index.ts'
import type { KnowledgeBase } from '../../models/knowledge/knowledge-base.ts'
import type { LanguageModels } from '../../models/decoding/language-model.ts'
import type { SessionStore } from '../../models/session/store.ts'
import type { LiveExpression } from '../live/live-expression.ts'
import type { PanelTools } from '../panel-files.ts'
import type { JobQueue, Push } from '../jobs/job-queue.ts'

/** The encrypted database and its keys. */
export interface Vault {
  status(): VaultStatus
  /** Creates and opens. */
  create(options: RequestOf<'vault.create'>): Promise<{ readonly recoveryCode: string }>
  unlock(by: RequestOf<'vault.unlock'>): Promise<VaultStatus>
  /** Closes the database and forgets its keys. Nothing happens when it is not open. */
  lock(): VaultStatus
  changePassphrase(passphrase: string): Promise<void>
  /** Fails with `wrong-passphrase` or `throttled`; the old code opens nothing afterwards. */
  newRecoveryCode(passphrase: string): Promise<{ readonly recoveryCode: string }>
  setKeyring(enrolled: boolean): VaultStatus
  /** Writes an encrypted copy under its own passphrase; whole or not at all. */
  backup(file: string, passphrase: string): Promise<void>
  /** Puts a backup in place of the present content and opens it. */
  restore(file: string, passphrase: string): Promise<{ readonly sessions: number }>
  /** The same from the newest automatic backup. Fails with `not-found` when there is none. */
  restoreNewest(passphrase: string): Promise<{ readonly sessions: number }>
  /** Fails with `vault-locked` or `vault-absent` unless open. */
  store(): SessionStore
}

export interface FileKind {
  /** "Markdown", "Model weights". */
  readonly name: string
  /** Without the dot. */
  readonly extensions: readonly string[]
}

/** Native file dialogs; null when the person chose nothing. */
export interface Dialogs {
  saveFile(options: {
    readonly title: string
    readonly name: string
    readonly kind: FileKind
  }): Promise<string | null>
  openFile(options: { readonly title: string; readonly kind: FileKind }): Promise<string | null>
}

export interface Samples {
  list(): readonly SampleSummary[]
  /** Fails with `not-found`. */
  read(id: string): Sample
}

/** The bundled practice cases, and how a diagnosis in free words is read. */
export interface Cases {
  list(): readonly PracticeCase[]
  /** Fails with `not-found`. */
  read(id: string): PracticeCase
  /** Name of a condition, or its id when it has none. */
  nameOf(condition: string): string
  readonly readCondition: ReadCondition
}

/** The bundled knowledge base, and the guided doctor over it. Fails with `resource-altered`. */
export interface Knowledge {
  readonly base: KnowledgeBase
  /** For one reading of one consultation. */
  guide(): Guide
}

/** The members of a panel that reckon on this computer, and the judge. Fails with `resource-altered`. */
export interface PanelDesk {
  tools(): Promise<PanelTools>
}

export interface Folders {
  readonly data: string
  readonly licences: string
}

export interface Ports {
  readonly vault: Vault
  readonly models: LanguageModels
  readonly samples: Samples
  readonly cases: Cases
  readonly knowledge: Knowledge
  readonly panel: PanelDesk
  /** What a question asks about. Fails with `resource-altered`. */
  readonly topics: () => AttentiveTopicReader
  /** Camera, microphone and what words express; only with consent. */
  readonly expression: LiveExpression
  readonly jobs: JobQueue
  readonly dialogs: Dialogs
  readonly folders: Folders
  /** Shows a folder in the system's file manager. Rejects with a FailureError. */
  readonly openFolder: (path: string) => Promise<void>
  readonly push: Push
  /** Locks the vault and everything that hangs on it: jobs, conversations, the window. */
  readonly lock: () => Promise<void>
  readonly now: () => Date
  /** A fresh unsigned 32-bit seed. */
  readonly newSeed: () => number
  readonly versions: Pick<AppStatus, 'version' | 'platform' | 'electron' | 'chrome'>
  readonly blockedRequests: () => readonly BlockedRequest[]
}
