/** The encrypted database's door: whether it is open, and every way to open, lock and re-key it. */
import type { RequestOf, VaultStatus } from '../../models/contract/operations.ts'
import type { Failure } from '../../models/core/failure.ts'
import type { Requests } from './requests.ts'

export interface VaultEvents {
  readonly opened: () => void
  /** Before locking: the last chance to save what was typed. */
  readonly locking: () => Promise<void>
  readonly locked: () => void
}

export class VaultState {
  status = $state.raw<VaultStatus | null>(null)
  /** Why the last attempt to open or create failed; shown beside the field. */
  failure = $state.raw<Failure | null>(null)
  busy = $state(false)
  /** Seconds until the next attempt is allowed; counts down to 0. */
  retryIn = $state(0)
  /** Shown once after creation, then forgotten. */
  recoveryCode = $state<string | null>(null)
  readonly #requests: Requests
  readonly #on: VaultEvents
  #ticking: ReturnType<typeof setInterval> | null = null

  constructor(requests: Requests, on: VaultEvents) {
    this.#requests = requests
    this.#on = on
    requests.bridge.on('vault.status', (status) => this.accept(status))
  }

  accept(status: VaultStatus): void {
    const wasOpen = this.status?.state === 'open'
    this.status = status
    this.#countDown(status.retryInSeconds)
    if (status.state === 'open') this.failure = null
    if (status.state === 'open' && !wasOpen) this.#on.opened()
    if (status.state !== 'open' && wasOpen) this.#on.locked()
  }

  /** Creates the vault; true once it is open and `recoveryCode` is set. */
  async create(request: RequestOf<'vault.create'>): Promise<boolean> {
    return this.#working(async () => {
      const result = await this.#requests.try('vault.create', request)
      this.failure = result.ok ? null : result.failure
      if (!result.ok) return false
      this.recoveryCode = result.value.recoveryCode
      await this.#refresh()
      return true
    })
  }

  async unlock(request: RequestOf<'vault.unlock'>): Promise<boolean> {
    return this.#working(async () => {
      const result = await this.#requests.try('vault.unlock', request)
      if (result.ok) {
        this.accept(result.value)
        return true
      }
      this.failure = result.failure
      await this.#refresh()
      return false
    })
  }

  async lock(): Promise<void> {
    await this.#on.locking()
    const status = await this.#requests.ask('vault.lock', {})
    if (status) this.accept(status)
  }

  async changePassphrase(passphrase: string): Promise<Failure | null> {
    const result = await this.#requests.try('vault.changePassphrase', { passphrase })
    return result.ok ? null : result.failure
  }

  /** A new recovery code in place of the old one; `value.recoveryCode` is shown once. */
  newRecoveryCode(passphrase: string) {
    return this.#requests.try('vault.newRecoveryCode', { passphrase })
  }

  async setKeyring(enrolled: boolean): Promise<void> {
    const status = await this.#requests.ask('vault.setKeyring', { enrolled })
    if (status) this.accept(status)
  }

  /** Writes a backup under its own passphrase. `value.saved` is false when the person chose no file. */
  backup(passphrase: string) {
    return this.#requests.try('vault.backup', { passphrase })
  }

  restore(passphrase: string, from: 'file' | 'newest') {
    return this.#requests.try('vault.restore', { passphrase, from })
  }

  forgetRecoveryCode(): void {
    this.recoveryCode = null
  }

  async #refresh(): Promise<void> {
    const status = await this.#requests.try('app.status', {})
    if (!status.ok) return
    const { failure } = this
    this.accept(status.value.vault)
    this.failure = failure
  }

  async #working(work: () => Promise<boolean>): Promise<boolean> {
    this.busy = true
    try {
      return await work()
    } finally {
      this.busy = false
    }
  }

  #countDown(seconds: number): void {
    this.retryIn = Math.ceil(seconds)
    if (this.#ticking) clearInterval(this.#ticking)
    this.#ticking = null
    if (this.retryIn <= 0) return
    this.#ticking = setInterval(() => {
      this.retryIn = Math.max(0, this.retryIn - 1)
      if (this.retryIn > 0 || !this.#ticking) return
      clearInterval(this.#ticking)
      this.#ticking = null
    }, 1000)
  }
}
