/**
 * The contract in memory, for component tests and for looking at screens. It checks requests with the
 * real parsers, keeps what it is told, and lets the test decide when jobs move. What it answers stands by
 * area in fake-bridge/.
 */
import type {
  BlockedRequest,
  Job,
  JobId,
  JobOutcome,
  OperationName,
  Pushes,
  PushName,
  ReplyOf,
  RequestOf,
  VaultStatus,
} from '../../models/contract/operations.ts'
import { parseRequest } from '../../models/contract/parsers.ts'
import { fail, failureOf, type Failure, type Result } from '../../models/core/failure.ts'
import type { EngineStatus, ModelSummary } from '../../models/decoding/language-model.ts'
import type { LiveEstimate } from '../../models/contract/emotion.ts'
import type { Guidance } from '../../models/contract/reading.ts'
import type { AuditEntry } from '../../models/session/audit.ts'
import type { KeptReading } from '../../models/session/kept-reading.ts'
import type { NoteSectionId, SessionRecord } from '../../models/session/session.ts'
import { defaultSettings, type Settings } from '../../models/session/settings.ts'
import type { Bridge } from '../../renderer/bridge.ts'
import { bundledModel, guidance, identity, nothingRead, practiceCase } from './bridge-samples.ts'
import { consultHandlers } from './fake-bridge/consult.ts'
import { emotionHandlers } from './fake-bridge/emotion.ts'
import { FakeJobs } from './fake-bridge/jobs.ts'
import { modelHandlers } from './fake-bridge/models.ts'
import { practiceHandlers } from './fake-bridge/practice.ts'
import { recordOf } from './fake-bridge/records.ts'
import { sessionHandlers } from './fake-bridge/sessions.ts'
import { logged, settingsHandlers } from './fake-bridge/settings.ts'
import type { FakeState } from './fake-bridge/state.ts'
import { turnHandlers } from './fake-bridge/turns.ts'
import { setVault, vaultHandlers, worksLocked } from './fake-bridge/vault.ts'
import { FakePanel } from './panel-replies.ts'

export { bundledModel, guidance, nothingRead, someRecords } from './bridge-samples.ts'
export { newerRecoveryCode, recoveryCode } from './fake-bridge/vault.ts'

type Handlers = { readonly [K in OperationName]: (request: RequestOf<K>) => ReplyOf<K> }
type Listener = (payload: never) => void

export interface FakeBridgeOptions {
  readonly vault?: VaultStatus['state']
  readonly passphrase?: string
  readonly records?: readonly SessionRecord[]
  readonly settings?: Partial<Settings>
  readonly models?: readonly ModelSummary[]
  readonly keyring?: VaultStatus['keyring']
  readonly keyringEnrolled?: boolean
  readonly blocked?: readonly BlockedRequest[]
  /** Jobs run by themselves on timers, for looking at screens; tests leave it off. */
  readonly autoplay?: boolean
}

