/** Questions the model proposes to ask next, and what became of each. */
import type { Id, Suggestion, Turn } from '../../../models/session/session.ts'
import type { Undo } from '../notices.svelte.ts'
import type { Requests } from '../requests.ts'
import type { BrokenOff, Stream } from './stream.svelte.ts'
import type { Transcript } from './transcript.svelte.ts'

export class Suggestions {
  list = $state.raw<readonly Suggestion[]>([])
  stream = $state.raw<Stream | null>(null)
  broken = $state.raw<BrokenOff | null>(null)
  starting = $state(false)
  /** True after a job that ended without a usable question. */
  nothingCame = $state(false)
  /** The open question, newest first. */
  readonly offered = $derived(this.list.filter(({ state }) => state === 'offered').toReversed())
  readonly earlier = $derived(this.list.filter(({ state }) => state !== 'offered').toReversed())
  readonly #session: Id
  readonly #requests: Requests
  readonly #transcript: Transcript
  readonly #toast: (text: string, undo: Undo | null) => void
  readonly #expect: (job: string) => void
  #reworded: Suggestion | null = null

  constructor(
    session: Id,
    list: readonly Suggestion[],
    transcript: Transcript,
    requests: Requests,
    toast: (text: string, undo: Undo | null) => void,
    expect: (job: string) => void,
  ) {
    this.#session = session
    this.list = list
    this.#transcript = transcript
    this.#requests = requests
    this.#toast = toast
    this.#expect = expect
  }

  get busy(): boolean {
    return this.starting || this.stream !== null
  }

  async ask(): Promise<void> {
    if (this.busy) return
    this.starting = true
    this.broken = null
    this.nothingCame = false
    const result = await this.#requests.try('consult.suggest', { session: this.#session })
    this.starting = false
    if (result.ok) this.#expect(result.value.job)
    else this.broken = { failure: result.failure, parts: {} }
  }

  accept(suggestion: Suggestion | null): void {
    this.nothingCame = suggestion === null
    if (suggestion) this.#put(suggestion)
  }

  /** Says the question: it becomes the clinician's turn, verbatim. */
  async use(suggestion: Suggestion): Promise<Turn | null> {
    const turn = await this.#transcript.add('clinician', suggestion.question)
    if (!turn) return null
    this.#transcript.speaker = 'patient'
    await this.#set(suggestion, 'used')
    this.#toast(`Asked as turn ${turn.number}.`, {
      label: 'Undo',
      run: () => {
        void this.#transcript.withdraw(turn)
        void this.#set(suggestion, 'offered')
      },
    })
    return turn
  }

  /** Says words that somebody else proposed: they become the clinician's turn, verbatim. */
  async say(words: string): Promise<Turn | null> {
    const turn = await this.#transcript.add('clinician', words)
    if (!turn) return null
    this.#transcript.speaker = 'patient'
    this.#toast(`Asked as turn ${turn.number}.`, {
      label: 'Undo',
      run: () => void this.#transcript.withdraw(turn),
    })
    return turn
  }

  /** Puts the question into the composer; it counts as used once that turn is sent. */
  reword(suggestion: Suggestion): void {
    this.#reworded = suggestion
    this.#transcript.compose('clinician', suggestion.question)
  }

  /** To be called with every turn that the composer saved. */
  async said(turn: Turn): Promise<void> {
    const suggestion = this.#reworded
    if (!suggestion || turn.speaker !== 'clinician') return
    this.#reworded = null
    await this.#set(suggestion, 'used')
  }

  async skip(suggestion: Suggestion): Promise<void> {
    if (!(await this.#set(suggestion, 'skipped'))) return
    this.#toast('Suggestion skipped.', { label: 'Undo', run: () => void this.offer(suggestion) })
  }

  /** Puts a skipped or used question back among the open ones. */
  async offer(suggestion: Suggestion): Promise<void> {
    await this.#set(suggestion, 'offered')
  }

  async #set(suggestion: Suggestion, state: Suggestion['state']): Promise<boolean> {
    const changed = await this.#requests.ask('suggestion.state', {
      session: this.#session,
      suggestion: suggestion.id,
      state,
    })
    if (changed) this.#put(changed)
    return changed !== undefined
  }

  #put(suggestion: Suggestion): void {
    const at = this.list.findIndex(({ id }) => id === suggestion.id)
    this.list =
      at < 0 ? [...this.list, suggestion] : this.list.map((each, index) => (index === at ? suggestion : each))
  }
}
