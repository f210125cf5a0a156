/**
 * Expected trouble: everything that can go wrong without a bug.
 *
 * A failure crosses every process boundary as data. Its message is written for the person at the
 * screen: what happened, then what to do next.
 */
export const failureCodes = [
  'invalid-request',
  'not-found',
  'conflict',
  'cancelled',
  'timeout',
  'refused',
  'vault-absent',
  'vault-locked',
  'wrong-passphrase',
  'throttled',
  'keyring-unavailable',
  'already-running',
  'database-damaged',
  'database-newer',
  'key-file-missing',
  'disk-full',
  'read-only',
  'io',
  'consent-missing',
  'resource-missing',
  'resource-altered',
  'model-invalid',
  'model-unsupported',
  'model-too-large',
  'model-missing',
  'prompt-too-long',
  'engine-unavailable',
  'engine-crashed',
  'quarantined',
  'tool-missing',
  'internal',
] as const

export type FailureCode = (typeof failureCodes)[number]

export interface Failure {
  readonly code: FailureCode
  /** One or two plain sentences: what happened, what to do next. Never holds patient text. */
  readonly message: string
  /** Machine-readable particulars (file, field, limit); never patient text. */
  readonly details?: Readonly<Record<string, string | number | boolean>>
}

export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

/** Carries a failure through code that would otherwise thread a Result through every call. */
export class FailureError extends Error {
  override readonly name = 'FailureError'
  readonly failure: Failure
  constructor(failure: Failure, options?: { cause?: unknown }) {
    super(failure.message, options)
    this.failure = failure
  }
}

export function fail(
  code: FailureCode,
  message: string,
  details?: Failure['details'],
  cause?: unknown,
): never {
  throw new FailureError(
    details ? { code, message, details } : { code, message },
    cause === undefined ? undefined : { cause },
  )
}

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })

/** The failure inside an unknown error; a bug becomes `internal` and keeps its cause for the log only. */
export function failureOf(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure
  if (error instanceof Error && error.name === 'AbortError') return { code: 'cancelled', message: 'Stopped.' }
  return {
    code: 'internal',
    message:
      'Consilium met an error of its own. Your saved work is safe; try again, and export the log from Settings if it returns.',
  }
}

export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`)
}
