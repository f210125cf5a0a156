/** One way in for every request: who asks, how much, what, then the handler, then the envelope. */
import { isOperationName } from '../../models/contract/names.ts'
import type { OperationName, ReplyOf } from '../../models/contract/operations.ts'
import { parseRequest } from '../../models/contract/parsers.ts'
import { fail, failureOf, FailureError, ok, type Result } from '../../models/core/failure.ts'
import type { Handlers } from '../handlers/handlers.ts'
import { isAppUrl } from '../security/origin.ts'
import { checkRequestSize } from './request-size.ts'

/** What is known of the frame that sent a request. */
export interface Sender {
  /** Whether it belongs to the one window of the app. */
  readonly isOwnWindow: boolean
  readonly isMainFrame: boolean
  /** null when the frame is gone already. */
  readonly url: string | null
}

export interface AnswerOptions {
  readonly handlers: Handlers
  /** Told of every refused sender. Must not throw. */
  readonly onRefusedSender: () => void
  /** Told of bugs, never of expected trouble. */
  readonly reportBug: (error: unknown, operation: OperationName) => void
}

export type Answer = (sender: Sender, operation: unknown, request: unknown) => Promise<Result<unknown>>

export const isTrusted = (sender: Sender): boolean =>
  sender.isOwnWindow && sender.isMainFrame && isAppUrl(sender.url)

/** The returned function never rejects. */
export function answerWith(options: AnswerOptions): Answer {
  return async (sender, operation, request) => {
    if (!isTrusted(sender)) {
      options.onRefusedSender()
      return {
        ok: false,
        failure: {
          code: 'refused',
          message: 'This page may not use Consilium. Close it and open the app again.',
        },
      }
    }
    if (!isOperationName(operation))
      return {
        ok: false,
        failure: {
          code: 'invalid-request',
          message: 'The window asked for something that does not exist. Close Consilium and open it again.',
        },
      }
    try {
      checkRequestSize(request)
      return ok(await perform(options.handlers, operation, request))
    } catch (error) {
      const failure = failureOf(error)
      if (failure.code === 'internal' || (error instanceof FailureError && error.cause !== undefined))
        options.reportBug(error, operation)
      return { ok: false, failure }
    }
  }
}

async function perform<K extends OperationName>(
  handlers: Handlers,
  operation: K,
  request: unknown,
): Promise<ReplyOf<K>> {
  const parsed = parseRequest(operation, request)
  if (!parsed.ok) fail(parsed.failure.code, parsed.failure.message, parsed.failure.details)
  return await handlers[operation](parsed.value)
}
