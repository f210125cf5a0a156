/**
 * A panel member behind an OpenAI-compatible address. What a server sends is read as far as a reply can be
 * long and no further; nothing it sends is ever more than the text of its own column.
 */
import * as v from 'valibot'
import type { Cancellation } from '../models/core/cancellation.ts'
import { fail, FailureError } from '../models/core/failure.ts'
import type { Message } from '../models/decoding/language-model.ts'
import type { Speak } from '../models/panel/members/language.ts'
import { countedTokens } from '../models/panel/prompt.ts'
import { bodyOf, bytesOf, completionsUrl, jsonOf } from './model-endpoint.ts'

export interface EndpointAddress {
  readonly url: string
  readonly model: string
  /** Sent as bearer token where the server wants one. */
  readonly key: string | null
}

/** What would leave this computer, word for word. */
export interface Leaving {
  readonly url: string
  readonly model: string
  readonly messages: readonly Message[]
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000_000))
const usage = v.object({ prompt_tokens: count, completion_tokens: count })
const whole = v.object({
  choices: v.pipe(v.array(v.object({ message: v.object({ content: v.string() }) })), v.minLength(1)),
  usage: v.optional(usage),
})
const piece = v.object({
  choices: v.array(v.object({ delta: v.object({ content: v.nullish(v.string()) }) })),
  usage: v.nullish(usage),
})

interface Heard {
  text: string
  usage: v.InferOutput<typeof usage> | null
}

/**
 * @param mayLeave shown exactly what would be sent, before anything is; pulled when nobody waits any more
 * @returns rejects with `refused` when it may not leave, `io`, `model-invalid` or `cancelled`
 */
export function speakAtEndpoint(
  address: EndpointAddress,
  mayLeave: (leaving: Leaving, signal: Cancellation) => Promise<boolean>,
): Speak {
  const url = completionsUrl(address.url)
  return async ({ messages, maxTokens, seed, temperature, signal, onText, onAsked }) => {
    const leaving: Leaving = { url, model: address.model, messages }
    if (!(await mayLeave(leaving, signal)))
      fail('refused', 'You did not let its prompt leave this computer, so it was not asked.')
    signal.throwIfAborted()
    onAsked()
    const abort = new AbortController()
    const stop = (): void => abort.abort()
    signal.addEventListener('abort', stop, { once: true })
    try {
      const answer = await fetch(url, {
        method: 'POST',
        // Another address was not named.
        redirect: 'error',
        headers: {
          'content-type': 'application/json',
          ...(address.key === null ? {} : { authorization: `Bearer ${address.key}` }),
        },
        body: JSON.stringify({
          model: address.model,
          messages,
          temperature,
          seed,
          max_tokens: maxTokens,
          stream: true,
        }),
        signal: abort.signal,
      })
      if (!answer.ok)
        fail('io', `The server answered with status ${answer.status}. Check its address, model and key.`, {
          status: answer.status,
        })
      const streams = /\btext\/event-stream\b/i.test(answer.headers.get('content-type') ?? '')
      const heard = streams ? await readStream(answer, onText) : await readWhole(answer, onText)
      const counted = countedTokens(messages, heard.text)
      return {
        text: heard.text,
        // A server may count lower than we do, never higher: its word alone fills no budget.
        promptTokens: Math.min(heard.usage?.prompt_tokens ?? Infinity, counted.promptTokens),
        tokens: Math.min(heard.usage?.completion_tokens ?? Infinity, counted.tokens),
        model: { name: address.model, hash: null, adapterHash: null, precision: null },
      }
    } catch (error) {
      if (error instanceof FailureError) throw error
      if (stopped(signal)) fail('cancelled', 'Stopped.')
      return fail(
        'io',
        'The server cannot be reached, or it broke off. Check the address and that it runs.',
        {},
        error,
      )
    } finally {
      signal.removeEventListener('abort', stop)
      abort.abort()
    }
  }
}

/** Asked anew: it may have been pulled while waiting. */
const stopped = (signal: Cancellation): boolean => signal.aborted

async function readWhole(answer: Response, onText: (text: string) => void): Promise<Heard> {
  const parsed = v.safeParse(whole, jsonOf(await bodyOf(answer)))
  if (!parsed.success) return fail('model-invalid', 'What the server sent is no chat completion.')
  const text = parsed.output.choices[0]?.message.content ?? ''
  onText(text)
  return { text, usage: parsed.output.usage ?? null }
}

/** Server-sent events up to `[DONE]`; a stream that ends before it broke off. */
async function readStream(answer: Response, onText: (text: string) => void): Promise<Heard> {
  const decoder = new TextDecoder()
  const heard: Heard = { text: '', usage: null }
  let rest = ''
  for await (const bytes of bytesOf(answer)) {
    rest += decoder.decode(bytes, { stream: true })
    const lines = rest.split(/\r?\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (!line.startsWith('data:')) {
        if (line === '' || line.startsWith(':') || /^(?:event|id|retry):/.test(line)) continue
        return fail('model-invalid', 'What the server sent is no chat completion.')
      }
      const data = line.slice('data:'.length).trim()
      if (data === '[DONE]') return heard
      const parsed = v.safeParse(piece, jsonOf(data))
      if (!parsed.success) return fail('model-invalid', 'What the server sent is no chat completion.')
      const more = parsed.output.choices.map(({ delta }) => delta.content ?? '').join('')
      heard.text += more
      if (more !== '') onText(more)
      heard.usage = parsed.output.usage ?? heard.usage
    }
  }
  return fail('io', 'The server broke off in the middle of its reply.')
}
