/** A second opinion of members that differ: asked, followed, kept on the session's timeline, exported. */
import { randomBytes } from 'node:crypto'
import { basename } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { redact } from '../../models/consult/index.ts'
import type { JobOutcome } from '../../models/contract/operations.ts'
import type { PanelPreview, PanelRequest, StoredPanel } from '../../models/contract/panel.ts'
import { fail } from '../../models/core/failure.ts'
import { panelToMarkdown } from '../../models/panel/markdown.ts'
import { openingMessages } from '../../models/panel/prompt.ts'
import type { PanelBudget, PanelRecord } from '../../models/panel/record.ts'
import type { PanelQuestion } from '../../models/panel/question.ts'
import { differences, recordedMember, replayedMember } from '../../models/panel/replay.ts'
import { PanelRun } from '../../models/panel/run.ts'
import type { KeptPanel } from '../../models/session/kept-panel.ts'
import type { Id } from '../../models/session/session.ts'
import type { SessionStore } from '../../models/session/store.ts'
import type { JobContext } from '../jobs/job-queue.ts'
import { completionsUrl } from '../model-endpoint.ts'
import type { PanelTools } from '../panel-files.ts'
import { requireConsent } from './consent-gate.ts'
import type { HandlersOf, OperationsOf } from './handlers.ts'
import {
  availableMembers,
  endpointMember,
  endpointPrefix,
  isReckoning,
  seatMembers,
} from './panel-members.ts'
import { questionOfSession, withoutNames } from './panel-question.ts'
import type { Ports } from './ports.ts'
import { prepareFile } from './whole-file.ts'

const promptTokens = 3000
const replyTokens = 256
/** For each model of this computer: they take turns, and who waits for its turn must not run out of time. */
const secondsHere = 120
/** With servers, time for the person to read what would leave. */
const secondsElsewhere = 600

function budgetOf({ members, rounds }: PanelRequest): PanelBudget {
  const elsewhere = members.filter(({ id }) => id.startsWith(endpointPrefix)).length
  const takingTurns = members.filter(({ id }) => !isReckoning(id)).length - elsewhere
  return {
    tokens: members.length * rounds * (promptTokens + replyTokens),
    promptTokens,
    replyTokens,
    seconds: Math.max(secondsHere * Math.max(1, takingTurns), elsewhere > 0 ? secondsElsewhere : 0),
  }
}

const after = (seconds: number, late: () => void): (() => void) => {
  const timer = setTimeout(late, seconds * 1000)
  return () => clearTimeout(timer)
}

/**
 * Sentence vectors come from the process that runs the models: a record that is read before models are asked does not
 * wait for their words, and nobody's time runs out over it. Where it cannot be read, members say so themselves.
 */
async function readAhead({ reader }: PanelTools, question: PanelQuestion): Promise<void> {
  if (question.kind === 'diagnosis') await reader.read(question).catch(() => undefined)
}

interface Running {
  readonly run: PanelRun
  readonly waiting: Map<string, { readonly round: number; readonly answer: (send: boolean) => void }>
}

const stored = (session: Id, { record, ...kept }: KeptPanel): StoredPanel => ({
  ...kept,
  session,
  // Written by this handler, in a database that authenticates its pages.
  record: JSON.parse(record) as PanelRecord,
})

