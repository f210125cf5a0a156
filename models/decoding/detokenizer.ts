/**
 * Turns tokens into text as they arrive, releasing only what can no longer change: a character whose
 * bytes are spread over several tokens waits for the last of them.
 */
export class Detokenizer {
  readonly #decode: (ids: readonly number[]) => string
  /** Ids since the last point at which the text was whole; the first is context only. */
  #window: number[] = []
  #released = 0

  /** @param decode text of ids, with U+FFFD for bytes that are not (yet) a character */
  constructor(decode: (ids: readonly number[]) => string) {
    this.#decode = decode
  }

  /** Adds one id; the text that became final, possibly ''. */
  push(id: number): string {
    this.#window.push(id)
    const text = this.#decode(this.#window)
    if (text.endsWith('\ufffd')) return this.#release(text, text.length - 1)
    const out = this.#release(text, text.length)
    // Some decoders treat the first token of a text differently, hence one id of context.
    this.#window = [id]
    this.#released = this.#decode(this.#window).length
    return out
  }

  /** Whatever was held back, when no more ids will come. */
  flush(): string {
    const text = this.#decode(this.#window)
    const out = this.#release(text, text.length)
    this.#window = []
    this.#released = 0
    return out
  }

  #release(text: string, end: number): string {
    if (end <= this.#released) return ''
    const out = text.slice(this.#released, end)
    this.#released = end
    return out
  }
}
