/** Conversations as token ids: what people wrote can never act as one of the model's control tokens. */
import type { ChatTemplate } from './chat-template.ts'
import type { Message } from './language-model.ts'
import type { TextTokenizer } from './tokenizer.ts'

const wordJoiner = '\u2060'

export class PromptWriter {
  readonly #tokenizer: TextTokenizer
  readonly #template: ChatTemplate
  readonly #controlTokens: readonly string[]

  constructor(tokenizer: TextTokenizer, template: ChatTemplate) {
    this.#tokenizer = tokenizer
    this.#template = template
    this.#controlTokens = tokenizer.controlTokens.filter((token) => token.length > 1)
  }

  /**
   * Ids of the prompt that asks for the next reply.
   *
   * @param opening first words of that reply, which the model continues
   */
  write(messages: readonly Message[], now: Date, opening = ''): number[] {
    const safe = messages.map(({ role, content }) => ({ role, content: this.#defuse(content) }))
    const asked = this.#template.render(safe, { addGenerationPrompt: true, now })
    return this.#tokenizer.encode(asked + this.#defuse(opening))
  }

  /** A lower bound of `write(messages).length`, in no time. */
  fewestTokens(messages: readonly Message[]): number {
    return messages.reduce((sum, { content }) => sum + this.#tokenizer.fewestTokens(content), 0)
  }

  /** An invisible joiner after the first character keeps the text readable and the token unrecognised. */
  #defuse(text: string): string {
    let safe = text
    for (const token of this.#controlTokens) {
      if (safe.includes(token)) safe = safe.replaceAll(token, token.slice(0, 1) + wordJoiner + token.slice(1))
    }
    return safe
  }
}
