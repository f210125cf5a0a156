/** What was said: the turns in spoken order, and the turn that is being typed. */
import type { Failure } from '../../../models/core/failure.ts'
import type { Id, Speaker, Turn } from '../../../models/session/session.ts'
import type { Undo } from '../notices.svelte.ts'
import type { Requests } from '../requests.ts'
import type { SessionClock } from './clock.svelte.ts'

export class Transcript {
  turns = $state.raw<readonly Turn[]>([])
  /** Number of the turn that every link to it highlights; null when none is selected. */
  selected = $state<number | null>(null)
  /** The turn that is being edited in place. */
  editing = $state<Id | null>(null)
  speaker = $state<Speaker>('patient')
  /** Why the last change was not saved; shown at the composer. */
  failure = $state.raw<Failure | null>(null)
  readonly #session: Id
  readonly #requests: Requests
  readonly #clock: SessionClock
  readonly #toast: (text: string, undo: Undo | null) => void
  #draft = $state('')
  #beganAt: number | null = null
  #saving: Promise<Turn | null> | null = null

  constructor(
    session: Id,
    turns: readonly Turn[],
    clock: SessionClock,
    requests: Requests,
    toast: (text: string, undo: Undo | null) => void,
  ) {
    this.#session = session
    this.turns = turns
    this.#clock = clock
    this.#requests = requests
    this.#toast = toast
    this.speaker = turns.at(-1)?.speaker === 'patient' ? 'clinician' : 'patient'
  }

  /** The turn being typed. Its first character decides where the turn stands on the clock. */
  get draft(): string {
    return this.#draft
  }

  set draft(text: string) {
    if (text.trim() === '') this.#beganAt = null
    else if (this.#beganAt === null) {
      this.#clock.start()
      this.#beganAt = this.#clock.read()
    }
    this.#draft = text
  }

  /** Puts words into the composer for the person to change, before anything is said. */
  compose(speaker: Speaker, text: string): void {
    this.speaker = speaker
    this.draft = text
  }

  /** Saves the typed turn; the composer empties only once it is on disk. */
  async send(): Promise<Turn | null> {
    const text = this.#draft.trim()
    if (text === '' || this.#saving) return null
    const { speaker } = this
    this.#saving = this.add(speaker, text, this.#beganAt ?? this.#clock.read())
    const turn = await this.#saving
    this.#saving = null
    if (!turn) return null
    if (this.#draft.trim() === text) this.draft = ''
    if (this.speaker === speaker) this.speaker = speaker === 'clinician' ? 'patient' : 'clinician'
    return turn
  }

  /** Saves a turn with given words; null after a failure, which is then in `failure`. */
  async add(speaker: Speaker, text: string, atMs = this.#clock.read()): Promise<Turn | null> {
    const result = await this.#requests.try('turn.add', {
      session: this.#session,
      turn: { speaker, text, atMs },
    })
    this.failure = result.ok ? null : result.failure
    if (!result.ok) return null
    this.#put(result.value)
    return result.value
  }

  /** Changes speaker or words of a saved turn, with undo. False after a failure. */
  async edit(turn: Turn, change: { speaker: Speaker; text: string }): Promise<boolean> {
    const text = change.text.trim()
    if (text === '') return false
    if (text === turn.text && change.speaker === turn.speaker) {
      this.editing = null
      return true
    }
    if (!(await this.#change(turn.id, { speaker: change.speaker, text }))) return false
    this.editing = null
    this.#toast(`Turn ${turn.number} changed.`, {
      label: 'Undo',
      run: () => void this.#change(turn.id, { speaker: turn.speaker, text: turn.text }),
    })
    return true
  }

  async remove(turn: Turn): Promise<void> {
    if (!(await this.withdraw(turn))) return
    this.#toast(`Turn ${turn.number} removed.`, { label: 'Undo', run: () => void this.restore(turn) })
  }

  /** Removes a turn without offering undo; for an undo itself. */
  async withdraw(turn: Turn): Promise<boolean> {
    const result = await this.#requests.try('turn.remove', { session: this.#session, turn: turn.id })
    this.failure = result.ok ? null : result.failure
    if (!result.ok) return false
    this.turns = this.turns.filter(({ id }) => id !== turn.id)
    if (this.selected === turn.number) this.selected = null
    if (this.editing === turn.id) this.editing = null
    return true
  }

  async restore(turn: Turn): Promise<void> {
    const result = await this.#requests.try('turn.restore', { session: this.#session, turn: turn.id })
    this.failure = result.ok ? null : result.failure
    if (result.ok) this.#put(result.value)
  }

  select(number: number | null): void {
    this.selected = number
  }

  find(number: number): Turn | undefined {
    return this.turns.find((turn) => turn.number === number)
  }

  async #change(turn: Id, change: { speaker: Speaker; text: string }): Promise<boolean> {
    const result = await this.#requests.try('turn.edit', { session: this.#session, turn, ...change })
    this.failure = result.ok ? null : result.failure
    if (result.ok) this.#put(result.value)
    return result.ok
  }

  #put(turn: Turn): void {
    const others = this.turns.filter(({ id }) => id !== turn.id)
    this.turns = [...others, turn].sort((a, b) => a.number - b.number)
  }
}
