/** Sessions from their making to their end, consent and samples. */
import { fail } from '../../../models/core/failure.ts'
import type { SearchHit } from '../../../models/session/session.ts'
import { sample, sampleTurns } from '../bridge-samples.ts'
import { sessionRecord } from '../session-records.ts'
import { changeHead, changeRecord, indexOf, recordOf } from './records.ts'
import { logged } from './settings.ts'
import type { FakeState, HandlersOf } from './state.ts'

export const sessionHandlers = (state: FakeState): HandlersOf<'session' | 'sample' | 'consent'> => ({
  'session.create': ({ kind, person, reason, tags, consents }) => {
    const record = sessionRecord({ kind, person, reason, tags })
    const made = {
      ...record,
      consents: consents.map((consent) => ({
        ...consent,
        wording: '1',
        person,
        recordedBy: state.settings.userName,
        at: record.session.createdAt,
      })),
    }
    state.records.push(made)
    logged(state, 'session.create', made.session.id)
    return made
  },
  'session.openSample': ({ sample: name }) => {
    if (name !== sample.id) fail('not-found', 'This sample is not there. Choose another.')
    const made = sessionRecord({ person: 'Ruth Okafor', reason: sample.title, sample: name }, sampleTurns)
    state.records.push(made)
    return made
  },
  'session.open': ({ session: id }) => {
    logged(state, 'session.view', id)
    return recordOf(state, id)
  },
  'session.update': ({ session: id, ...change }) => changeHead(state, id, change),
  'session.list': ({ trashed, tag, kind }) =>
    state.records
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
    const kept = state.records.filter(({ session: head }) => head.trashedAt === null)
    const tags = new Set(kept.flatMap(({ session: head }) => head.tags))
    return [...tags].sort().map((tag) => ({
      tag,
      sessions: kept.filter(({ session: head }) => head.tags.includes(tag)).length,
    }))
  },
  'session.search': ({ text, limit }) => found(state, text).slice(0, limit),
  'session.trash': ({ session: id }) => changeHead(state, id, { trashedAt: '2026-11-25T12:00:00.000Z' }),
  'session.restore': ({ session: id }) => changeHead(state, id, { trashedAt: null }),
  'session.destroy': ({ session: id }) => {
    if (recordOf(state, id).session.trashedAt === null) {
      fail('conflict', 'Only a session in the trash can be destroyed. Move it there first.')
    }
    state.records.splice(indexOf(state, id), 1)
    return null
  },
  'session.export': () => ({ saved: true, name: 'consultation.md' }),
  'session.exportPreview': ({ session: id, redact }) => {
    const text = recordOf(state, id)
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
      person: recordOf(state, id).session.person,
      recordedBy: state.settings.userName,
      at: '2026-11-25T11:42:00.000Z',
    }
    changeRecord(state, id, (record) => ({
      ...record,
      consents: [...record.consents.filter((each) => each.modality !== modality), consent],
    }))
    return consent
  },
})

function found({ records }: FakeState, text: string): readonly SearchHit[] {
  const word = text.trim().toLowerCase()
  return records
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
