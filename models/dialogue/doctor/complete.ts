/** A language model as a tested doctor needs it: messages in, one reply out. */
import type { Cancellation } from '../../core/cancellation.ts'
import type { LanguageModels, Message } from '../../decoding/language-model.ts'

export interface Wish {
  /** 0 asks for the likeliest reply; each other number draws another one, always the same for that number. */
  readonly attempt?: number
  /** First words of the reply, which the model goes on from; a server that cannot be told so begins by itself. */
  readonly opening?: string
  /** Asks beside the visit, each kind of question in a conversation of its own; the visit's words stay remembered. */
  readonly beside?: 'judgement' | 'plan'
}

export type Complete = (messages: readonly Message[], wish?: Wish) => Promise<string>

/** Of replies that are drawn. */
export const drawn = { temperature: 0.8, topP: 0.95 } as const

const longestTurn = 200

/** Replies of a model on this computer; look-up and what is remembered of the visit change no word. */
export const completeLocally =
  (models: LanguageModels, model: string, signal: Cancellation): Complete =>
  async (messages, { attempt = 0, opening = '', beside } = {}) => {
    const { text } = await models.generate(
      {
        model,
        precision: null,
        decoder: 'lookup',
        conversation: beside ?? 'visit',
        messages,
        opening,
        sampling: attempt === 0 ? { temperature: 0, topP: 1, seed: 0 } : { ...drawn, seed: attempt },
        maxTokens: longestTurn,
      },
      () => undefined,
      () => undefined,
      signal,
    )
    return text
  }
