/**
 * The contract in memory, for component tests and for looking at screens. It checks requests with the
 * real parsers, keeps what it is told, and lets the test decide when jobs move.
 */
import { sessionProcess } from '../../models/consult/process.ts'
import { parseRequest } from '../../models/contract/parsers.ts'
import type {
  AppStatus,
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
import { fail, failureOf, type Failure, type Result } from '../../models/core/failure.ts'
import type { EngineStatus, ModelSummary } from '../../models/decoding/language-model.ts'
import type { AuditAction, AuditEntry } from '../../models/session/audit.ts'
import {
  noteSections,
  type ChatMessage,
  type Modality,
  type NoteSectionId,
  type SearchHit,
  type Session,
  type SessionRecord,
  type Suggestion,
  type Turn,
} from '../../models/session/session.ts'
import { defaultSettings, type Settings } from '../../models/session/settings.ts'
import type { Bridge } from '../../renderer/bridge.ts'
import type { LiveEstimate } from '../../models/contract/emotion.ts'
import type { KeptReading } from '../../models/session/kept-reading.ts'
import type { Guidance } from '../../models/contract/reading.ts'
import {
  bundledModel,
  debrief,
  guidance,
  identity,
  nothingRead,
  playedTexts,
  practiceCase,
  sample,
  sampleTurns,
  turnOf,
} from './bridge-samples.ts'
import { FakePanel } from './panel-replies.ts'
import { newId, provenance, sessionRecord } from './session-records.ts'

export { bundledModel, guidance, nothingRead, someRecords } from './bridge-samples.ts'

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

export const recoveryCode = 'K7QD-2MVX-9TRB-H4WN-6CFP-JZ38-EGSA-L5UY'
export const newerRecoveryCode = 'P0W3-77KD-9XTA-2C4M-HJ6N-R8VB-5QEZ-1FGS'

export class FakeBridge implements Bridge {
  /** Every request in order. */
  readonly calls: { readonly operation: OperationName; readonly request: unknown }[] = []
  readonly records: SessionRecord[]
  reading: Guidance = guidance
  /** What live reading answers, and what it would have kept. */
  estimate: LiveEstimate = nothingRead
  kept: readonly KeptReading[] = []
  readonly practice = { cases: [practiceCase], finished: false }
  readonly panel = new FakePanel((title, session) => this.#start('panel', title, session))
  readonly jobs: Job[] = []
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
  readonly #noteRequests = new Map<JobId, readonly NoteSectionId[]>()
  readonly #blocked: readonly BlockedRequest[]
  readonly #autoplay: boolean
  readonly #removedTurns = new Map<string, Turn>()

  constructor(options: FakeBridgeOptions = {}) {
    this.passphrase = options.passphrase ?? 'correct horse battery'
    this.records = [...(options.records ?? [])]
    this.models = [...(options.models ?? [bundledModel])]
    this.settings = { ...defaultSettings, userName: 'Dr Lindqvist', showFirstRun: false, ...options.settings }
    this.#blocked = options.blocked ?? []
    this.#autoplay = options.autoplay ?? false
    this.vault = {
      state: options.vault ?? 'open',
      keyring: options.keyring ?? { available: true, backend: 'gnome_libsecret' },
      keyringEnrolled: options.keyringEnrolled ?? false,
      retryInSeconds: 0,
      quarantine: null,
      reason: null,
    }
    this.#log('vault.create', null)
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
    const progress = { stage, fraction, secondsLeft }
    const index = this.jobs.findIndex(({ id }) => id === job)
    const before = this.jobs[index]
    if (before) this.jobs[index] = { ...before, progress }
    this.push('job.progress', { job, progress })
  }

  /** Streams one piece of text into the session of a chat, suggestion or note job. */
  stream(job: JobId, text: string, section: NoteSectionId = 'subjective'): void {
    const found = this.#job(job)
    const delta = {
      text,
      tokens: 1,
      tokensPerSecond: 41,
      context: { usedTokens: 3110, capacityTokens: 8192 },
    }
    const head = { job, session: found.session }
    if (found.kind === 'note') this.push('job.delta', { ...head, kind: 'note', section, delta })
    else if (found.kind === 'chat' || found.kind === 'suggest') {
      this.push('job.delta', { ...head, kind: found.kind, delta })
    }
  }

  /** Ends a job with what the model would have written. */
  finish(job: JobId, text = ''): void {
    const found = this.#job(job)
    this.#end(job)
    this.push('job.ended', { job, ok: true, outcome: this.#outcome(found, text) })
  }

  /** Ends a job with an outcome of the test's own. */
  finishWith(job: JobId, outcome: JobOutcome): void {
    this.#end(job)
    this.push('job.ended', { job, ok: true, outcome })
  }

  failJob(job: JobId, failure: Failure): void {
    this.#end(job)
    this.push('job.ended', { job, ok: false, failure })
  }

  setEngine(change: Partial<EngineStatus>): void {
    this.engine = { ...this.engine, ...change }
    this.push('engine.status', this.engine)
  }

  setVault(change: Partial<VaultStatus>): VaultStatus {
    this.vault = { ...this.vault, ...change }
    this.push('vault.status', this.vault)
    return this.vault
  }

  record(id: string): SessionRecord {
    const found = this.records.find((record) => record.session.id === id)
    return found ?? fail('not-found', 'This session is no longer there. Go back to the library.')
  }

  readonly #handlers: Handlers = {
    'app.status': () => this.#status(),
    'app.openFolder': () => null,

    'vault.create': ({ passphrase, useKeyring, userName, role }) => {
      this.passphrase = passphrase
      this.settings = { ...this.settings, userName, role, showFirstRun: true }
      this.setVault({ state: 'open', keyringEnrolled: useKeyring })
      return { recoveryCode }
    },
    'vault.unlock': (request) => {
      if (this.vault.retryInSeconds > 0) {
        fail('throttled', `Too many attempts. Wait ${this.vault.retryInSeconds} s, then try again.`)
      }
      const right =
        request.by === 'keyring'
          ? this.vault.keyringEnrolled
          : request.by === 'passphrase'
            ? request.passphrase === this.passphrase
            : request.code.replace(/[^A-Z0-9]/gi, '').toUpperCase() === recoveryCode.replaceAll('-', '')
      if (!right) {
        this.#log('vault.unlock-failed', null, 'refused')
        fail(
          'wrong-passphrase',
          'That does not open it. Check for capitals and keyboard layout, then try again.',
        )
      }
      this.#log('vault.unlock', null)
      return this.setVault({ state: 'open', retryInSeconds: 0 })
    },
    'vault.lock': () => this.setVault({ state: 'locked' }),
    'vault.changePassphrase': ({ passphrase }) => {
      this.passphrase = passphrase
      return null
    },
    'vault.newRecoveryCode': ({ passphrase }) => {
      if (passphrase !== this.passphrase) fail('wrong-passphrase', 'This is not the right passphrase.')
      return { recoveryCode: newerRecoveryCode }
    },
    'vault.setKeyring': ({ enrolled }) => this.setVault({ keyringEnrolled: enrolled }),
    'vault.backup': () => ({ saved: true, name: 'consilium-2026-11-25.backup' }),
    'vault.restore': () => ({ restored: true, sessions: this.records.length }),

    'session.create': ({ kind, person, reason, tags, consents }) => {
      const record = sessionRecord({ kind, person, reason, tags })
      const made = {
        ...record,
        consents: consents.map((consent) => ({
          ...consent,
          wording: '1',
          person,
          recordedBy: this.settings.userName,
          at: record.session.createdAt,
        })),
      }
      this.records.push(made)
      this.#log('session.create', made.session.id)
      return made
    },
    'session.openSample': ({ sample: name }) => {
      if (name !== sample.id) fail('not-found', 'This sample is not there. Choose another.')
      const made = sessionRecord({ person: 'Ruth Okafor', reason: sample.title, sample: name }, sampleTurns)
      this.records.push(made)
      return made
    },
    'session.open': ({ session: id }) => {
      this.#log('session.view', id)
      return this.record(id)
    },
    'session.update': ({ session: id, ...change }) => this.#changeHead(id, change),
    'session.list': ({ trashed, tag, kind }) =>
      this.records
        .filter(
          ({ session: head }) =>
            (head.trashedAt !== null) === trashed &&
            (tag === null || head.tags.includes(tag)) &&
            (kind === null || head.kind === kind),
        )
        .map((record) => ({
          session: record.session,
          turns: record.turns.length,
          hasNote: record.note.sections.length > 0,
          excerpt: record.turns.at(-1)?.text.slice(0, 120) ?? '',
        })),
    'session.tags': () => {
      const kept = this.records.filter(({ session: head }) => head.trashedAt === null)
      const tags = new Set(kept.flatMap(({ session: head }) => head.tags))
      return [...tags].sort().map((tag) => ({
        tag,
        sessions: kept.filter(({ session: head }) => head.tags.includes(tag)).length,
      }))
    },
    'session.search': ({ text, limit }) => this.#search(text).slice(0, limit),
    'session.trash': ({ session: id }) => this.#changeHead(id, { trashedAt: '2026-11-25T12:00:00.000Z' }),
    'session.restore': ({ session: id }) => this.#changeHead(id, { trashedAt: null }),
    'session.destroy': ({ session: id }) => {
      if (this.record(id).session.trashedAt === null) {
        fail('conflict', 'Only a session in the trash can be destroyed. Move it there first.')
      }
      this.records.splice(this.#indexOf(id), 1)
      return null
    },
    'session.export': () => ({ saved: true, name: 'consultation.md' }),
    'session.exportPreview': ({ session: id, redact }) => {
      const text = this.record(id)
        .turns.map((turn) => `${turn.number}. ${turn.text}`)
        .join('\n')
      return { text, redactions: redact ? 1 : 0 }
    },
    'sample.list': () => [sample],

    'consent.set': ({ session: id, modality, granted }) => {
      const consent = {
        modality,
        granted,
        wording: '1',
        person: this.record(id).session.person,
        recordedBy: this.settings.userName,
        at: '2026-11-25T11:42:00.000Z',
      }
      this.#change(id, (record) => ({
        ...record,
        consents: [...record.consents.filter((each) => each.modality !== modality), consent],
      }))
      return consent
    },
    'turn.add': ({ session: id, turn }) => {
      const numbers = this.record(id).turns.map(({ number }) => number)
      const added: Turn = {
        id: newId(),
        number: Math.max(0, ...numbers) + 1,
        ...turn,
        recordedAt: '2026-11-25T11:42:00.000Z',
        editedAt: null,
      }
      this.#change(id, (record) => ({ ...record, turns: [...record.turns, added] }))
      return added
    },
    'turn.edit': ({ session: id, turn, ...change }) => {
      const before = this.#turn(id, turn)
      const edited: Turn = {
        ...before,
        ...(change.text === undefined ? {} : { text: change.text }),
        ...(change.speaker === undefined ? {} : { speaker: change.speaker }),
        editedAt: '2026-11-25T11:43:00.000Z',
      }
      this.#change(id, (record) => ({
        ...record,
        turns: record.turns.map((each) => (each.id === turn ? edited : each)),
      }))
      return edited
    },
    'turn.remove': ({ session: id, turn }) => {
      this.#removedTurns.set(turn, this.#turn(id, turn))
      this.#change(id, (record) => ({ ...record, turns: record.turns.filter((each) => each.id !== turn) }))
      return null
    },
    'turn.restore': ({ session: id, turn }) => {
      const removed =
        this.#removedTurns.get(turn) ?? fail('not-found', 'This turn cannot be brought back. Type it again.')
      this.#change(id, (record) => ({
        ...record,
        turns: [...record.turns, removed].sort((a, b) => a.number - b.number),
      }))
      return removed
    },
    'suggestion.state': ({ session: id, suggestion, state }) => {
      const before = this.record(id).suggestions.find((each) => each.id === suggestion)
      if (!before) return fail('not-found', 'This suggestion is no longer there. Ask for another.')
      const changed = { ...before, state }
      this.#change(id, (record) => ({
        ...record,
        suggestions: record.suggestions.map((each) => (each.id === suggestion ? changed : each)),
      }))
      return changed
    },
    'note.save': ({ session: id, sections }) => {
      const note = {
        revision: this.record(id).note.revision + 1,
        sections,
        savedAt: '2026-11-25T11:44:00.000Z',
      }
      this.#change(id, (record) => ({ ...record, note }))
      return note
    },

    'consult.chat': ({ session: id, text }) => {
      const message: ChatMessage = {
        id: newId(),
        author: 'clinician',
        text,
        at: '2026-11-25T11:42:00.000Z',
        provenance: null,
      }
      this.#change(id, (record) => ({ ...record, chat: [...record.chat, message] }))
      return { job: this.#start('chat', 'Reply', id), message }
    },
    'consult.suggest': ({ session: id }) => ({ job: this.#start('suggest', 'Next question', id) }),
    'consult.draftNote': ({ session: id, sections }) => {
      const job = this.#start('note', 'Note draft', id)
      this.#noteRequests.set(job, sections)
      return { job }
    },

    'consult.process': ({ session: id }) => sessionProcess(this.record(id)),
    'consult.reading': ({ session: id }) =>
      this.record(id).turns.length > 0
        ? this.reading
        : { ...this.reading, differential: [], other: 1, upToTurn: 0, next: null },

    'emotion.begin': ({ session, modality }) => {
      this.#requireConsent(session, modality)
      this.#log('capture.start', session)
      return null
    },
    'emotion.end': ({ session }) => {
      this.#log('capture.stop', session)
      return null
    },
    'emotion.picture': ({ session }) => {
      this.#requireConsent(session, 'camera')
      return this.estimate
    },
    'emotion.sound': ({ session }) => {
      this.#requireConsent(session, 'microphone')
      return this.estimate
    },
    'emotion.words': ({ session }) => {
      this.#requireConsent(session, 'words')
      return this.estimate
    },
    'emotion.kept': () => this.kept,
    'emotion.forget': ({ sources }) => {
      const before = this.kept.length
      this.kept = this.kept.filter(({ source }) => source !== 'fused' && !sources.includes(source))
      return { removed: before - this.kept.length }
    },

    ...this.panel.handlers,

    'practice.cases': () => this.practice.cases,
    'practice.start': ({ case: id }) => {
      const practice = this.practice.cases.find((each) => each.id === id)
      if (!practice) fail('not-found', 'There is no such case. Choose one from the list.')
      const record = sessionRecord({
        kind: 'practice',
        person: practice.patient.name,
        reason: practice.title,
      })
      const opening = { ...record, turns: [turnOf(1, 'patient', 'It hurts here.')] }
      this.records.push(opening)
      this.practice.finished = false
      return { record: opening, practice, finished: false }
    },
    'practice.open': ({ session }) => ({
      record: this.record(session),
      practice: this.practice.cases[0] ?? fail('not-found', 'There is no such case.'),
      finished: this.practice.finished,
    }),
    'practice.say': ({ session, text }) => {
      const count = this.record(session).turns.length
      this.practice.finished = /diagnosis/i.test(text)
      return {
        turns: [
          turnOf(count + 1, 'clinician', text),
          ...(/examine|order/.test(text)
            ? [turnOf(count + 2, 'other', 'Abdomen: soft, tender on the right.')]
            : [turnOf(count + 2, 'patient', 'Since yesterday.')]),
        ],
        finished: this.practice.finished,
      }
    },
    'practice.debrief': () => debrief,

    'models.list': () => this.models,
    'models.prepare': ({ model }) => {
      const found = this.models.find(({ id }) => id === model)
      if (!found) return fail('model-missing', 'This model is not installed. Import it first.')
      return { job: this.#start('prepare', `Prepare ${found.name}`, null) }
    },
    'models.selfTest': ({ model }) => {
      this.selfTested = model
      return { job: this.#start('self-test', 'Self-test', null) }
    },
    'models.import': () => ({ job: this.#start('import', 'Import a model', null) }),
    'models.remove': ({ model }) => {
      this.models = this.models.filter(({ id }) => id !== model)
      return null
    },

    'job.list': () => this.jobs,
    'job.cancel': ({ job }) => {
      if (this.jobs.some(({ id }) => id === job)) {
        this.failJob(job, { code: 'cancelled', message: 'Stopped.' })
      }
      return null
    },

    'settings.get': () => this.settings,
    'settings.change': (change) => {
      this.settings = { ...this.settings, ...change }
      this.#log('settings.change', null)
      return this.settings
    },
    'audit.list': ({ before, limit }) =>
      this.audit
        .filter(({ sequence }) => before === null || sequence < before)
        .toReversed()
        .slice(0, limit),
    'audit.verify': () =>
      this.auditIntact
        ? { entries: this.audit.length, intact: true, brokenAt: null, reason: null }
        : { entries: this.audit.length, intact: false, brokenAt: 1, reason: 'The entry was changed.' },
  }

  #status(): AppStatus {
    return {
      version: '0.1.0',
      platform: 'linux',
      electron: '45.5.0',
      chrome: '152.0.0.0',
      dataFolder: '/home/user/.config/Consilium',
      vault: this.vault,
      engine: this.engine,
      blockedRequests: this.#blocked,
    }
  }

  #log(action: AuditAction, object: string | null, outcome: AuditEntry['outcome'] = 'done'): void {
    this.audit.push({
      sequence: this.audit.length + 1,
      at: '2026-11-25T11:40:00.000Z',
      user: this.settings.userName,
      action,
      object,
      outcome,
    })
  }

  #start(kind: Job['kind'], title: string, of: string | null): JobId {
    const job: Job = {
      id: newId(),
      kind,
      title,
      session: of,
      progress: { stage: 'Waiting', fraction: null, secondsLeft: null },
      startedAt: '2026-11-25T11:42:00.000Z',
    }
    this.jobs.push(job)
    this.push('job.started', job)
    if (this.#autoplay) this.#play(job, 0)
    return job.id
  }

  #play(job: Job, step: number): void {
    const text = playedTexts[job.kind] ?? ''
    const words = text.split(/(?<= )/)
    const steps = text ? words.length : 20
    setTimeout(() => {
      if (!this.jobs.some(({ id }) => id === job.id)) return
      if (step >= steps) {
        this.finish(job.id, text)
        return
      }
      if (text) this.stream(job.id, words[step] ?? '')
      else this.progress(job.id, 'Reading weights', step / steps, (steps - step) * 0.2)
      this.#play(job, step + 1)
    }, 200)
  }

  #job(id: JobId): Job {
    const found = this.jobs.find((job) => job.id === id)
    if (!found) throw new Error(`no job ${id}`)
    return found
  }

  #end(job: JobId): void {
    const index = this.jobs.findIndex(({ id }) => id === job)
    if (index >= 0) this.jobs.splice(index, 1)
  }

  #outcome(job: Job, text: string): JobOutcome {
    switch (job.kind) {
      case 'chat': {
        const message: ChatMessage = {
          id: newId(),
          author: 'model',
          text,
          at: '2026-11-25T11:42:10.000Z',
          provenance: provenance(),
        }
        this.#change(job.session ?? '', (record) => ({ ...record, chat: [...record.chat, message] }))
        return { kind: 'chat', message }
      }
      case 'suggest': {
        const suggestion: Suggestion = {
          id: newId(),
          question: text,
          state: 'offered',
          provenance: provenance(),
        }
        this.#change(job.session ?? '', (record) => ({
          ...record,
          suggestions: [...record.suggestions, suggestion],
        }))
        return { kind: 'suggest', suggestion }
      }
      case 'note': {
        const asked = this.#noteRequests.get(job.id) ?? noteSections
        const before = this.record(job.session ?? '').note
        const kept = before.sections.filter(({ id }) => !asked.includes(id))
        const drafted = asked.map((id) => ({ id, text, provenance: provenance() }))
        const note = {
          revision: before.revision + 1,
          sections: [...kept, ...drafted],
          savedAt: '2026-11-25T11:44:00.000Z',
        }
        this.#change(job.session ?? '', (record) => ({ ...record, note }))
        return { kind: 'note', note }
      }
      case 'panel':
        throw new Error('a panel’s end is told with its own outcome')
      case 'prepare':
        this.models = this.models.map((model) =>
          model.prepared.length === 0 ? { ...model, prepared: ['row8'] } : model,
        )
        return { kind: 'prepare', model: identity }
      case 'self-test':
        return {
          kind: 'self-test',
          report: {
            model: this.selfTested,
            same: true,
            prompts: 3,
            tokens: 288,
            decoder: 'clover+lookup',
            refusal: null,
            tokensPerStep: 2.9,
            plainMsPerToken: 9.6,
            guessedMsPerToken: 4,
          },
        }
      case 'import': {
        const model: ModelSummary = {
          ...bundledModel,
          id: 'qwen-0.5b',
          name: 'Qwen2.5-0.5B-Instruct',
          origin: 'imported',
          architecture: 'qwen2',
          parameters: 494_032_768,
          contextTokens: 32_768,
          bytes: 675_710_816,
          prepared: [],
        }
        this.models = [...this.models, model]
        return { kind: 'import', model }
      }
    }
  }

  #requireConsent(session: string, modality: Modality): void {
    const answer = this.record(session).consents.find((each) => each.modality === modality)
    if (!answer?.granted) fail('consent-missing', 'There is no consent for this. Ask the patient.')
  }

  #indexOf(id: string): number {
    return this.records.findIndex((record) => record.session.id === id)
  }

  #change(id: string, change: (record: SessionRecord) => SessionRecord): void {
    this.records[this.#indexOf(id)] = change(this.record(id))
  }

  #changeHead(id: string, change: Partial<Session>): Session {
    const head = { ...this.record(id).session, ...change }
    this.#change(id, (record) => ({ ...record, session: head }))
    return head
  }

  #turn(id: string, turn: string): Turn {
    const found = this.record(id).turns.find((each) => each.id === turn)
    return found ?? fail('not-found', 'This turn is no longer there. Reload the session.')
  }

  #search(text: string): SearchHit[] {
    const word = text.trim().toLowerCase()
    return this.records
      .filter(({ session: head }) => head.trashedAt === null)
      .flatMap((record) =>
        record.turns
          .filter((turn) => turn.text.toLowerCase().includes(word))
          .map((turn): SearchHit => {
            const at = turn.text.toLowerCase().indexOf(word)
            const match = turn.text.slice(at, at + word.length)
            return {
              session: record.session,
              where: 'turn',
              turn: turn.number,
              excerpt: `${turn.text.slice(0, at)}\u0002${match}\u0003${turn.text.slice(at + word.length)}`,
            }
          }),
      )
  }
}

const worksLocked: ReadonlySet<OperationName> = new Set([
  'app.status',
  'app.openFolder',
  'vault.create',
  'vault.unlock',
  'vault.lock',
  'vault.restore',
])
