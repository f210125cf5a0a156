/** Preferences, kept in the encrypted database; the defaults stand until it is open. */
import { defaultSettings, type Settings } from '../../models/session/settings.ts'
import type { Failure } from '../../models/core/failure.ts'
import type { Requests } from './requests.ts'

export class SettingsState {
  value = $state.raw<Settings>(defaultSettings)
  loaded = $state(false)
  readonly #requests: Requests

  constructor(requests: Requests) {
    this.#requests = requests
  }

  async load(): Promise<void> {
    const settings = await this.#requests.ask('settings.get', {}, () => void this.load())
    if (!settings) return
    this.value = settings
    this.loaded = true
  }

  /** Saves one or more preferences at once. Null when saved, otherwise why not. */
  async change(change: Partial<Settings>): Promise<Failure | null> {
    const result = await this.#requests.try('settings.change', change)
    if (!result.ok) return result.failure
    this.value = result.value
    return null
  }

  clear(): void {
    this.value = { ...defaultSettings, theme: this.value.theme }
    this.loaded = false
  }
}
