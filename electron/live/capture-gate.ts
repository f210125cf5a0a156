/**
 * Which sensors may run now. One is open only after the window asked for it in one consultation, and only
 * while that person's consent is stored; everything that gives or takes sensor data asks here each time.
 */
import type { CaptureModality } from '../../models/contract/emotion.ts'
import { fail, FailureError } from '../../models/core/failure.ts'
import type { Id } from '../../models/session/session.ts'
import type { SessionStore } from '../../models/session/store.ts'
import { requireConsent } from '../handlers/consent-gate.ts'

export interface CaptureGateOptions {
  /** Fails while the vault is not open. */
  readonly store: () => SessionStore
}

export class CaptureGate {
  readonly #store: () => SessionStore
  readonly #open = new Set<CaptureModality>()
  #session: Id | null = null

  constructor({ store }: CaptureGateOptions) {
    this.#store = store
  }

  /** The consultation that is being captured, and by what. */
  get open(): { readonly session: Id | null; readonly modalities: readonly CaptureModality[] } {
    return { session: this.#session, modalities: [...this.#open] }
  }

  /**
   * Opens the gate, for one consultation at a time. Fails with `refused` outside consultations and for
   * learners, `consent-missing`, `conflict`.
   */
  begin(session: Id, modality: CaptureModality): void {
    this.#check(session, modality)
    if (this.#session !== session) this.clear()
    this.#session = session
    if (this.#open.has(modality)) return
    this.#open.add(modality)
    this.#store().record('capture.start', session, 'done')
  }

  /** Closes it again. Nothing happens when it is closed already. */
  end(session: Id, modality: CaptureModality): void {
    if (this.#session !== session || !this.#open.delete(modality)) return
    this.#store().record('capture.stop', session, 'done')
    if (this.#open.size === 0) this.#session = null
  }

  /** Closes it for everything. */
  clear(): void {
    const { session, modalities } = this.open
    this.#open.clear()
    this.#session = null
    for (const _ of modalities) this.#store().record('capture.stop', session, 'done')
  }

  /** Fails unless the modality is open for this session and its consent is still in force. */
  require(session: Id, modality: CaptureModality): void {
    if (this.#session !== session || !this.#open.has(modality))
      fail('refused', `The ${modality} is off. Turn it on in the consultation first.`, { modality })
    this.#check(session, modality)
  }

  /** The same for whichever consultation is being captured, as an answer. */
  isOpen(modality: CaptureModality): boolean {
    if (this.#session === null) return false
    try {
      this.require(this.#session, modality)
      return true
    } catch (error) {
      if (error instanceof FailureError) return false
      throw error
    }
  }

  #check(session: Id, modality: CaptureModality): void {
    const store = this.#store()
    const { kind, trashedAt } = store.head(session)
    if (kind !== 'consult')
      fail('refused', 'Only a person who is consulted may be read, never someone who practises.', { kind })
    if (trashedAt !== null)
      fail('conflict', 'This consultation is in the trash. Restore it in the library to go on.')
    if (store.settings().role === 'trainee')
      fail(
        'refused',
        'With the trainee profile, camera and microphone stay off. A clinician may change the profile in Settings.',
      )
    requireConsent(store, session, modality)
  }
}
