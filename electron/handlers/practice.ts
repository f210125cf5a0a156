/** Practice: an encounter with a bundled case's patient, stored turn by turn like any session. */
import type { CaseSummary, PracticeRecord } from '../../models/contract/practice.ts'
import { fail } from '../../models/core/failure.ts'
import type { PracticeCase } from '../../models/practice/case.ts'
import { byWordsAlone, type Understanding } from '../../models/dialogue/topics/index.ts'
import { Encounter } from '../../models/practice/encounter.ts'
import type { Id, SessionRecord, Turn } from '../../models/session/session.ts'
import type { SessionStore } from '../../models/session/store.ts'
import type { HandlersOf, OperationsOf } from './handlers.ts'
import type { Ports } from './ports.ts'

const summary = ({ id, title, specialty, difficulty, patient }: PracticeCase): CaseSummary => {
  const { name, age, ageUnit, sex, occupation, speaker } = patient
  return { id, title, specialty, difficulty, patient: { name, age, ageUnit, sex, occupation, speaker } }
}

/** Seed of a session's patient: the same session meets the same patient again. */
const seedOf = (session: Id): number => Number.parseInt(session.slice(0, 8), 16) >>> 0

/** The case of a practice session is kept where a consultation keeps its sample. */
function caseOf(ports: Ports, record: SessionRecord): PracticeCase {
  if (record.session.kind !== 'practice' || record.session.sample === null)
    return fail('invalid-request', 'This session is not a practice session. Open it from the library.')
  return ports.cases.read(record.session.sample)
}

const learnerTurns = (turns: readonly Turn[]): readonly Turn[] =>
  turns.filter(({ speaker }) => speaker === 'clinician')

/** What the patient takes each turn of the learner to ask about. */
type Understood = ReadonlyMap<string, Understanding>

/** The encounter as it stands after the stored turns, and the replies to the last one that are missing. */
function replay(practice: PracticeCase, { session, turns }: SessionRecord, understood: Understood) {
  const encounter = new Encounter(practice, seedOf(session.id))
  let pending: ReturnType<Encounter['say']> = []
  for (const { text } of learnerTurns(turns))
    pending = encounter.say(text, understood.get(text) ?? byWordsAlone)
  const last = learnerTurns(turns).at(-1)
  const after = last ? turns.filter(({ number }) => number > last.number).length : 0
  return { encounter, pending: last ? pending.slice(after) : [], atMs: last?.atMs ?? 0 }
}

export function practiceHandlers(ports: Ports): HandlersOf<OperationsOf<'practice'>> {
  const store = (): SessionStore => ports.vault.store()

  /**
   * Reads the session with what its turns ask about. Between the two something may have been said, so it is read again
   * until nothing is unknown; what follows in one go finds the session as it is here.
   */
  const listened = async (session: Id, ...more: readonly string[]) => {
    const understood = new Map<string, Understanding>()
    for (;;) {
      const record = store().readSession(session)
      const texts = [...learnerTurns(record.turns).map(({ text }) => text), ...more]
      const unknown = texts.filter((text) => !understood.has(text))
      if (unknown.length === 0) return { record, understood }
      for (const text of unknown) understood.set(text, await ports.topics().understand(text))
    }
  }

  const opened = async (session: Id): Promise<PracticeRecord> => {
    const { understood } = await listened(session)
    const record = store().openSession(session)
    const practice = caseOf(ports, record)
    const { encounter, pending, atMs } = replay(practice, record, understood)
    for (const turn of pending) store().addTurn(session, { ...turn, atMs })
    return {
      record: pending.length > 0 ? store().readSession(session) : record,
      practice: summary(practice),
      finished: encounter.finished,
    }
  }

  return {
    'practice.cases': () => ports.cases.list().map(summary),

    'practice.start': ({ case: id }) => {
      const practice = ports.cases.read(id)
      const session = store().createSession({
        kind: 'practice',
        person: practice.patient.name,
        reason: practice.title,
        tags: ['practice', practice.specialty],
        sample: practice.id,
        // A simulated patient: there is nobody to ask.
        consents: [{ modality: 'text', granted: true }],
      })
      const { opening } = new Encounter(practice, seedOf(session.id))
      store().addTurn(session.id, { ...opening, atMs: 0 })
      return opened(session.id)
    },

    'practice.open': ({ session }) => opened(session),

    'practice.say': async ({ session, text, atMs }) => {
      const { record, understood } = await listened(session, text)
      const { encounter } = replay(caseOf(ports, record), record, understood)
      if (encounter.finished)
        return fail(
          'invalid-request',
          'This encounter is over: a diagnosis was named. Start the case again to try another way.',
        )
      const said = store().addTurn(session, { speaker: 'clinician', text, atMs })
      const replies = encounter
        .say(text, understood.get(text) ?? byWordsAlone)
        .map((turn) => store().addTurn(session, { ...turn, atMs }))
      return { turns: [said, ...replies], finished: encounter.finished }
    },

    'practice.debrief': async ({ session }) => {
      const { record, understood } = await listened(session)
      const { encounter } = replay(caseOf(ports, record), record, understood)
      const debrief = encounter.debrief(
        ports.cases.readCondition,
        learnerTurns(record.turns).map(({ number }) => number),
      )
      const { named, required } = debrief.diagnosis
      const ids = [...named, ...required].filter((id) => id !== 'unreadable')
      return { ...debrief, names: Object.fromEntries(ids.map((id) => [id, ports.cases.nameOf(id)])) }
    },
  }
}
