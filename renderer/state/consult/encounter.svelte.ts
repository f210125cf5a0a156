/** One open consultation: everything in its record, on one clock, with the texts being written into it. */
import { speaksFor } from '../../../models/contract/consult.ts'
import type { JobOutcome } from '../../../models/contract/operations.ts'
import { assertNever, type Failure } from '../../../models/core/failure.ts'
import type { Consent, Modality, Session, SessionRecord } from '../../../models/session/session.ts'
import type { SaveState } from '../app.svelte.ts'
import type { Undo } from '../notices.svelte.ts'
import type { Requests } from '../requests.ts'
import { Chat } from './chat.svelte.ts'
import { SessionClock } from './clock.svelte.ts'
import { latest } from './latest.ts'
import { NoteEditor } from './note.svelte.ts'
import { Reading } from './reading.svelte.ts'
import type { BrokenOff, Stream, StreamKind } from './stream.svelte.ts'
import { Suggestions } from './suggestions.svelte.ts'
import { Transcript } from './transcript.svelte.ts'

export class Encounter {
  session = $state.raw<Session>() as Session
  consents = $state.raw<readonly Consent[]>([])
  /** The answer about text that stands now; null when nobody was asked. */
  readonly consent = $derived(this.answer('text'))
  /** Why nothing may be added or read by a model, or null. */
  readonly blocked = $derived.by(() => {
    if (this.session.trashedAt !== null)
      return 'This consultation is in the trash. Restore it in the library to go on.'
    if (this.consent?.granted) return null
    return this.consent
      ? 'Consent for text was withdrawn. Record it again to go on.'
      : 'Consent for text is not recorded. Record it to go on.'
  })
  readonly clock: SessionClock
  readonly transcript: Transcript
  readonly suggestions: Suggestions
  readonly reading: Reading
  readonly chat: Chat
  readonly note: NoteEditor
  readonly save = $derived.by((): SaveState => {
    if (this.note.failure) return { kind: 'failed' }
    return this.note.dirty || this.note.saving ? { kind: 'saving' } : { kind: 'saved', at: this.#savedAt() }
  })
  readonly #requests: Requests

  constructor(
    record: SessionRecord,
    requests: Requests,
    toast: (text: string, undo: Undo | null) => void,
    expect: (job: string, kind: StreamKind) => void,
    now: () => number,
  ) {
    const { id } = record.session
    this.session = record.session
    this.consents = record.consents
    this.#requests = requests
    this.clock = new SessionClock(record.turns.at(-1)?.atMs ?? 0, now)
    if (record.turns.length === 0) this.clock.start()
    this.transcript = new Transcript(id, record.turns, this.clock, requests, toast)
    this.suggestions = new Suggestions(id, record.suggestions, this.transcript, requests, toast, (job) =>
      expect(job, 'suggest'),
    )
    this.reading = new Reading(id, this.transcript, requests, toast)
    this.chat = new Chat(id, record.chat, requests, (job) => expect(job, 'chat'))
    this.note = new NoteEditor(id, record.note, requests, (job) => expect(job, 'note'), now)
  }

  /** The newest text under way; Esc stops this one. */
  get writing(): Stream | null {
    return [this.chat.stream, this.suggestions.stream, this.note.stream]
      .filter((stream) => stream !== null)
      .reduce<Stream | null>(
        (newest, each) => (newest && newest.sequence > each.sequence ? newest : each),
        null,
      )
  }

  adopt(stream: Stream): void {
    const subject = this.#subject(stream.kind)
    subject.stream = stream
    subject.broken = null
  }

  finish(stream: Stream | null, outcome: JobOutcome): void {
    if (stream) this.#release(stream)
    switch (outcome.kind) {
      case 'chat':
        this.chat.accept(outcome.message)
        return
      case 'suggest':
        this.suggestions.accept(outcome.suggestion)
        return
      case 'note':
        this.note.drafted(outcome.note)
        return
      case 'prepare':
      case 'import':
      case 'self-test':
      case 'panel':
      case 'panel-replay':
        return
      default:
        assertNever(outcome)
    }
  }

  breakOff(stream: Stream, failure: Failure): void {
    this.#release(stream)
    if (stream.kind === 'note') void this.#keepFinishedSections(stream, failure)
    else this.#subject(stream.kind).broken = { failure, parts: stream.parts }
  }

  async stop(stream: Stream): Promise<void> {
    stream.stopping = true
    if ((await this.#requests.ask('job.cancel', { job: stream.job })) === undefined) stream.stopping = false
  }

  /** The answer about a modality that stands now; null when nobody was asked. */
  answer(modality: Modality): Consent | null {
    return (
      this.consents
        .filter((consent) => consent.modality === modality)
        .toSorted((a, b) => a.at.localeCompare(b.at))
        .at(-1) ?? null
    )
  }

  /** Whether this person has agreed to having their expression read this way. */
  agreed(modality: Exclude<Modality, 'text'>): boolean {
    const answer = this.answer(modality)
    return answer !== null && answer.granted && speaksFor(answer, this.session)
  }

  /**
   * Records an answer; false when that failed, which is then shown.
   *
   * @param forget whether a withdrawal also deletes what was read under this consent
   */
  async setConsent(granted: boolean, modality: Modality = 'text', forget = false): Promise<boolean> {
    const consent = await this.#requests.ask('consent.set', {
      session: this.session.id,
      modality,
      granted,
      ...(forget ? { forget } : {}),
    })
    if (consent) this.consents = [...this.consents, consent]
    return consent !== undefined
  }

  /** Takes what may have changed elsewhere while this stayed open: its head and its consents. */
  refresh(record: SessionRecord): void {
    this.session = record.session
    this.consents = record.consents
  }

  /** Changes name, reason or tags. Null when saved, otherwise why not. */
  async update(change: {
    person?: string
    reason?: string
    tags?: readonly string[]
  }): Promise<Failure | null> {
    const result = await this.#requests.try('session.update', { session: this.session.id, ...change })
    if (!result.ok) return result.failure
    this.session = result.value
    return null
  }

  /** The document as it would leave, with how many passages redaction replaced. */
  async preview(redact: boolean) {
    await this.note.flush()
    return this.#requests.try('session.exportPreview', {
      session: this.session.id,
      format: 'markdown',
      redact,
    })
  }

  async export(redact: boolean) {
    await this.note.flush()
    return this.#requests.try('session.export', { session: this.session.id, format: 'markdown', redact })
  }

  /** A draft that failed half way has stored the sections before; they are read back. */
  async #keepFinishedSections(stream: Stream, failure: Failure): Promise<void> {
    const result = await this.#requests.try('session.open', { session: this.session.id })
    const stored = result.ok && result.value.note.revision > this.note.revision ? result.value.note : null
    if (stored) this.note.drafted(stored)
    const isStored = (part: string): boolean =>
      stored?.sections.some(({ id, provenance }) => id === part && provenance !== null) ?? false
    const parts = Object.fromEntries(Object.entries(stream.parts).filter(([part]) => !isStored(part)))
    this.note.draftFailed({ failure, parts })
  }

  #subject(kind: StreamKind): { stream: Stream | null; broken: BrokenOff | null } {
    switch (kind) {
      case 'chat':
        return this.chat
      case 'suggest':
        return this.suggestions
      case 'note':
        return this.note
      default:
        return assertNever(kind)
    }
  }

  #release(stream: Stream): void {
    const subject = this.#subject(stream.kind)
    if (subject.stream === stream) subject.stream = null
  }

  /** When a change of this session last reached the disk, as far as this window has seen. */
  #savedAt(): Date {
    const turns = this.transcript.turns.flatMap(({ recordedAt, editedAt }) => [recordedAt, editedAt])
    return latest([this.session.updatedAt, this.note.savedAt, this.chat.messages.at(-1)?.at, ...turns])
  }
}
