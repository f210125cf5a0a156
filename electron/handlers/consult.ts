/** The model's part in a consultation: it answers, suggests a question, drafts the note. */
import {
  chatPrompt,
  notePrompt,
  readQuestion,
  readSection,
  sessionProcess,
  suggestedTurn,
  withTurnNumbers,
} from '../../models/consult/index.ts'
import type { JobOutcome } from '../../models/contract/operations.ts'
import type { Complete } from '../../models/dialogue/doctor/complete.ts'
import { splitNote } from '../../models/dialogue/doctor/note.ts'
import { fail } from '../../models/core/failure.ts'
import type { Id, Note, NoteSection, NoteSectionId, Provenance } from '../../models/session/session.ts'
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
/** A diagnosis and what else was considered. */
const longestJudgementTokens = 64
/** The model that takes the doctor's turn: the bundled one, aligned to the diagnostic process. */
const alignedModel = 'base+plpf'

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
    await ports.models.prepare(alignedModel, null, context.progress, context.signal)
    const { base } = ports.knowledge
    const origin: { last: Provenance | null } = { last: null }
    const complete: Complete = async (messages, { beside, opening = '' } = {}) => {
      const enough = new AbortController()
      let written = ''
      let shown = ''
      const reply = await converse(ports, {
        record,
        model: alignedModel,
        conversation: `${session}:${beside ?? 'suggest'}`,
        prompt: { messages, opening },
        longest: beside === 'judgement' ? longestJudgementTokens : longestQuestionTokens,
        greedy: beside !== undefined,
        signal: AbortSignal.any([context.signal, enough.signal]),
        progress: context.progress,
        onDelta: (delta) => {
          // What is judged and decided, and the note before the words, are not said.
          if (beside !== undefined || opening === '') return
          written += delta.text
          const { said } = splitNote(written)
          if (said.length > shown.length)
            context.delta({ kind: 'suggest', delta: { ...delta, text: said.slice(shown.length) } })
          shown = said
          // The rest would be thrown away: only the first question is offered.
          if (readQuestion(said) !== null) enough.abort()
        },
      })
      if (context.signal.aborted) stopped()
      origin.last = reply.provenance
      return reply.text
    }
    const said = await suggestedTurn(base, ports.knowledge.guide(), readable(record), complete)
    if (said === null || origin.last === null) return { kind: 'suggest', suggestion: null }
    const provenance = { ...origin.last, finish: 'end' as const }
    return { kind: 'suggest', suggestion: consented(session).addSuggestion(session, said, provenance) }
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
