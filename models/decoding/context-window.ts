/**
 * Fits a conversation into the model's context: the system text and the newest messages stay, the
 * oldest exchanges go, and the caller learns what went.
 */
import { fail } from '../core/failure.ts'
import type { Message } from './language-model.ts'

export interface PromptSource {
  /** Ids of the prompt for these messages. */
  write(messages: readonly Message[]): readonly number[]
  /** A lower bound of the prompt's length, cheap even for huge messages. */
  fewestTokens(messages: readonly Message[]): number
}

export interface FittedPrompt {
  readonly ids: readonly number[]
  /** null when everything fitted; tokens of texts too long to read are counted as the fewest they can be. */
  readonly dropped: { readonly messages: number; readonly tokens: number } | null
}

/** Part of the context kept free for the reply at most, however long the reply may be. */
const replyShare = 1 / 4

/**
 * Once the context overflows, this part of it is freed at once: the beginning of the prompt then stays
 * the same for many turns, and what was computed for it can be reused.
 */
const freedShare = 1 / 4

/**
 * Keeps: a leading system message, the last user message, everything after it, and as many whole
 * exchanges before it as fit. The result begins with a user message (after the system text), as most
 * templates require.
 *
 * Fails with `prompt-too-long` when what must stay does not fit, without tokenizing texts that are
 * longer than the context could ever hold; `invalid-request` when no message is from the user.
 *
 * @param contextTokens tokens the model can attend to
 * @param maxTokens tokens the reply may take
 */
export function fitPrompt(
  messages: readonly Message[],
  source: PromptSource,
  contextTokens: number,
  maxTokens: number,
): FittedPrompt {
  const room = contextTokens - Math.max(1, Math.min(maxTokens, Math.floor(contextTokens * replyShare)))
  const choices = shorterAndShorter(messages)
  const longest = choices.findIndex((choice) => source.fewestTokens(choice) <= room)
  if (longest < 0) tooLong(contextTokens)

  const written = new Map<number, readonly number[]>()
  const write = (index: number): readonly number[] => {
    const ids = written.get(index) ?? source.write(choices[index]!)
    written.set(index, ids)
    return ids
  }
  const whole = write(longest).length
  if (longest === 0 && whole <= room) return { ids: write(0), dropped: null }

  const step = Math.max(1, Math.floor(contextTokens * freedShare))
  const toFree = Math.ceil(Math.max(0, whole - room) / step) * step
  let low = longest
  let high = choices.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (whole - write(middle).length >= toFree) high = middle
    else low = middle + 1
  }
  const ids = write(low)
  if (ids.length > room) tooLong(contextTokens)
  const unread = source.fewestTokens(messages) - source.fewestTokens(choices[longest]!)
  return {
    ids,
    dropped: { messages: messages.length - choices[low]!.length, tokens: unread + whole - ids.length },
  }
}

/** All messages first; then without the oldest exchange, and so on; last what must stay. */
function shorterAndShorter(messages: readonly Message[]): readonly (readonly Message[])[] {
  const lastUser = messages.findLastIndex((message) => message.role === 'user')
  if (lastUser < 0) fail('invalid-request', 'There is no question to answer yet. Write a message first.')
  const system = messages[0]!.role === 'system' ? messages.slice(0, 1) : []
  const choices = [messages]
  for (let start = system.length + 1; start <= lastUser; start++) {
    const opensExchange = messages[start]!.role === 'user' && messages[start - 1]!.role !== 'user'
    if (opensExchange || start === lastUser) choices.push([...system, ...messages.slice(start)])
  }
  return choices
}

function tooLong(contextTokens: number): never {
  fail(
    'prompt-too-long',
    `The last message and its instructions are longer than the model can read (${contextTokens} tokens). Shorten the message, or split it.`,
    { contextTokens },
  )
}
