/** Writes a file so that it is there whole or not at all. */
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { FailureError } from '../../models/core/failure.ts'
import { syncFolder } from '../storage/files.ts'

export interface PreparedFile {
  /** Puts the file in place under its name. */
  commit(): void
  discard(): void
}

/**
 * Writes everything beside the target and flushes it to disk; `commit` then only renames. Fails with
 * `disk-full`, `read-only`, `not-found` or `io`.
 */
export function prepareFile(path: string, content: string | Uint8Array): PreparedFile {
  const beside = join(dirname(path), `.${basename(path).slice(0, 80)}.${randomBytes(6).toString('hex')}.part`)
  const discard = (): void => rmSync(beside, { force: true })
  named(() => {
    try {
      const file = openSync(beside, 'wx', 0o600)
      try {
        writeFileSync(file, content)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
    } catch (error) {
      discard()
      throw error
    }
  })
  return {
    commit: () =>
      named(() => {
        renameSync(beside, path)
        syncFolder(dirname(path))
      }),
    discard,
  }
}

function named(write: () => void): void {
  try {
    write()
  } catch (error) {
    throw fileFailure(error)
  }
}

/** The failure that an error of the file system stands for. */
export function fileFailure(error: unknown): FailureError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new FailureError({
        code: 'disk-full',
        message: 'The disk is full, so the file was not written. Make room and try again.',
      })
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new FailureError({
        code: 'read-only',
        message: 'This place cannot be written to. Choose another folder and try again.',
      })
    case 'ENOENT':
    case 'ENOTDIR':
      return new FailureError({
        code: 'not-found',
        message: 'That folder is no longer there. Choose another one and try again.',
      })
    default:
      return new FailureError(
        {
          code: 'io',
          message: 'The file could not be written. Choose another place and try again.',
          details: { code },
        },
        { cause: error },
      )
  }
}
