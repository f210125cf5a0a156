/** What a disk refuses, as failures that say what to do. */
import { FailureError, type Failure } from '../../models/core/failure.ts'

const full: Failure = { code: 'disk-full', message: 'The disk is full. Free some space and try again.' }
const locked: Failure = {
  code: 'read-only',
  message: "Consilium may not write to its data folder. Check the folder's permissions and try again.",
}
const blocked: Failure = {
  code: 'io',
  message:
    'A file lies where Consilium keeps a folder of its own. Move that file away and try again, or choose another data folder.',
}
const faulty: Failure = {
  code: 'io',
  message: 'The disk reported an error. Check that it is connected and healthy, then try again.',
}

const onWriting: Readonly<Record<string, Failure | undefined>> = {
  ENOSPC: full,
  EDQUOT: full,
  EROFS: locked,
  EACCES: locked,
  EPERM: locked,
  ENOTDIR: blocked,
  EEXIST: blocked,
  EIO: faulty,
}

const systemCode = (error: unknown): string | null =>
  error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : null

/** The failure behind an error of writing to the app's own folders; other errors come back as they are. */
export function diskFailure(error: unknown): unknown {
  const failure = onWriting[systemCode(error) ?? '']
  return failure ? new FailureError(failure, { cause: error }) : error
}

export function withDiskFailures<T>(action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw diskFailure(error)
  }
}

/**
 * Runs what only reads a model's files, wherever they lie. Every error of the file system becomes `io`,
 * or `not-found` for a file that is gone: a drive may be pulled out, or its files be another user's.
 */
export function withReadFailures<T>(action: () => T): T {
  try {
    return action()
  } catch (error) {
    const code = systemCode(error)
    if (code === null) throw error
    throw new FailureError(
      code === 'ENOENT'
        ? { code: 'not-found', message: 'A file of the model is not there any more. Choose the model again.' }
        : {
            code: 'io',
            message:
              'A file of the model cannot be read. Check that you may open it and that its drive is connected, then try again.',
            details: { code },
          },
      { cause: error },
    )
  }
}
