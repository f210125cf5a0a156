/**
 * Second opinions: who can be asked, the servers the person named, the desk of the open session, and every
 * panel under way. A panel goes on being followed while its session is not on screen.
 */
import type { JobId, Pushes, RequestOf } from '../../models/contract/operations.ts'
import type { AvailableMember, Endpoint, PanelPush, SeatedMember } from '../../models/contract/panel.ts'
import type { Failure } from '../../models/core/failure.ts'
import type { Id } from '../../models/session/session.ts'
import { PanelDesk } from './panel/desk.svelte.ts'
import { LiveRun, type Asked } from './panel/live-run.svelte.ts'
import { seatFor } from './panel/rounds.ts'
import type { Report, Requests } from './requests.ts'

export class PanelState {
  /** Who could be asked; null until that is known. */
  members = $state.raw<readonly AvailableMember[] | null>(null)
  membersFailure = $state.raw<Failure | null>(null)
  endpoints = $state.raw<readonly Endpoint[]>([])
  /** Of the session that is open in Consult or Practice. */
  desk = $state.raw<PanelDesk | null>(null)
  readonly #requests: Requests
  readonly #report: Report
  #live: readonly LiveRun[] = []
  /** What was asked for by a start whose reply is on its way. */
  #starting: { readonly session: Id; readonly asked: Asked } | null = null
  #lastSeats: readonly SeatedMember[] = []
  /** Jobs that have ended, for replies that arrive after their end. */
  #over: readonly JobId[] = []

  constructor(requests: Requests, report: Report) {
    this.#requests = requests
    this.#report = report
    const { bridge } = requests
    bridge.on('panel.event', (push) => this.#happened(push))
    bridge.on('job.progress', ({ job, progress }) => {
      const live = this.#live.find((each) => each.job === job)
      if (live) live.progress = progress
    })
    bridge.on('job.ended', (end) => this.#ended(end))
  }

  /** Brings the second opinions of a session to the desk; null clears it. */
  open(session: Id | null): void {
    if (this.desk?.session === (session ?? undefined)) return
    this.desk = session === null ? null : new PanelDesk(session, this.#requests)
    if (!this.desk) return
    this.desk.live = this.#live.find((live) => live.session === session) ?? null
    void this.desk.load()
  }

  /** Reads who can be asked now, and seats the members of the open desk. */
  async loadMembers(): Promise<void> {
    const result = await this.#requests.try('panel.members', {})
    this.membersFailure = result.ok ? null : result.failure
    if (!result.ok) return
    this.members = result.value
    this.desk?.setup.settle(result.value, this.#lastSeats)
  }

  async loadEndpoints(): Promise<void> {
    const result = await this.#requests.try('panel.endpoints', {})
    if (result.ok) this.endpoints = result.value
  }

  /** Null when saved, otherwise why not. */
  async saveEndpoint(endpoint: RequestOf<'panel.saveEndpoint'>): Promise<Failure | null> {
    const result = await this.#requests.try('panel.saveEndpoint', endpoint)
    if (!result.ok) return result.failure
    await Promise.all([this.loadEndpoints(), this.loadMembers()])
    return null
  }

  async removeEndpoint(endpoint: Id): Promise<void> {
    if ((await this.#requests.ask('panel.removeEndpoint', { endpoint })) === undefined) return
    await Promise.all([this.loadEndpoints(), this.loadMembers()])
  }

  /** Asks the panel that the open desk has set up. */
  async start(): Promise<void> {
    const { desk } = this
    if (!desk || desk.starting || desk.running) return
    const { setup, session } = desk
    const asked: Asked = {
      // The preview may still be of the question before.
      question: setup.request.question ?? setup.preview?.question.text ?? null,
      seats: setup.seats.map(({ id, role }) => seatFor(id, role, this.members ?? [])),
      rounds: setup.rounds,
      agreed: (setup.preview?.leaving ?? []).filter(({ member }) => setup.agreed.includes(member)),
    }
    this.#lastSeats = setup.seats
    this.#starting = { session, asked }
    desk.starting = true
    desk.refused = null
    const result = await this.#requests.try('panel.start', { ...setup.request, seed: null })
    desk.starting = false
    this.#starting = null
    if (!result.ok) desk.refused = result.failure
    // What happens first may arrive before this reply does, and so may the end.
    else if (!this.#known(result.value.job)) this.#adopt({ ...result.value, session }, asked)
  }

  /** Forgets everything that came out of the vault. */
  clear(): void {
    this.members = null
    this.membersFailure = null
    this.endpoints = []
    this.desk = null
    this.#live = []
    this.#starting = null
    this.#lastSeats = []
    this.#over = []
  }

  #known(job: JobId): boolean {
    return this.#over.includes(job) || this.#live.some((live) => live.job === job)
  }

  #adopt(head: Omit<PanelPush, 'event'>, asked: Asked): LiveRun {
    const live = new LiveRun(head, asked)
    this.#live = [...this.#live, live]
    if (this.desk?.session === head.session) {
      this.desk.live = live
      this.desk.show('live')
    }
    return live
  }

  #happened({ event, ...head }: PanelPush): void {
    if (this.#over.includes(head.job)) return
    const live =
      this.#live.find(({ job }) => job === head.job) ?? this.#adopt(head, this.#askedFor(head, event))
    if (event.kind !== 'leaving' || !live.hasAgreedTo(event)) {
      live.happened(event)
      return
    }
    // What was agreed to word for word is asked again only where the answer did not arrive.
    const { member, round } = event
    void this.#requests.ask('panel.allow', { job: live.job, member, round, send: true }).then((answered) => {
      if (answered === undefined) live.happened(event)
    })
  }

  #askedFor({ session }: Omit<PanelPush, 'event'>, event: PanelPush['event']): Asked {
    if (this.#starting?.session === session) return this.#starting.asked
    const ids = event.kind === 'round-started' ? event.members : []
    return {
      question: null,
      seats: ids.map((id) => seatFor(id, null, this.members ?? [])),
      rounds: null,
      agreed: [],
    }
  }

  #ended(end: Pushes['job.ended']): void {
    const live = this.#live.find(({ job }) => job === end.job)
    if (live) this.#live = this.#live.filter((each) => each !== live)
    if (live || (end.ok && end.outcome.kind === 'panel')) this.#over = [...this.#over, end.job].slice(-64)
    if (end.ok) {
      const { outcome } = end
      if (outcome.kind === 'panel' && this.desk?.session === outcome.panel.session)
        this.desk.keep(outcome.panel)
      if (outcome.kind === 'panel-replay')
        this.desk?.replayEnded(end.job, { kind: 'done', report: outcome.report })
      return
    }
    const { failure } = end
    if (!live) {
      this.desk?.replayEnded(end.job, { kind: 'failed', failure })
      return
    }
    live.failure = failure
    if (this.desk?.live !== live && failure.code !== 'cancelled') this.#report(failure)
  }
}
