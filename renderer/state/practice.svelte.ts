/** The practice area: the cases, the encounter under way, and its debrief. */
import type { CaseSummary, DebriefWithNames } from '../../models/contract/practice.ts'
import type { SessionProcess } from '../../models/contract/reading.ts'
import type { Failure } from '../../models/core/failure.ts'
import type { Id, Session, Turn } from '../../models/session/session.ts'
import type { Requests } from './requests.ts'

/** An open practice session. */
export interface Station {
  readonly session: Session
  readonly practice: CaseSummary
  readonly turns: readonly Turn[]
  /** A diagnosis was named: nothing more is asked. */
  readonly finished: boolean
}

export class PracticeState {
  cases = $state.raw<readonly CaseSummary[]>([])
  station = $state.raw<Station | null>(null)
  debrief = $state.raw<DebriefWithNames | null>(null)
  /** The flowchart and the rules over the finished encounter. */
  process = $state.raw<SessionProcess | null>(null)
  /** Why the cases or the session could not be opened. */
  failure = $state.raw<Failure | null>(null)
  /** Why the last turn was not taken; what was typed is still in `draft`. */
  refused = $state.raw<Failure | null>(null)
  draft = $state('')
  busy = $state(false)
  readonly #requests: Requests
  readonly #now: () => number
  #startedAt = 0

  constructor(requests: Requests, now: () => number = Date.now) {
    this.#requests = requests
    this.#now = now
  }

  async load(): Promise<void> {
    const result = await this.#requests.try('practice.cases', {})
    if (result.ok) this.cases = result.value
    this.failure = result.ok ? null : result.failure
  }

  /** Begins a case; the id of its session, or null after a failure that is shown. */
  async start(id: string): Promise<Id | null> {
    if (this.busy) return null
    this.busy = true
    const started = await this.#requests.ask('practice.start', { case: id })
    this.busy = false
    return started?.record.session.id ?? null
  }

  async open(session: Id): Promise<void> {
    if (this.station?.session.id === session) return
    this.clear()
    const result = await this.#requests.try('practice.open', { session })
    if (!result.ok) {
      this.failure = result.failure
      return
    }
    const { record, practice, finished } = result.value
    this.station = { session: record.session, practice, turns: record.turns, finished }
    this.#startedAt = this.#now() - (record.turns.at(-1)?.atMs ?? 0)
    if (finished) await this.#readDebrief()
  }

  /** Says what is in the draft, or `text`; false when it was not taken. */
  async say(text: string = this.draft): Promise<boolean> {
    const { station } = this
    const words = text.trim()
    if (!station || station.finished || this.busy || words === '') return false
    this.busy = true
    this.refused = null
    const result = await this.#requests.try('practice.say', {
      session: station.session.id,
      text: words,
      atMs: Math.max(0, Math.round(this.#now() - this.#startedAt)),
    })
    this.busy = false
    if (!result.ok) {
      this.refused = result.failure
      return false
    }
    if (text === this.draft) this.draft = ''
    const { turns, finished } = result.value
    this.station = { ...station, turns: [...station.turns, ...turns], finished }
    if (finished) await this.#readDebrief()
    return true
  }

  /** Forgets what is open, as when the vault locks. */
  clear(): void {
    this.station = null
    this.debrief = null
    this.process = null
    this.failure = null
    this.refused = null
    this.draft = ''
  }

  async #readDebrief(): Promise<void> {
    const { station } = this
    if (!station) return
    const session = station.session.id
    const [debrief, process] = await Promise.all([
      this.#requests.ask('practice.debrief', { session }),
      this.#requests.ask('consult.process', { session }),
    ])
    if (this.station?.session.id !== session) return
    this.debrief = debrief ?? null
    this.process = process ?? null
  }
}
