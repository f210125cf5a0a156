/** Nothing is taken from a person who has not agreed to it. */
import { fail } from '../../models/core/failure.ts'
import type { Id, Modality } from '../../models/session/session.ts'
import type { SessionStore } from '../../models/session/store.ts'

const whatFor: Readonly<Record<Modality, string>> = {
  text: 'writing the conversation down and letting the model read it',
  microphone: 'recording sound',
  camera: 'recording pictures',
}

/** Fails with `consent-missing` unless the latest answer for the modality is yes. */
export function requireConsent(store: SessionStore, session: Id, modality: Modality): void {
  const answer = store.consents(session).find((consent) => consent.modality === modality)
  if (answer?.granted) return
  fail(
    'consent-missing',
    `There is no consent in this session to ${whatFor[modality]}. Ask the patient, record the answer under Consent, then try again.`,
    { modality },
  )
}
