import { describe, expect, it } from 'vitest'
import { redactRecord, sessionToMarkdown } from '../../../models/consult/index.ts'
import type { Provenance, SessionRecord } from '../../../models/session/session.ts'

const at = '2026-01-02T03:04:05.000Z'
const provenance: Provenance = {
  model: 'default',
  modelName: 'Small model',
  weightsHash: 'ab',
  adapterHash: null,
  precision: 'row8',
  seed: 7,
  temperature: 0,
  topP: 1,
  promptTokens: 10,
  tokens: 5,
  msPerToken: 9,
  finish: 'end',
  dropped: null,
  lastTurn: 1,
  at,
}
const record: SessionRecord = {
  session: {
    id: '0'.repeat(32),
    kind: 'consult',
    person: 'Ana Petrescu',
    reason: 'Cough <script>',
    tags: ['a|b'],
    createdAt: at,
    updatedAt: at,
    trashedAt: null,
    sample: null,
  },
  consents: [
    { modality: 'text', granted: true, wording: 'text-1', person: 'Ana Müller', recordedBy: 'Dr Sato', at },
  ],
  turns: [
    {
      id: '1'.repeat(32),
      number: 1,
      speaker: 'patient',
      text: '# not a heading\n- Petrescu coughs *a lot*',
      atMs: 61_000,
      recordedAt: at,
      editedAt: null,
    },
  ],
  chat: [
    { id: '2'.repeat(32), author: 'clinician', text: 'What is it?', at, provenance: null },
    { id: '3'.repeat(32), author: 'model', text: 'A cough.', at, provenance },
  ],
  suggestions: [],
  note: { revision: 1, savedAt: at, sections: [{ id: 'plan', text: 'Rest.', provenance }] },
}

describe('sessionToMarkdown', () => {
  it('marks every model text with model, seed and time', () => {
    const text = sessionToMarkdown(record, { redacted: false, exportedAt: at })
    expect(text).toContain('**Model** (written by a model: Small model, row8, seed 7')
    expect(text).toContain('*Draft, written by a model: Small model, row8, seed 7')
  })
  it('keeps what people typed from becoming markup', () => {
    const text = sessionToMarkdown(record, { redacted: false, exportedAt: at })
    expect(text).toContain('\\<script\\>')
    expect(text).toContain('\\# not a heading')
    expect(text).toContain('\\*a lot\\*')
    expect(text).toContain('(01:01)')
  })
  it('leaves no name in a redacted record, counts what was replaced and says so', async () => {
    const redacted = await redactRecord(record, () => Promise.resolve())
    const text = sessionToMarkdown(redacted.record, { redacted: true, exportedAt: at })
    expect(text).not.toContain('Petrescu')
    expect(text).toContain('were replaced where they were found')
    expect(redacted.count).toBe(2)
  })
})
