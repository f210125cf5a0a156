/** Finding and changing what the fake bridge has of a session. */
import { fail } from '../../../models/core/failure.ts'
import type { Modality, Session, SessionRecord, Turn } from '../../../models/session/session.ts'
import type { FakeState } from './state.ts'

type Records = Pick<FakeState, 'records'>

export function recordOf({ records }: Records, id: string): SessionRecord {
  const found = records.find((record) => record.session.id === id)
  return found ?? fail('not-found', 'This session is no longer there. Go back to the library.')
}

export const indexOf = ({ records }: Records, id: string): number =>
  records.findIndex((record) => record.session.id === id)

export function changeRecord(
  state: Records,
  id: string,
  change: (record: SessionRecord) => SessionRecord,
): void {
  state.records[indexOf(state, id)] = change(recordOf(state, id))
}

export function changeHead(state: Records, id: string, change: Partial<Session>): Session {
  const head = { ...recordOf(state, id).session, ...change }
  changeRecord(state, id, (record) => ({ ...record, session: head }))
  return head
}

export function turnIn(state: Records, id: string, turn: string): Turn {
  const found = recordOf(state, id).turns.find((each) => each.id === turn)
  return found ?? fail('not-found', 'This turn is no longer there. Reload the session.')
}

export function requireConsent(state: Records, session: string, modality: Modality): void {
  const answer = recordOf(state, session).consents.find((each) => each.modality === modality)
  if (!answer?.granted) fail('consent-missing', 'There is no consent for this. Ask the patient.')
}
