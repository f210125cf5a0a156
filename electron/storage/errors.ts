/** Turns what SQLite and the file system say into failures that tell a person what to do next. */
import { FailureError, type FailureCode } from '../../models/core/failure.ts'

const messages = {
  'disk-full':
    'The disk is full, so the last change could not be saved. Everything saved before is safe; free some space and try again.',
  'read-only':
    'Consilium may not write to its data folder. Allow writing to that folder, or move the data to a folder of your own, then try again.',
  'database-damaged':
    'The database is damaged. Nothing was deleted; lock and unlock to have it checked, then restore a backup.',
  'already-running':
    'Another Consilium already has this data open. Use that window, or close it and try again.',
  io: 'The disk reported an error. Everything saved before is safe; check that the disk is connected and healthy, then try again.',
} as const satisfies Partial<Record<FailureCode, string>>

type StorageFailureCode = keyof typeof messages

/** Result codes by their longest matching prefix; extended codes come before their family. */
const sqliteCodes: readonly (readonly [string, StorageFailureCode])[] = [
  ['SQLITE_FULL', 'disk-full'],
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_CANTOPEN', 'read-only'],
  ['SQLITE_PERM', 'read-only'],
  ['SQLITE_CORRUPT', 'database-damaged'],
  ['SQLITE_NOTADB', 'database-damaged'],
  ['SQLITE_FORMAT', 'database-damaged'],
  // What an encrypted page answers when its authentication code does not fit.
  ['SQLITE_IOERR_DATA', 'database-damaged'],
  ['SQLITE_IOERR_SHORT_READ', 'database-damaged'],
  ['SQLITE_IOERR_CORRUPTFS', 'database-damaged'],
  ['SQLITE_BUSY', 'already-running'],
  ['SQLITE_LOCKED', 'already-running'],
  ['SQLITE_PROTOCOL', 'already-running'],
  ['SQLITE_IOERR', 'io'],
]

const fileCodes: Readonly<Record<string, StorageFailureCode>> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EFBIG: 'disk-full',
  EROFS: 'read-only',
  EACCES: 'read-only',
  EPERM: 'read-only',
  EIO: 'io',
  EBUSY: 'io',
  ENXIO: 'io',
  EMFILE: 'io',
  ENFILE: 'io',
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

/**
 * The failure for an error of SQLite or of the file system; any other error is a bug and comes back
 * as it is. The technical code travels in `details.cause`.
 */
export function storageFailure(error: unknown): unknown {
  if (error instanceof FailureError) return error
  const cause = codeOf(error)
  if (cause === null) return error
  const code = sqliteCodes.find(([prefix]) => cause.startsWith(prefix))?.[1] ?? fileCodes[cause]
  if (code === undefined) return error
  return new FailureError({ code, message: messages[code], details: { cause } }, { cause: error })
}

/** Runs `work`; what SQLite or the file system throws leaves as a failure. */
export function withStorageFailures<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw storageFailure(error)
  }
}

export function hasCode(error: unknown, code: FailureCode): boolean {
  return error instanceof FailureError && error.failure.code === code
}
