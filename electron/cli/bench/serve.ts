/** A child's side: answers one call after the other over the channel to its parent. */
import { inspect } from 'node:util'
import { failureOf } from '../../../models/core/failure.ts'
import type { Answer, CallName, Handlers, Request } from './messages.ts'

export function serve(handlers: Handlers): void {
  const answer = async ({ id, call, with: request }: Request): Promise<void> => {
    // The name and its request come as a pair; TypeScript cannot see that through the union.
    const handler = handlers[call] as (request: Request['with']) => Promise<unknown>
    const reply = await handler(request).then(
      (value): Answer => ({ id, ok: true, value }),
      (error: unknown): Answer => {
        const failure = failureOf(error)
        if (failure.code === 'internal') process.stderr.write(`${inspect(error)}\n`)
        return { id, ok: false, failure }
      },
    )
    process.send?.(reply)
  }
  process.on('message', (message) => void answer(message as Request))
  process.on('disconnect', () => process.exit(0))
}

/** For calls that this kind of child is never asked. */
export function notAsked(call: CallName): () => Promise<never> {
  return () => Promise.reject(new Error(`this child does not answer ${call}`))
}
