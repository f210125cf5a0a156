/**
 * A data folder on a disk that can be filled up and emptied again while the app runs. Root mounts a
 * small disk in memory. Elsewhere the kernel is told how large a file the app may write, which fails
 * at the same place with another error.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ordinaryUser } from '../../electron/setup/account.mjs'

export interface SmallDisk extends Disposable {
  readonly folder: string
  readonly how: 'disk in memory' | 'limit on file size'
  /** From now on nothing more can be written by the process. */
  fill(pid: number): void
  /** Room is back. */
  free(pid: number): void
}

const diskBytes = 64 * 1024 * 1024
/** Chromium's shared memory counts as files too, so the limit leaves room for it. */
const limitBytes = 1024 * 1024

export function smallDisk(): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'consilium-disk-'))
  const user = ordinaryUser()
  const mounted =
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', folder], { stdio: 'ignore' })
      .status === 0
  if (user) chownSync(folder, user.uid, user.gid)
  chmodSync(folder, 0o700)
  return mounted ? diskInMemory(folder) : limitedFiles(folder, user)
}

function diskInMemory(folder: string): SmallDisk {
  const filler = join(folder, 'filler')
  return {
    folder,
    how: 'disk in memory',
    fill: () => {
      const handle = openSync(filler, 'w')
      try {
        // Smaller and smaller pieces, so that not one page is left.
        for (let piece = 1 << 20; piece >= 4096; piece /= 2) writeUntilFull(handle, Buffer.alloc(piece))
      } finally {
        closeSync(handle)
      }
    },
    free: () => rmSync(filler, { force: true }),
    [Symbol.dispose]: () => {
      execFileSync('umount', ['--lazy', folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function writeUntilFull(handle: number, piece: Buffer): void {
  try {
    while (writeSync(handle, piece) === piece.length);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  }
}

function limitedFiles(folder: string, user: ReturnType<typeof ordinaryUser>): SmallDisk {
  // Whoever runs the app may limit it; root without its privileges may not.
  const as = user ? { uid: user.uid, gid: user.gid, cwd: '/' } : {}
  const limit = (pid: number, soft: string): void => {
    execFileSync('prlimit', ['--pid', String(pid), `--fsize=${soft}:`], as)
  }
  return {
    folder,
    how: 'limit on file size',
    fill: (pid) => limit(pid, String(limitBytes)),
    free: (pid) => limit(pid, 'unlimited'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
