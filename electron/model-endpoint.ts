/** A language model behind an OpenAI-compatible address. */
import * as v from 'valibot'
import { fail, FailureError } from '../models/core/failure.ts'
import type { Message } from '../models/decoding/language-model.ts'
import { drawn, type Complete } from '../models/dialogue/doctor/complete.ts'

const longestReplyMs = 120_000
const mostTokens = 300
/** More is no reply. */
const mostBytes = 1024 * 1024

const reply = v.object({
  choices: v.pipe(v.array(v.object({ message: v.object({ content: v.string() }) })), v.minLength(1)),
})

/** @param endpoint base address, with or without `/chat/completions` */
export const completionsUrl = (endpoint: string): string =>
  /\/chat\/completions\/?$/.test(endpoint) ? endpoint : `${endpoint.replace(/\/+$/, '')}/chat/completions`

/**
 * @param endpoint base address, with or without `/chat/completions`
 * @param key sent as bearer token where the server wants one
 * @returns fails with `timeout`, `io` or `model-invalid`; the address is named, the dialogue never
 */
export function completeAtEndpoint(endpoint: string, model: string, key: string | undefined): Complete {
  const url = completionsUrl(endpoint)
  return async (messages: readonly Message[], { attempt = 0 } = {}) => {
    const sampling =
      attempt === 0
        ? { temperature: 0 }
        : { temperature: drawn.temperature, top_p: drawn.topP, seed: attempt }
    let body: string
    try {
      const answer = await fetch(url, {
        method: 'POST',
        // Another address was not named.
        redirect: 'error',
        headers: {
          'content-type': 'application/json',
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        },
        body: JSON.stringify({ model, messages, ...sampling, max_tokens: mostTokens, stream: false }),
        signal: AbortSignal.timeout(longestReplyMs),
      })
      if (!answer.ok)
        fail(
          'io',
          `The model at ${url} answered with status ${answer.status}. Check its name and the server.`,
          { url, status: answer.status },
        )
      body = await bodyOf(answer)
    } catch (cause) {
      if (cause instanceof FailureError) throw cause
      const late = cause instanceof Error && cause.name === 'TimeoutError'
      fail(
        late ? 'timeout' : 'io',
        late
          ? `The model at ${url} gave no answer within two minutes. Check the server and run again: finished cases are kept.`
          : `The model at ${url} cannot be reached. Check the address and that the server runs.`,
        { url },
        cause,
      )
    }
    const parsed = v.safeParse(reply, jsonOf(body))
    if (!parsed.success)
      fail('model-invalid', `What ${url} answered is no chat completion. Check the address.`, { url })
    return parsed.output.choices[0]?.message.content ?? ''
  }
}

/** As it comes, up to what a reply can be. Fails with `model-invalid` beyond that. */
export async function* bytesOf(answer: Response): AsyncGenerator<Uint8Array> {
  const reader = answer.body?.getReader() ?? fail('model-invalid', 'The server sent nothing.')
  let seen = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      seen += value.length
      if (seen > mostBytes)
        fail('model-invalid', 'The server sent far more than a reply can be. It was cut off.')
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

export async function bodyOf(answer: Response): Promise<string> {
  const decoder = new TextDecoder()
  let body = ''
  for await (const bytes of bytesOf(answer)) body += decoder.decode(bytes, { stream: true })
  return body
}

/** Null where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
