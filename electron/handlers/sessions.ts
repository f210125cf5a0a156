/** Sessions and what is written in them by people: turns, consents, the note. */
import type { Sample } from '../../models/consult/index.ts'
import type { Id, SessionRecord } from '../../models/session/session.ts'
import type { SessionStore } from '../../models/session/store.ts'
import { requireConsent } from './consent-gate.ts'
import { exportSession, previewExport } from './export.ts'
import type { HandlersOf, OperationsOf } from './handlers.ts'
import type { Ports } from './ports.ts'

type Use = OperationsOf<'session' | 'sample' | 'consent' | 'turn' | 'suggestion' | 'note'>

export function sessionHandlers(ports: Ports): HandlersOf<Use> {
  const store = (): SessionStore => ports.vault.store()
  const stopJobs = (session: Id): Promise<void> => ports.jobs.cancelAll((job) => job.session === session)

  return {
    'session.create': (request) => {
      const { id } = store().createSession({ ...request, sample: null })
      return store().readSession(id)
    },
    'session.openSample': ({ sample }) => openSample(store(), ports.samples.read(sample)),
    'session.open': ({ session }) => store().openSession(session),
    'session.update': ({ session, ...change }) => store().updateSession(session, change),
    'session.list': (filter) => store().listSessions(filter),
    'session.tags': () => store().tags(),
    'session.search': ({ text, limit }) => store().search(text, limit),
    'session.trash': async ({ session }) => {
      await stopJobs(session)
      return store().trashSession(session)
    },
    'session.restore': ({ session }) => store().restoreSession(session),
    'session.destroy': async ({ session }) => {
      await stopJobs(session)
      store().destroySession(session)
      await ports.models.forget(session)
      return null
    },
    'session.export': (request) => exportSession(ports, request),
    'session.exportPreview': (request) => previewExport(ports, request),
    'sample.list': () => ports.samples.list(),

    'consent.set': async ({ session, modality, granted, forget }) => {
      const consent = store().setConsent(session, modality, granted)
      // Stored first: a job that ends now finds the withdrawal and keeps nothing.
      if (!granted && modality === 'text') {
        await stopJobs(session)
        await ports.models.forget(session)
      }
      if (!granted) ports.expression.withdrawn(session, modality, forget ?? false)
      return consent
    },
    'turn.add': ({ session, turn }) => {
      requireConsent(store(), session, 'text')
      return store().addTurn(session, turn)
    },
    'turn.edit': ({ session, turn, ...change }) => store().editTurn(session, turn, change),
    'turn.remove': ({ session, turn }) => {
      store().removeTurn(session, turn)
      return null
    },
    'turn.restore': ({ session, turn }) => store().restoreTurn(session, turn),
    'suggestion.state': ({ session, suggestion, state }) =>
      store().setSuggestionState(session, suggestion, state),
    'note.save': ({ session, sections }) => store().saveNote(session, sections),
  }
}

/** The session of a sample: the one that is there already, or a fresh one with all its turns. */
function openSample(store: SessionStore, sample: Sample): SessionRecord {
  const existing = store
    .listSessions({ trashed: false, tag: null, kind: sample.kind })
    .find(({ session }) => session.sample === sample.id)
  if (existing) return store.openSession(existing.session.id)
  const { id } = store.createSession({
    kind: sample.kind,
    person: sample.person,
    reason: sample.reason,
    tags: sample.tags,
    sample: sample.id,
    consents: [{ modality: 'text', granted: true }],
  })
  try {
    for (const turn of sample.turns) store.addTurn(id, turn)
  } catch (error) {
    // Half a sample would be opened as a whole one next time.
    store.trashSession(id)
    store.destroySession(id)
    throw error
  }
  return store.openSession(id)
}
