/**
 * The consultation area: which consultation is open, and every text being written for any of them.
 * A text goes on being collected while its consultation is not on screen, so coming back shows all
 * of it.
 */
import type { Job, JobId, Pushes, RequestOf } from '../../models/contract/operations.ts'
import type { Failure } from '../../models/core/failure.ts'
import type { Id, NoteSection, SessionRecord } from '../../models/session/session.ts'
import type { Undo } from './notices.svelte.ts'
import type { Report, Requests } from './requests.ts'
import { Encounter } from './consult/encounter.svelte.ts'
import { isStreamKind, Stream, type StreamKind } from './consult/stream.svelte.ts'

/** What was typed but not saved when the vault locked. */
interface Unsaved {
  readonly session: Id
  readonly sections: readonly NoteSection[]
  readonly turn: string
  readonly question: string
}

/** Ids of ended jobs that are remembered for replies that arrive after their end. */
const endedRemembered = 64

export class ConsultState {
  /** The open consultation; null while none is open or it is being read. */
  encounter = $state.raw<Encounter | null>(null)
  opening = $state<Id | null>(null)
  /** Why the consultation could not be opened. */
  failure = $state.raw<Failure | null>(null)
  readonly #requests: Requests
  readonly #report: Report
  readonly #toast: (text: string, undo: Undo | null) => void
  readonly #now: () => number
  #streams: readonly Stream[] = []
  #ended: readonly JobId[] = []
  #sequence = 0
  #unsaved: Unsaved | null = null

  constructor(
    requests: Requests,
    report: Report,
    toast: (text: string, undo: Undo | null) => void,
    now: () => number = Date.now,
  ) {
    this.#requests = requests
    this.#report = report
    this.#toast = toast
    this.#now = now
    const { bridge } = requests
    bridge.on('job.started', (job) => this.#started(job, false))
    bridge.on('job.progress', ({ job, progress }) => {
      const stream = this.#stream(job)
      if (stream) stream.progress = progress
    })
    bridge.on('job.delta', (push) => {
      const stream = this.#stream(push.job) ?? this.#late(push)
      stream?.append(push)
    })
    bridge.on('job.ended', (end) => this.#finished(end))
  }

  /** Opens a saved consultation as it was left, with what is being written into it. */
  async open(session: Id): Promise<void> {
    const kept = this.encounter?.session.id === session ? this.encounter : null
    if (!kept) await this.close()
    this.opening = session
    this.failure = null
    const result = await this.#requests.try('session.open', { session })
    if (this.opening !== session) return
    this.opening = null
    if (!result.ok) {
      this.failure = result.failure
      if (result.failure.code === 'not-found') this.encounter = null
      return
    }
    if (kept) {
      kept.refresh(result.value)
      return
    }
    this.#show(result.value)
    await this.#findRunning(session)
  }

  /** Starts a consultation. The failure is returned so that the form can show it. */
  async create(request: Omit<RequestOf<'session.create'>, 'kind'>): Promise<Failure | null> {
    await this.close()
    const result = await this.#requests.try('session.create', { kind: 'consult', ...request })
    if (!result.ok) return result.failure
    this.#show(result.value)
    return null
  }

  /** Writes what is not saved yet and leaves the consultation. */
  async close(): Promise<void> {
    const { encounter } = this
    this.opening = null
    if (!encounter) return
    this.encounter = null
    await encounter.note.flush()
    encounter.note.close()
    if (encounter.note.failure) this.#report(encounter.note.failure)
  }

  /** Writes what is not saved yet; for a lock that was asked for. */
  async flush(): Promise<void> {
    await this.encounter?.note.flush()
  }

  /**
   * Forgets everything that came out of the vault. Only words that could not be written any more
   * are kept, and come back when the same consultation is opened again.
   */
  clear(): void {
    const { encounter } = this
    if (encounter) {
      const { note, transcript, chat } = encounter
      note.close()
      const turn = transcript.draft
      const question = chat.draft
      this.#unsaved =
        note.dirty || turn || question
          ? { session: encounter.session.id, sections: note.dirty ? note.sections : [], turn, question }
          : null
    }
    this.encounter = null
    this.opening = null
    this.failure = null
    this.#streams = []
  }

  #show(record: SessionRecord): void {
    const { id } = record.session
    const encounter = new Encounter(
      record,
      this.#requests,
      this.#toast,
      (job, kind) => this.#expect(job, id, kind),
      this.#now,
    )
    for (const stream of this.#streams) if (stream.session === id) encounter.adopt(stream)
    const unsaved = this.#unsaved
    if (unsaved && unsaved.session === id) {
      for (const section of unsaved.sections)
        if (!section.provenance) encounter.note.edit(section.id, section.text)
      if (unsaved.turn) encounter.transcript.draft = unsaved.turn
      encounter.chat.draft = unsaved.question
      this.#unsaved = null
    }
    this.encounter = encounter
  }

  /** Jobs that began before this window listened. */
  async #findRunning(session: Id): Promise<void> {
    const jobs = await this.#requests.ask('job.list', {})
    for (const job of jobs ?? []) if (job.session === session) this.#started(job, true)
  }

  #stream(job: JobId): Stream | undefined {
    return this.#streams.find((stream) => stream.job === job)
  }

  #started(job: Job, late: boolean): void {
    if (!isStreamKind(job.kind) || job.session === null) return
    this.#add(job.id, job.session, job.kind, late)
    const stream = this.#stream(job.id)
    if (stream && !stream.progress) stream.progress = job.progress
  }

  #late(push: Pushes['job.delta']): Stream | undefined {
    if (push.session === null) return undefined
    this.#add(push.job, push.session, push.kind, true)
    return this.#stream(push.job)
  }

  #expect(job: JobId, session: Id, kind: StreamKind): void {
    this.#add(job, session, kind, false)
  }

  #add(job: JobId, session: Id, kind: StreamKind, late: boolean): void {
    if (this.#stream(job) || this.#ended.includes(job)) return
    const stream = new Stream(job, session, kind, this.#sequence++, late)
    this.#streams = [...this.#streams, stream]
    if (this.encounter?.session.id === session) this.encounter.adopt(stream)
  }

  #finished(end: Pushes['job.ended']): void {
    const stream = this.#stream(end.job)
    this.#streams = this.#streams.filter(({ job }) => job !== end.job)
    this.#ended = [...this.#ended, end.job].slice(-endedRemembered)
    if (!stream) return
    const encounter = this.encounter?.session.id === stream.session ? this.encounter : null
    if (end.ok) encounter?.finish(stream, end.outcome)
    else if (encounter) encounter.breakOff(stream, end.failure)
    else if (end.failure.code !== 'cancelled') this.#report(end.failure)
  }
}
