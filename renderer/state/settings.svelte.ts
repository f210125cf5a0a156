/** Preferences, kept in the encrypted database and unknown until it is open. */
import type { Settings, Theme } from '../../models/session/settings.ts'
import type { Failure } from '../../models/core/failure.ts'
import type { Requests } from './requests.ts'

export class SettingsState {
  /** Null while the vault is closed. */
  value = $state.raw<Settings | null>(null)
  /** The last theme read stays while the vault is locked. */
  theme = $state<Theme>('system')
  readonly #requests: Requests

  constructor(requests: Requests) {
    this.#requests = requests
  }

  async load(): Promise<void> {
    const settings = await this.#requests.ask('settings.get', {}, () => void this.load())
    if (settings) this.#accept(settings)
  }

  /** Saves one or more preferences at once. Null when saved, otherwise why not. */
  async change(change: Partial<Settings>): Promise<Failure | null> {
    const result = await this.#requests.try('settings.change', change)
    if (!result.ok) return result.failure
    this.#accept(result.value)
    return null
  }

  clear(): void {
    this.value = null
  }

  #accept(settings: Settings): void {
    this.value = settings
    this.theme = settings.theme
  }
}