export class FakeBridge implements Bridge, FakeState {
  /** Every request in order. */
  readonly calls: { readonly operation: OperationName; readonly request: unknown }[] = []
  readonly records: SessionRecord[]
  reading: Guidance = guidance
  /** What live reading answers, and what it would have kept. */
  estimate: LiveEstimate = nothingRead
  kept: readonly KeptReading[] = []
  readonly blocked: readonly BlockedRequest[]
  readonly practice = { cases: [practiceCase], finished: false }
  readonly panel = new FakePanel((title, session) => this.#work.start('panel', title, session))
  readonly jobs: Job[]
  readonly audit: AuditEntry[] = []
  settings: Settings
  models: ModelSummary[]
  /** Model of the newest self-test. */
  selfTested = ''
  vault: VaultStatus
  engine: EngineStatus = {
    state: 'ready',
    model: identity,
    providers: ['cpu'],
    threads: 2,
    loadMs: 640,
    anonymousMb: 212,
    restarts: 0,
    process: 'utility',
    reason: null,
  }
  auditIntact = true
  passphrase: string
  readonly #listeners = new Map<PushName, Set<Listener>>()
  readonly #failures = new Map<OperationName, Failure>()
  readonly #work: FakeJobs
  readonly #handlers: Handlers

  constructor(options: FakeBridgeOptions = {}) {
    this.passphrase = options.passphrase ?? 'correct horse battery'
    this.records = [...(options.records ?? [])]
    this.models = [...(options.models ?? [bundledModel])]
    this.settings = { ...defaultSettings, userName: 'Dr Lindqvist', showFirstRun: false, ...options.settings }
    this.blocked = options.blocked ?? []
    this.vault = {
      state: options.vault ?? 'open',
      keyring: options.keyring ?? { available: true, backend: 'gnome_libsecret' },
      keyringEnrolled: options.keyringEnrolled ?? false,
      retryInSeconds: 0,
      quarantine: null,
      reason: null,
    }
    logged(this, 'vault.create', null)
    this.#work = new FakeJobs(this, options.autoplay ?? false)
    this.jobs = this.#work.all
    this.#handlers = {
      ...vaultHandlers(this),
      ...settingsHandlers(this),
      ...sessionHandlers(this),
      ...turnHandlers(this),
      ...consultHandlers(this, this.#work),
      ...emotionHandlers(this),
      ...this.panel.handlers,
      ...practiceHandlers(this),
      ...modelHandlers(this, this.#work),
      ...this.#work.handlers,
    }
  }

  // A real crossing answers later, never in the same turn of the loop.
  async call<K extends OperationName>(operation: K, request: RequestOf<K>): Promise<Result<ReplyOf<K>>> {
    this.calls.push({ operation, request })
    await Promise.resolve()
    const planned = this.#failures.get(operation)
    this.#failures.delete(operation)
    if (planned) return { ok: false, failure: planned }
    const parsed = parseRequest(operation, request)
    if (!parsed.ok) return parsed
    try {
      if (this.vault.state !== 'open' && !worksLocked.has(operation)) {
        fail('vault-locked', 'Consilium is locked. Unlock it and try again.')
      }
      const value: ReplyOf<K> = this.#handlers[operation](parsed.value)
      return { ok: true, value }
    } catch (error) {
      return { ok: false, failure: failureOf(error) }
    }
  }

  on<K extends PushName>(name: K, listener: (payload: Pushes[K]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set<Listener>()
    this.#listeners.set(name, listeners)
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  push<K extends PushName>(name: K, payload: Pushes[K]): void {
    for (const listener of this.#listeners.get(name) ?? [])
      (listener as (payload: Pushes[K]) => void)(payload)
  }

  /** The next call of this operation fails like this. */
  failNext(operation: OperationName, failure: Failure): void {
    this.#failures.set(operation, failure)
  }

  /** Requests of one operation so far. */
  requestsOf<K extends OperationName>(operation: K): readonly RequestOf<K>[] {
    return this.calls
      .filter((call) => call.operation === operation)
      .map(({ request }) => request as RequestOf<K>)
  }

  progress(job: JobId, stage: string, fraction: number | null, secondsLeft: number | null = null): void {
    this.#work.progress(job, stage, fraction, secondsLeft)
  }

  /** Streams one piece of text into the session of a chat, suggestion or note job. */
  stream(job: JobId, text: string, section?: NoteSectionId): void {
    this.#work.stream(job, text, section)
  }

  /** Ends a job with what the model would have written. */
  finish(job: JobId, text = ''): void {
    this.#work.finish(job, text)
  }

  /** Ends a job with an outcome of the test's own. */
  finishWith(job: JobId, outcome: JobOutcome): void {
    this.#work.finishWith(job, outcome)
  }

  failJob(job: JobId, failure: Failure): void {
    this.#work.fail(job, failure)
  }

  setEngine(change: Partial<EngineStatus>): void {
    this.engine = { ...this.engine, ...change }
    this.push('engine.status', this.engine)
  }

  setVault(change: Partial<VaultStatus>): VaultStatus {
    return setVault(this, change)
  }

  record(id: string): SessionRecord {
    return recordOf(this, id)
  }
}
