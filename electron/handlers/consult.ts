/** The model's part in a consultation: it answers, suggests a question, drafts the note. */
import {
  chatPrompt,
  notePrompt,
  readQuestion,
  readSection,
  sessionProcess,
  suggestPrompt,
  withTurnNumbers,
} from '../../models/consult/index.ts'
import type { JobOutcome } from '../../models/contract/operations.ts'
import { fail } from '../../models/core/failure.ts'
import type { Id, Note, NoteSection, NoteSectionId } from '../../models/session/session.ts'
import type { SessionStore } from '../../models/session/store.ts'
import type { JobContext } from '../jobs/job-queue.ts'
import { requireConsent } from './consent-gate.ts'
import { converse } from './converse.ts'
import type { HandlersOf, OperationsOf } from './handlers.ts'
import type { Ports } from './ports.ts'
import { readable } from './readable.ts'

/** A question or a note section needs no more; a model that runs on repeats itself. */
const longestQuestionTokens = 96
const longestSectionTokens = 256
/** Where the model examines or concludes instead, it is asked once more, with the first words of a question given. */
const questionOpenings = ['', 'Have you had any']

const stopped = (): never => fail('cancelled', 'Stopped before anything was written.')

/**
 * Everything is stored before the job ends. Consent is asked for again before storing, because it
 * may have been withdrawn while the model wrote.
 */
export function consultHandlers(
  ports: Ports,
): HandlersOf<Exclude<OperationsOf<'consult'>, 'consult.reading'>> {
  const consented = (session: Id): SessionStore => {
    const store = ports.vault.store()
    requireConsent(store, session, 'text')
    return store
  }

  const answer = async (session: Id, question: Id, context: JobContext): Promise<JobOutcome> => {
    const record = consented(session).readSession(session)
    const position = record.chat.findIndex((message) => message.id === question)
    const asked = record.chat[position] ?? fail('not-found', 'The question is no longer there. Ask it again.')
    const written = await converse(ports, {
      record,
      conversation: `${session}:chat`,
      prompt: chatPrompt({ ...record, chat: record.chat.slice(0, position) }, asked.text),
      longest: Infinity,
      signal: context.signal,
      progress: context.progress,
      onDelta: (delta) => context.delta({ kind: 'chat', delta }),
    })
    if (written.text === '' && written.provenance.finish === 'cancelled') stopped()
    const message = consented(session).addChat(session, written)
    return { kind: 'chat', message }
  }

  const suggest = async (session: Id, context: JobContext): Promise<JobOutcome> => {
    const record = consented(session).readSession(session)
    for (const opening of questionOpenings) {
      const enough = new AbortController()
      let soFar = ''
      const written = await converse(ports, {
        record,
        conversation: `${session}:suggest`,
        prompt: { ...suggestPrompt(record), opening },
        longest: longestQuestionTokens,
        signal: AbortSignal.any([context.signal, enough.signal]),
        progress: context.progress,
        onDelta: (delta) => {
          const text = soFar === '' && opening !== '' ? `\n${delta.text}` : delta.text
          context.delta({ kind: 'suggest', delta: { ...delta, text } })
          soFar += delta.text
          // The rest would be thrown away: only the first question is offered.
          if (readQuestion(soFar) !== null) enough.abort()
        },
      })
      if (context.signal.aborted) stopped()
      const question = readQuestion(written.text)
      if (question === null) continue
      const provenance = { ...written.provenance, finish: 'end' as const }
      return {
        kind: 'suggest',
        suggestion: consented(session).addSuggestion(session, question, provenance),
      }
    }
    return { kind: 'suggest', suggestion: null }
  }

  const draft = async (
    session: Id,
    sections: readonly NoteSectionId[],
    context: JobContext,
  ): Promise<JobOutcome> => {
    const before = consented(session).readSession(session)
    let note: Note | null = null
    for (const section of new Set(sections)) {
      const record = consented(session).readSession(session)
      const written = await converse(ports, {
        record,
        conversation: `${session}:note`,
        prompt: notePrompt(record, section),
        longest: longestSectionTokens,
        signal: context.signal,
        progress: context.progress,
        onDelta: (delta) => context.delta({ kind: 'note', section, delta }),
      })
      const text = withTurnNumbers(readSection(written.text), record.turns)
      if (written.provenance.tokens > 0 && text !== '')
        note = keepSection(consented(session), session, { id: section, text, provenance: written.provenance })
      if (context.signal.aborted) break
    }
    if (note === null && context.signal.aborted) stopped()
    return { kind: 'note', note: note ?? before.note }
  }

  return {
    'consult.chat': ({ session, text }) => {
      const message = consented(session).addChat(session, { text, provenance: null })
      const job = ports.jobs.start({
        kind: 'chat',
        title: 'Answering your question',
        session,
        run: (context) => answer(session, message.id, context),
      })
      return { job: job.id, message }
    },

    'consult.suggest': ({ session }) => {
      consented(session)
      const job = ports.jobs.start({
        kind: 'suggest',
        title: 'Suggesting the next question',
        session,
        run: (context) => suggest(session, context),
      })
      return { job: job.id }
    },

    'consult.process': ({ session }) => sessionProcess(readable(consented(session).readSession(session))),

    'consult.draftNote': ({ session, sections }) => {
      consented(session)
      const job = ports.jobs.start({
        kind: 'note',
        title: 'Drafting the note',
        session,
        run: (context) => draft(session, sections, context),
      })
      return { job: job.id }
    },
  }
}

/** The other sections stay as they are now, not as they were when the model began to write. */
function keepSection(store: SessionStore, session: Id, section: NoteSection): Note {
  const now = store.readSession(session).note.sections
  const known = now.some(({ id }) => id === section.id)
  return store.saveNote(
    session,
    known ? now.map((each) => (each.id === section.id ? section : each)) : [...now, section],
  )
}
