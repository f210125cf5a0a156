/** What a second opinion is going to be: who is asked, in which role, how long, and what that costs. */
import {
  mostMembers,
  mostRounds,
  type AvailableMember,
  type MemberRole,
  type PanelPreview,
  type PanelRequest,
  type SeatedMember,
} from '../../../models/contract/panel.ts'
import type { Failure } from '../../../models/core/failure.ts'
import type { Id } from '../../../models/session/session.ts'
import type { Requests } from '../requests.ts'

/** Who sits there when nobody has chosen yet. */
const seatedAtFirst = 4

export class PanelSetup {
  seats = $state.raw<readonly SeatedMember[]>([])
  rounds = $state<number>(mostRounds)
  /** Empty asks for the most likely diagnosis. */
  question = $state('')
  redact = $state(true)
  /** What this choice would cost and send; null until it is known. */
  preview = $state.raw<PanelPreview | null>(null)
  failure = $state.raw<Failure | null>(null)
  /** Members to whom what `preview` shows may be sent. */
  agreed = $state.raw<readonly string[]>([])
  readonly voting = $derived(this.seats.filter(({ role }) => role !== 'challenger').length)
  readonly full = $derived(this.seats.length >= mostMembers)
  readonly #session: Id
  readonly #requests: Requests
  #newest = 0
  #chosen = false

  constructor(session: Id, requests: Requests) {
    this.#session = session
    this.#requests = requests
  }

  get request(): PanelRequest {
    return {
      session: this.#session,
      question: this.question.trim() || null,
      members: this.seats,
      rounds: this.rounds,
      redact: this.redact,
    }
  }

  /**
   * Seats those who sat there last, or the first that are on this computer; members elsewhere are never
   * seated unasked. Keeps a choice the person has made, without members that have gone.
   */
  settle(members: readonly AvailableMember[], last: readonly SeatedMember[]): void {
    const free = members.filter(({ unavailable }) => unavailable === null)
    const local = free.filter(({ place }) => place.kind === 'this-computer')
    if (this.#chosen) {
      this.seats = this.seats.filter(({ id }) => free.some((member) => member.id === id))
    } else {
      const again = last.filter(({ id }) => local.some((member) => member.id === id))
      this.seats =
        again.length >= 2
          ? again
          : local.slice(0, seatedAtFirst).map(({ id }) => ({ id, role: 'physician' as const }))
    }
    void this.look()
  }

  seat(id: string, seated: boolean): void {
    this.#chosen = true
    const others = this.seats.filter((seat) => seat.id !== id)
    this.seats = seated ? [...others, { id, role: 'physician' }] : others
    void this.look()
  }

  role(id: string, role: MemberRole): void {
    this.#chosen = true
    this.seats = this.seats.map((seat) => (seat.id === id ? { ...seat, role } : seat))
    void this.look()
  }

  limit(rounds: number): void {
    this.rounds = rounds
    void this.look()
  }

  setRedact(redact: boolean): void {
    this.redact = redact
    void this.look()
  }

  agree(member: string, agreed: boolean): void {
    const others = this.agreed.filter((id) => id !== member)
    this.agreed = agreed ? [...others, member] : others
  }

  /** Asks what this choice would cost and send. Of answers that cross, the one asked for last counts. */
  async look(): Promise<void> {
    this.#newest += 1
    const asked = this.#newest
    if (this.voting < 2) {
      this.#show(null, null)
      return
    }
    const result = await this.#requests.try('panel.preview', this.request)
    if (asked !== this.#newest) return
    if (result.ok) this.#show(result.value, null)
    else this.#show(null, result.failure)
  }

  // What was agreed to holds only for the same words.
  #show(preview: PanelPreview | null, failure: Failure | null): void {
    const before = this.preview?.leaving ?? []
    const now = preview?.leaving ?? []
    const of = (list: PanelPreview['leaving'], member: string) =>
      JSON.stringify(list.find((each) => each.member === member) ?? null)
    this.agreed = this.agreed.filter((member) => of(before, member) === of(now, member))
    this.preview = preview
    this.failure = failure
  }
}
