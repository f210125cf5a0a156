/** Locking: the vault, and everything outside it that may still hold patient text. */
import type { LanguageModels } from '../../models/decoding/language-model.ts'
import type { Vault } from '../handlers/ports.ts'
import type { JobQueue, Push } from '../jobs/job-queue.ts'

export interface LockOptions {
  readonly vault: Pick<Vault, 'lock' | 'status'>
  readonly jobs: Pick<JobQueue, 'cancelAll'>
  readonly models: Pick<LanguageModels, 'forget'>
  readonly push: Push
  /** Replaces the window's process, so that its memory goes back to the system. */
  readonly clearWindow: () => void
  readonly reportBug: (error: unknown) => void
  /** How long jobs may take to store what they have, and the window to save what was typed, in ms. */
  readonly graceMs?: number
}

const defaultGraceMs = 1500

export class VaultLock {
  readonly #options: LockOptions
  #locking: Promise<void> | null = null
  #deadline: NodeJS.Timeout | null = null

  constructor(options: LockOptions) {
    this.#options = options
  }

  /** Asks the window to save and lock, and locks by itself when the window does not. */
  request(): void {
    if (this.#deadline || this.#options.vault.status().state !== 'open') return
    this.#options.push('app.command', { command: 'lock' })
    this.#deadline = setTimeout(() => void this.lock(), this.#graceMs)
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
    if (this.#deadline) clearTimeout(this.#deadline)
    this.#deadline = null
    const { vault, jobs, models, push, clearWindow, reportBug } = this.#options
    if (vault.status().state !== 'open') return
    await Promise.race([
      // A model being prepared holds no patient text and may go on.
      jobs.cancelAll((job) => job.kind !== 'prepare'),
      new Promise((resolve) => setTimeout(resolve, this.#graceMs)),
    ])
    vault.lock()
    models.forget('').catch(reportBug)
    push('vault.status', vault.status())
    // The reply to the window's own request leaves before the window does.
    setImmediate(clearWindow)
  }
}
