/** Locking: the vault, and everything outside it that may still hold patient text. */
import type { LanguageModels } from '../../models/decoding/language-model.ts'
import type { Vault } from '../handlers/ports.ts'
import type { JobQueue, Push } from '../jobs/job-queue.ts'

export interface LockOptions {
  readonly vault: Pick<Vault, 'lock' | 'status'>
  readonly jobs: Pick<JobQueue, 'cancelAll'>
  readonly models: Pick<LanguageModels, 'forget'>
  readonly push: Push
  /** Closes every sensor, writes what waits and forgets what was read. */
  readonly expression: { clear(): void }
  /** Replaces the window's process, so that its memory goes back to the system. */
  readonly clearWindow: () => void
  readonly reportBug: (error: unknown) => void
  /** How long jobs may take to store what they have, and the window to save what was typed, in ms. */
  readonly graceMs?: number
}

const defaultGraceMs = 1500
/** Time for the reply to a lock request to arrive, in ms. */
const replyMs = 100

export class VaultLock {
  readonly #options: LockOptions
  #locking: Promise<void> | null = null
  /** Set while the window has been asked and has not locked yet. */
  #asked: {
    readonly timer: NodeJS.Timeout
    readonly locked: Promise<void>
    readonly settle: () => void
  } | null = null

  constructor(options: LockOptions) {
    this.#options = options
  }

  /**
   * Asks the window to save and lock, and locks by itself when the window does not. Resolves when
   * the vault is locked.
   */
  request(): Promise<void> {
    if (this.#asked) return this.#asked.locked
    if (this.#options.vault.status().state !== 'open') return Promise.resolve()
    let settle = (): void => undefined
    const locked = new Promise<void>((resolve) => (settle = resolve))
    this.#asked = { timer: setTimeout(() => void this.lock(), this.#graceMs), locked, settle }
    this.#options.push('app.command', { command: 'lock' })
    return locked
  }

  /** Locks now. Jobs are stopped first and get a moment to store their text. Never rejects. */
  lock(): Promise<void> {
    this.#locking ??= this.#lock().finally(() => (this.#locking = null))
    return this.#locking
  }

  get #graceMs(): number {
    return this.#options.graceMs ?? defaultGraceMs
  }

  async #lock(): Promise<void> {
    const asked = this.#asked
    if (asked) clearTimeout(asked.timer)
    this.#asked = null
    await this.#close()
    asked?.settle()
  }

  async #close(): Promise<void> {
    const { vault, jobs, models, expression, push, clearWindow, reportBug } = this.#options
    if (vault.status().state !== 'open') return
    await Promise.race([
      // A model being prepared holds no patient text and may go on.
      jobs.cancelAll((job) => job.kind !== 'prepare'),
      new Promise((resolve) => setTimeout(resolve, this.#graceMs)),
    ])
    try {
      expression.clear()
    } catch (error) {
      reportBug(error)
    }
    try {
      vault.lock()
    } catch (error) {
      reportBug(error)
    }
    models.forget('').catch(reportBug)
    push('vault.status', vault.status())
    // The reply to the window's own request leaves before the window does.
    setTimeout(clearWindow, replyMs)
  }
}
