/** The second opinions on one session: the form for a new one, the one under way, and those that are kept. */
import type { ReplayReport, StoredPanel } from '../../../models/contract/panel.ts'
import type { Failure } from '../../../models/core/failure.ts'
import type { Id } from '../../../models/session/session.ts'
import type { Requests } from '../requests.ts'
import type { LiveRun } from './live-run.svelte.ts'
import { PanelSetup } from './setup.svelte.ts'

export type Replay =
  | { readonly kind: 'running'; readonly job: string }
  | { readonly kind: 'done'; readonly report: ReplayReport }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** What is on screen: `new` is the form, `live` the run under way, anything else the id of a kept run. */
export type Shown = Id

export class PanelDesk {
  readonly session: Id
  readonly setup: PanelSetup
  /** Kept runs, the latest last. */
  runs = $state.raw<readonly StoredPanel[]>([])
  loaded = $state(false)
  /** Why the kept runs could not be read. */
  failure = $state.raw<Failure | null>(null)
  /** Why the run could not be started. */
  refused = $state.raw<Failure | null>(null)
  starting = $state(false)
  live = $state.raw<LiveRun | null>(null)
  replays = $state.raw<Readonly<Record<Id, Replay>>>({})
  #chosen = $state<Shown | null>(null)
  /** The run under way, else the latest, else the form, unless the person chose. */
  readonly shown = $derived.by((): Shown => {
    const chosen = this.#chosen
    if (chosen === 'new') return 'new'
    if (chosen === 'live' && this.live) return 'live'
    if (chosen !== null && this.runs.some(({ id }) => id === chosen)) return chosen
    return this.live ? 'live' : (this.runs.at(-1)?.id ?? 'new')
  })
  readonly stored = $derived(this.runs.find(({ id }) => id === this.shown) ?? null)
  readonly #requests: Requests

  constructor(session: Id, requests: Requests) {
    this.session = session
    this.#requests = requests
    this.setup = new PanelSetup(session, requests)
  }

  get running(): boolean {
    return this.live !== null && this.live.failure === null
  }

  show(shown: Shown | null): void {
    this.#chosen = shown
  }

  async load(): Promise<void> {
    const result = await this.#requests.try('panel.list', { session: this.session })
    this.loaded = true
    this.failure = result.ok ? null : result.failure
    if (result.ok) this.runs = result.value
  }

  /** A run of this session has ended and is kept. */
  keep(panel: StoredPanel): void {
    const wasShown = this.shown === 'live'
    this.runs = [...this.runs.filter(({ id }) => id !== panel.id), panel]
    this.live = null
    if (wasShown) this.#chosen = panel.id
  }

  async stopAll(): Promise<void> {
    const { live } = this
    if (!live || live.stopping) return
    live.stopping = true
    if ((await this.#requests.ask('job.cancel', { job: live.job })) === undefined) live.stopping = false
  }

  async stopMember(member: string): Promise<void> {
    const { live } = this
    if (!live || live.stopped.includes(member)) return
    live.stopped = [...live.stopped, member]
    if ((await this.#requests.ask('panel.stopMember', { job: live.job, member })) === undefined)
      live.stopped = live.stopped.filter((each) => each !== member)
  }

  /** Answers a member that asks to send something away. */
  async allow(live: LiveRun, member: string, round: number, send: boolean): Promise<void> {
    const answered = await this.#requests.ask('panel.allow', { job: live.job, member, round, send })
    if (answered !== undefined) live.leaveAnswered(member, round)
  }

  /** False after a failure, which is then shown. */
  async remove(run: Id): Promise<boolean> {
    if ((await this.#requests.ask('panel.remove', { run })) === undefined) return false
    this.runs = this.runs.filter(({ id }) => id !== run)
    return true
  }

  async replay(run: Id): Promise<void> {
    if (this.replays[run]?.kind === 'running') return
    const result = await this.#requests.try('panel.replay', { run })
    this.#replayed(
      run,
      result.ok ? { kind: 'running', job: result.value.job } : { kind: 'failed', failure: result.failure },
    )
  }

  /** Whether the job was a replay of this desk. */
  replayEnded(job: string, replay: Replay): boolean {
    const run = Object.entries(this.replays).find(
      ([, each]) => each.kind === 'running' && each.job === job,
    )?.[0]
    if (run !== undefined) this.#replayed(run, replay)
    return run !== undefined
  }

  preview(run: Id, redact: boolean) {
    return this.#requests.try('panel.exportPreview', { run, redact })
  }

  export(run: Id, redact: boolean) {
    return this.#requests.try('panel.export', { run, redact })
  }

  #replayed(run: Id, replay: Replay): void {
    this.replays = { ...this.replays, [run]: replay }
  }
}
