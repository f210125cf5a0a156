/**
 * A lock file that keeps two processes from doing the same long work. It only spares work: results are
 * renamed into place, so two holders would do no harm. A lock whose owner is gone, or has been silent
 * for too long, is taken over.
 */
import {
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Cancellation } from '../../models/core/cancellation.ts'
import { withDiskFailures } from './disk-failures.ts'
import { isAlive } from './process-alive.ts'

const pollMs = 200
const silenceMs = 10 * 60_000

export class BuildLock implements Disposable {
  readonly #path: string
  readonly #owner: string

  private constructor(path: string, owner: string) {
    this.#path = path
    this.#owner = owner
  }

  /** Waits until the lock is free or abandoned. `onWait` is called once if there is a wait. */
  static async take(path: string, cancellation: Cancellation, onWait: () => void): Promise<BuildLock> {
    const owner = `${process.pid} ${startOf(process.pid)}`
    let waited = false
    for (;;) {
      cancellation.throwIfAborted()
      if (create(path, owner)) return new BuildLock(path, owner)
      if (isAbandoned(path)) {
        // Renaming first: of two that see the same abandoned lock, one gets it.
        const aside = `${path}.${process.pid}`
        try {
          renameSync(path, aside)
          rmSync(aside, { force: true })
        } catch {
          continue
        }
        continue
      }
      if (!waited) onWait()
      waited = true
      await delay(pollMs)
    }
  }

  /** Says that the owner is still at work. */
  refresh(): void {
    try {
      const now = new Date()
      utimesSync(this.#path, now, now)
    } catch {
      // Somebody took the lock over; the work is still good.
    }
  }

  [Symbol.dispose](): void {
    if (ownerOf(this.#path) === this.#owner) rmSync(this.#path, { force: true })
  }
}

function create(path: string, owner: string): boolean {
  let descriptor: number
  try {
    descriptor = openSync(path, 'wx', 0o600)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    return withDiskFailures(() => {
      throw error
    })
  }
  try {
    writeSync(descriptor, owner)
  } finally {
    closeSync(descriptor)
  }
  return true
}

function ownerOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function isAbandoned(path: string): boolean {
  const owner = ownerOf(path)
  const touched = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  if (owner === null || touched === undefined) return false
  const silent = Date.now() - touched
  const [pid, start] = owner.split(' ')
  // Between creating a lock and writing its owner a moment passes.
  if (!pid || !start) return silent > 2_000
  return silent > silenceMs || startOf(Number(pid)) !== start
}

/** When a process started, as the system tells it, so that a reused id is no alibi; '-' if it is gone. */
function startOf(pid: number): string {
  if (!isAlive(pid)) return '-'
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'alive'
  } catch {
    return 'alive'
  }
}
