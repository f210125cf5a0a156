/** What a disk refuses, as failures that say what to do. */
import { FailureError, type Failure } from '../../models/core/failure.ts'

const failures: Readonly<Record<string, Failure>> = {
  full: { code: 'disk-full', message: 'The disk is full. Free some space and try again.' },
  locked: {
    code: 'read-only',
    message: "Consilium may not write to its data folder. Check the folder's permissions and try again.",
  },
}
const kinds: Readonly<Record<string, Failure | undefined>> = {
  ENOSPC: failures['full'],
  EDQUOT: failures['full'],
  EROFS: failures['locked'],
  EACCES: failures['locked'],
  EPERM: failures['locked'],
}

/** The failure behind an error of the file system; other errors come back as they are. */
export function diskFailure(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const failure = kinds[code]
  return failure ? new FailureError(failure, { cause: error }) : error
}

export function withDiskFailures<T>(action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw diskFailure(error)
  }
}
