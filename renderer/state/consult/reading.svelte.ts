/** What is read in the turns: the guided question, the differential, and where the process stands. */
import type { Guidance, GuidedNext, SessionProcess } from '../../../models/contract/reading.ts'
import type { Failure } from '../../../models/core/failure.ts'
import type { Id } from '../../../models/session/session.ts'
import type { Undo } from '../notices.svelte.ts'
import type { Requests } from '../requests.ts'
import type { Transcript } from './transcript.svelte.ts'

export class Reading {
  /** The newest reading; it stays while the next one is under way. */
  value = $state.raw<Guidance | null>(null)
  failure = $state.raw<Failure | null>(null)
  /** Where the consultation stands in the flowchart; null until it was read. */
  process = $state.raw<SessionProcess | null>(null)
  /** The question that was passed over; another takes its place when the reading changes. */
  skipped = $state<string | null>(null)
  /** The next step, or null when there is none or it was passed over. */
  readonly next = $derived.by((): GuidedNext | null => {
    const next = this.value?.next ?? null
    return next && next.text !== this.skipped ? next : null
  })
  readonly #session: Id
  readonly #requests: Requests
  readonly #transcript: Transcript
  readonly #toast: (text: string, undo: Undo | null) => void
  #newest = 0

  constructor(
    session: Id,
    transcript: Transcript,
    requests: Requests,
    toast: (text: string, undo: Undo | null) => void,
  ) {
    this.#session = session
    this.#transcript = transcript
    this.#requests = requests
    this.#toast = toast
  }

  /** Reads the turns again. Of answers that cross, the one asked for last counts. */
  async refresh(): Promise<void> {
    this.#newest += 1
    const asked = this.#newest
    const result = await this.#requests.try('consult.reading', { session: this.#session })
    if (asked !== this.#newest) return
    this.failure = result.ok ? null : result.failure
    if (result.ok) this.value = result.value
    const process = await this.#requests.try('consult.process', { session: this.#session })
    if (asked === this.#newest && process.ok) this.process = process.value
  }

  /** Forgets the reading, as when consent was withdrawn. */
  clear(): void {
    this.#newest += 1
    this.value = null
    this.process = null
    this.failure = null
  }

  /** Says the question: it becomes the clinician's turn, verbatim. */
  async use(next: GuidedNext): Promise<void> {
    const turn = await this.#transcript.add('clinician', next.text)
    if (!turn) return
    this.#transcript.speaker = 'patient'
    this.#toast(`Asked as turn ${turn.number}.`, {
      label: 'Undo',
      run: () => void this.#transcript.withdraw(turn),
    })
  }

  /** Puts the question into the composer. */
  reword(next: GuidedNext): void {
    this.#transcript.compose('clinician', next.text)
  }

  skip(next: GuidedNext): void {
    this.skipped = next.text
    this.#toast('Question skipped.', { label: 'Undo', run: () => this.offer() })
  }

  /** Offers the question again that was passed over. */
  offer(): void {
    this.skipped = null
  }
}
