/** What the model is asked in a consultation. */
import { sessionProcess } from '../../../models/consult/process.ts'
import type { ChatMessage } from '../../../models/session/session.ts'
import { newId } from '../session-records.ts'
import type { FakeJobs } from './jobs.ts'
import { changeRecord, recordOf } from './records.ts'
import type { FakeState, HandlersOf } from './state.ts'

export const consultHandlers = (state: FakeState, work: FakeJobs): HandlersOf<'consult'> => ({
  'consult.chat': ({ session: id, text }) => {
    const message: ChatMessage = {
      id: newId(),
      author: 'clinician',
      text,
      at: '2026-11-25T11:42:00.000Z',
      provenance: null,
    }
    changeRecord(state, id, (record) => ({ ...record, chat: [...record.chat, message] }))
    return { job: work.start('chat', 'Reply', id), message }
  },
  'consult.suggest': ({ session: id }) => ({ job: work.start('suggest', 'Next question', id) }),
  'consult.draftNote': ({ session: id, sections }) => {
    const job = work.start('note', 'Note draft', id)
    work.noteRequests.set(job, sections)
    return { job }
  },
  'consult.process': ({ session: id }) => sessionProcess(recordOf(state, id)),
  'consult.reading': ({ session: id }) =>
    recordOf(state, id).turns.length > 0
      ? state.reading
      : { ...state.reading, differential: [], other: 1, upToTurn: 0, next: null },
})
