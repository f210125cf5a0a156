/** Builders of sessions for tests: real shapes with invented, non-personal content. */
import type { Provenance, Session, SessionRecord, Speaker } from '../../models/session/session.ts'

let made = 0

/** A fresh id in the contract's form: 32 hex digits. */
export function newId(): string {
  return (++made).toString(16).padStart(32, '0')
}

export function provenance(change: Partial<Provenance> = {}): Provenance {
  return {
    model: 'default',
    modelName: 'SmolLM2-135M',
    weightsHash: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
    adapterHash: null,
    precision: 'row8',
    seed: 7,
    temperature: 0,
    topP: 0.95,
    promptTokens: 412,
    tokens: 24,
    msPerToken: 24,
    finish: 'end',
    dropped: null,
    lastTurn: 2,
    at: '2026-11-25T11:41:00.000Z',
    ...change,
  }
}

export function session(change: Partial<Session> = {}): Session {
  return {
    id: newId(),
    kind: 'consult',
    person: 'Ruth Okafor',
    reason: 'Breathless for three days',
    tags: [],
    createdAt: '2026-11-25T11:37:00.000Z',
    updatedAt: '2026-11-25T11:41:00.000Z',
    trashedAt: null,
    sample: null,
    ...change,
  }
}

/** A record with the given turns, ten seconds apart, and text consent. */
export function sessionRecord(
  change: Partial<Session> = {},
  turns: readonly (readonly [Speaker, string])[] = [],
): SessionRecord {
  const head = session(change)
  return {
    session: head,
    consents: [
      {
        modality: 'text',
        granted: true,
        wording: '1',
        person: head.person,
        recordedBy: 'Dr Lindqvist',
        at: head.createdAt,
      },
    ],
    turns: turns.map(([speaker, text], index) => ({
      id: newId(),
      number: index + 1,
      speaker,
      text,
      atMs: index * 10_000,
      recordedAt: head.createdAt,
      editedAt: null,
    })),
    chat: [],
    suggestions: [],
    note: { revision: 0, sections: [], savedAt: null },
  }
}
