/** The conversation with the model about the case. */
import type { ChatMessage, Id } from '../../../models/session/session.ts'
import type { Requests } from '../requests.ts'
import type { BrokenOff, Stream } from './stream.svelte.ts'

export class Chat {
  messages = $state.raw<readonly ChatMessage[]>([])
  draft = $state('')
  stream = $state.raw<Stream | null>(null)
  broken = $state.raw<BrokenOff | null>(null)
  sending = $state(false)
  readonly #session: Id
  readonly #requests: Requests
  readonly #expect: (job: string) => void

  constructor(
    session: Id,
    messages: readonly ChatMessage[],
    requests: Requests,
    expect: (job: string) => void,
  ) {
    this.#session = session
    this.messages = messages
    this.#requests = requests
    this.#expect = expect
  }

  get busy(): boolean {
    return this.sending || this.stream !== null
  }

  /** Sends what is typed; it stays in the field when it could not be sent. */
  async send(): Promise<void> {
    const text = this.draft.trim()
    if (text === '' || this.busy) return
    if ((await this.#ask(text)) && this.draft.trim() === text) this.draft = ''
  }

  /** Asks the last question again, for another answer or after a failure. */
  async again(): Promise<void> {
    const last = this.messages.findLast(({ author }) => author === 'clinician')
    if (last && !this.busy) await this.#ask(last.text)
    else if (this.draft.trim() !== '') await this.send()
  }

  /** Takes a finished answer. */
  accept(message: ChatMessage): void {
    this.messages = [...this.messages.filter(({ id }) => id !== message.id), message]
    this.broken = null
  }

  async #ask(text: string): Promise<boolean> {
    this.sending = true
    this.broken = null
    const before = this.messages.length
    const result = await this.#requests.try('consult.chat', { session: this.#session, text })
    this.sending = false
    if (!result.ok) {
      this.broken = { failure: result.failure, parts: {} }
      return false
    }
    // The answer may be complete before the reply that started it arrives; the question stands first.
    this.messages = this.messages.toSpliced(before, 0, result.value.message)
    this.#expect(result.value.job)
    return true
  }
}