/** Consent to text covers a panel; it is asked for again before anything is stored. */
export function panelHandlers(ports: Ports): HandlersOf<OperationsOf<'panel'>> {
  const running = new Map<Id, Running>()

  const consented = (session: Id): SessionStore => {
    const store = ports.vault.store()
    requireConsent(store, session, 'text')
    return store
  }

  const preview = async (request: PanelRequest): Promise<PanelPreview> => {
    const record = consented(request.session).readSession(request.session)
    const question = questionOfSession(ports, record, request.question)
    const { question: sent, redactions } = request.redact
      ? await withoutNames(record, question)
      : { question, redactions: 0 }
    const endpoints = ports.vault.store().endpoints()
    return {
      question,
      budget: budgetOf(request),
      redactions,
      leaving: request.members.flatMap(({ id, role }) => {
        const endpoint = endpoints.find((each) => endpointMember(each) === id)
        return endpoint
          ? [
              {
                member: id,
                url: completionsUrl(endpoint.url),
                model: endpoint.model,
                messages: openingMessages(sent, role, promptTokens),
              },
            ]
          : []
      }),
    }
  }

  const hold = async (
    request: PanelRequest,
    seed: number,
    run: Id,
    job: () => Id,
    context: JobContext,
  ): Promise<JobOutcome> => {
    const { session } = request
    const startedAt = ports.now().toISOString()
    context.progress({ stage: 'Reading the record', fraction: null, secondsLeft: null })
    const tools = await ports.panel.tools()
    const record = consented(session).readSession(session)
    const question = questionOfSession(ports, record, request.question)
    await readAhead(tools, question)
    context.signal.throwIfAborted()
    const waiting: Running['waiting'] = new Map()
    let round = 0
    const members = await seatMembers(ports, tools, request.members, {
      question,
      redacted: request.redact ? await withoutNames(record, question) : null,
      mayLeave: (member, leaving, signal) =>
        new Promise<boolean>((resolve) => {
          const answer = (send: boolean): void => {
            waiting.delete(member)
            // Before the first byte leaves, the trail says that it does.
            if (send) ports.vault.store().record('panel.send', session, 'done')
            resolve(send)
          }
          waiting.set(member, { round, answer })
          signal.addEventListener('abort', () => answer(false), { once: true })
          ports.push('panel.event', {
            job: job(),
            session,
            run,
            event: { kind: 'leaving', member, round, ...leaving },
          })
        }),
    })
    const panel = new PanelRun({
      question,
      members,
      options: { rounds: request.rounds, seed, budget: budgetOf(request) },
      judge: tools.judge,
      after,
      onEvent: (event) => {
        if (event.kind === 'round-started') {
          round = event.round
          context.progress({
            stage: round === 0 ? 'Round 0, alone' : `Round ${round}`,
            fraction: round / request.rounds,
            secondsLeft: null,
          })
        }
        ports.push('panel.event', { job: job(), session, run, event })
      },
      signal: context.signal,
    })
    running.set(job(), { run: panel, waiting })
    try {
      const result = await panel.start()
      const last = record.turns.at(-1)
      const kept: KeptPanel = {
        id: run,
        afterTurn: last?.number ?? 0,
        atMs: last?.atMs ?? 0,
        startedAt,
        endedAt: ports.now().toISOString(),
        record: JSON.stringify(result),
      }
      consented(session).addPanel(session, kept)
      return { kind: 'panel', panel: stored(session, kept) }
    } finally {
      for (const { answer } of [...waiting.values()]) answer(false)
      running.delete(job())
    }
  }

  const replay = async (id: Id, context: JobContext): Promise<JobOutcome> => {
    const { session, panel } = ports.vault.store().panel(id)
    const { record } = stored(session, panel)
    const tools = await ports.panel.tools()
    await readAhead(tools, record.question)
    const here = record.members.filter(({ replayable }) => replayable)
    const left = record.members.filter(({ replayable }) => !replayable)
    const seated = await seatMembers(ports, tools, here, {
      question: record.question,
      redacted: null,
      mayLeave: () => Promise.resolve(false),
    })
    const members = record.members.map((description) => {
      const found = seated.find((member) => member.description.id === description.id)
      return found ? replayedMember(record, found) : recordedMember(record, description)
    })
    const again = await new PanelRun({
      question: record.question,
      members,
      options: record.options,
      judge: tools.judge,
      after,
      onEvent: () => undefined,
      signal: context.signal,
    }).start()
    const found = differences(record, JSON.parse(JSON.stringify(again)) as PanelRecord)
    return {
      kind: 'panel-replay',
      report: { same: found.length === 0, differences: found, left: left.map(({ name }) => name) },
    }
  }

  const document = async (
    id: Id,
    hide: boolean,
  ): Promise<{ text: string; redactions: number; session: Id }> => {
    const store = ports.vault.store()
    const { session, panel } = store.panel(id)
    const { record, startedAt } = stored(session, panel)
    const text = panelToMarkdown(record, {
      startedAt,
      exportedAt: ports.now().toISOString(),
      redacted: hide,
    })
    if (!hide) return { text, redactions: 0, session }
    const hidden = await redact(text, [store.head(session).person], () => setImmediate())
    return { text: hidden.text, redactions: hidden.count, session }
  }

  return {
    'panel.members': () => availableMembers(ports),
    'panel.preview': (request) => preview(request),

    'panel.start': ({ seed, ...request }) => {
      consented(request.session)
      const run = randomBytes(16).toString('hex')
      const chosen = seed ?? ports.newSeed()
      const job = ports.jobs.start({
        kind: 'panel',
        title: 'Asking for a second opinion',
        session: request.session,
        run: (context) => hold(request, chosen, run, () => job.id, context),
      })
      return { job: job.id, run }
    },

    'panel.stopMember': ({ job, member }) => {
      const found = running.get(job)
      found?.waiting.get(member)?.answer(false)
      found?.run.stopMember(member)
      return null
    },

    'panel.allow': ({ job, member, round, send }) => {
      const asked = running.get(job)?.waiting.get(member)
      if (asked?.round !== round)
        fail('not-found', 'This member does not wait for leave any more. Nothing was sent.')
      asked.answer(send)
      return null
    },

    'panel.list': ({ session }) =>
      ports.vault
        .store()
        .panels(session)
        .map((panel) => stored(session, panel)),

    'panel.remove': ({ run }) => {
      ports.vault.store().removePanel(run)
      return null
    },

    'panel.replay': ({ run }) => {
      const { session } = ports.vault.store().panel(run)
      consented(session)
      const job = ports.jobs.start({
        kind: 'panel',
        title: 'Repeating a second opinion',
        session,
        run: (context) => replay(run, context),
      })
      return { job: job.id }
    },

    'panel.exportPreview': async ({ run, redact: hide }) => {
      const { text, redactions } = await document(run, hide)
      return { text, redactions }
    },

    'panel.export': async ({ run, redact: hide }) => {
      const { text, session } = await document(run, hide)
      const store = ports.vault.store()
      const path = await ports.dialogs.saveFile({
        title: 'Export the second opinion',
        // No name of a person: file names are visible to everyone who sees the folder.
        name: `second-opinion-${ports.now().toISOString().slice(0, 10)}.md`,
        kind: { name: 'Markdown', extensions: ['md'] },
      })
      if (path === null) return { saved: false, name: null }
      try {
        const file = prepareFile(path, text)
        try {
          store.record('panel.export', session, 'done')
          file.commit()
        } catch (error) {
          file.discard()
          throw error
        }
      } catch (error) {
        store.record('panel.export', session, 'failed')
        throw error
      }
      return { saved: true, name: basename(path) }
    },

    'panel.endpoints': () => ports.vault.store().endpoints(),
    'panel.saveEndpoint': ({ key, ...endpoint }) => ports.vault.store().saveEndpoint(endpoint, key),
    'panel.removeEndpoint': ({ endpoint }) => {
      ports.vault.store().removeEndpoint(endpoint)
      return null
    },
  }
}
