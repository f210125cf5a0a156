/** What the fake bridge keeps, as every area of it sees and changes it. */
import type { LiveEstimate } from '../../../models/contract/emotion.ts'
import type {
  BlockedRequest,
  OperationName,
  PushName,
  Pushes,
  ReplyOf,
  RequestOf,
  VaultStatus,
} from '../../../models/contract/operations.ts'
import type { CaseSummary } from '../../../models/contract/practice.ts'
import type { Guidance } from '../../../models/contract/reading.ts'
import type { EngineStatus, ModelSummary } from '../../../models/decoding/language-model.ts'
import type { AuditEntry } from '../../../models/session/audit.ts'
import type { KeptReading } from '../../../models/session/kept-reading.ts'
import type { SessionRecord } from '../../../models/session/session.ts'
import type { Settings } from '../../../models/session/settings.ts'

export interface FakeState {
  readonly records: SessionRecord[]
  readonly audit: AuditEntry[]
  readonly blocked: readonly BlockedRequest[]
  readonly practice: { cases: CaseSummary[]; finished: boolean }
  reading: Guidance
  /** What live reading answers, and what it would have kept. */
  estimate: LiveEstimate
  kept: readonly KeptReading[]
  settings: Settings
  models: ModelSummary[]
  /** Model of the newest self-test. */
  selfTested: string
  vault: VaultStatus
  engine: EngineStatus
  auditIntact: boolean
  passphrase: string
  push<K extends PushName>(name: K, payload: Pushes[K]): void
}

/** The handlers of every operation whose name begins with one of the areas. */
export type HandlersOf<Area extends string> = {
  readonly [K in Extract<OperationName, `${Area}.${string}`>]: (request: RequestOf<K>) => ReplyOf<K>
}
