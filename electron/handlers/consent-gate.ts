/** Nothing is taken from a person who has not agreed to it. */
import { speaksFor } from '../../models/consult/index.ts'
import { fail } from '../../models/core/failure.ts'
import type { Id, Modality } from '../../models/session/session.ts'
import type { SessionStore } from '../../models/session/store.ts'

const whatFor: Readonly<Record<Modality, string>> = {
  text: 'writing the conversation down and letting the model read it',
  microphone: 'reading the expression of the voice',
  camera: 'reading the expression of the face',
  words: 'reading what the typed words express',
}

/**
 * Whether the latest answer for the modality is yes. Where expression is read, the answer must also be of
 * the person whom the session names now.
 */
export function isConsented(store: SessionStore, session: Id, modality: Modality): boolean {
  const answer = store.consents(session).find((consent) => consent.modality === modality)
  if (!answer?.granted) return false
  return modality === 'text' || speaksFor(answer, store.head(session))
}

/** Fails with `consent-missing` unless `isConsented`. */
export function requireConsent(store: SessionStore, session: Id, modality: Modality): void {
  if (isConsented(store, session, modality)) return
  fail(
    'consent-missing',
    `There is no consent in this session to ${whatFor[modality]}. Ask the patient, record the answer under Consent, then try again.`,
    { modality },
  )
}
