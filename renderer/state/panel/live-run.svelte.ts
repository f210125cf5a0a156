/** A panel while it is being asked, assembled from what happens in it. */
import type { PanelEvent, PanelPreview, PanelPush, Verdict } from '../../../models/contract/panel.ts'
import type { Failure } from '../../../models/core/failure.ts'
import type { Progress } from '../../../models/core/progress.ts'
import { advance, answeredLeave, type Seat, type ShownRound } from './rounds.ts'

/** What was asked for, as far as this window knows. */
export interface Asked {
  readonly question: string | null
  readonly seats: readonly Seat[]
  readonly rounds: number | null
  /** What the person has seen and agreed to send. */
  readonly agreed: PanelPreview['leaving']
}

export class LiveRun {
  readonly job: string
  readonly run: string
  readonly session: string
  readonly asked: Asked
  rounds = $state.raw<readonly ShownRound[]>([])
  verdict = $state.raw<Verdict | null>(null)
  progress = $state.raw<Progress | null>(null)
  /** Members whose stop is on its way. */
  stopped = $state.raw<readonly string[]>([])
  stopping = $state(false)
  /** Why it ended without a result; what had been answered by then is still shown. */
  failure = $state.raw<Failure | null>(null)

  constructor({ job, run, session }: Omit<PanelPush, 'event'>, asked: Asked) {
    this.job = job
    this.run = run
    this.session = session
    this.asked = asked
  }

  get seats(): readonly Seat[] {
    return this.asked.seats
  }

  happened(event: PanelEvent): void {
    this.rounds = advance(this.rounds, event)
    if (event.kind === 'decided') this.verdict = event.verdict
  }

  /** Whether the person has already seen exactly this and agreed to send it. */
  hasAgreedTo(event: Extract<PanelEvent, { kind: 'leaving' }>): boolean {
    return this.asked.agreed.some(
      ({ member, url, model, messages }) =>
        member === event.member &&
        url === event.url &&
        model === event.model &&
        JSON.stringify(messages) === JSON.stringify(event.messages),
    )
  }

  leaveAnswered(member: string, round: number): void {
    this.rounds = answeredLeave(this.rounds, round, member)
  }
}
