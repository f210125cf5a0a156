/** Whether the data folder can be used at all, asked before anything else is done in it. */
import { randomBytes } from 'node:crypto'
import { closeSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { withStorageFailures } from './errors.ts'
import { makeFolder } from './files.ts'

/**
 * Makes the folder when it is missing, and fails with `read-only` or `disk-full` where no file can be
 * made in it. Only trying tells: permissions, a read-only disk and access lists all look different.
 */
export function requireWritableFolder(folder: string): void {
  withStorageFailures(() => {
    makeFolder(folder)
    const probe = join(folder, `.writable-${randomBytes(8).toString('hex')}`)
    closeSync(openSync(probe, 'wx', 0o600))
    rmSync(probe)
  })
}
