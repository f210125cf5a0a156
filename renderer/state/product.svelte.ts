/** Puts the state classes together on one bridge, and clears them when the vault locks. */
import { createContext } from 'svelte'
import type { Pushes } from '../../models/contract/operations.ts'
import type { Bridge } from '../bridge.ts'
import type { Devices } from '../capture/devices.ts'
import { systemDevices } from '../capture/system-devices.ts'
import { AppState } from './app.svelte.ts'
import { AuditState } from './audit.svelte.ts'
import { CaptureState } from './capture.svelte.ts'
import { Commands } from './commands.svelte.ts'
import { ConsultState } from './consult.svelte.ts'
import { EngineState } from './engine.svelte.ts'
import { JobsState } from './jobs.svelte.ts'
import { LibraryState } from './library.svelte.ts'
import { ModelsState } from './models.svelte.ts'
import { Notices } from './notices.svelte.ts'
import { PanelState } from './panel.svelte.ts'
import { PracticeState } from './practice.svelte.ts'
import { Requests } from './requests.ts'
import { SettingsState } from './settings.svelte.ts'
import { VaultState } from './vault.svelte.ts'

export class Product {
  readonly notices = new Notices()
  readonly commands = new Commands()
  readonly requests: Requests
  readonly app: AppState
  readonly vault: VaultState
  readonly jobs: JobsState
  readonly engine: EngineState
  readonly library: LibraryState
  readonly models: ModelsState
  readonly settings: SettingsState
  readonly audit: AuditState
  readonly consult: ConsultState
  readonly practice: PracticeState
  readonly panel: PanelState
  readonly capture: CaptureState

  constructor(bridge: Bridge, devices: Devices = systemDevices) {
    const toast = (text: string, undo: Parameters<Notices['toast']>[1] = null) =>
      this.notices.toast(text, undo)
    this.requests = new Requests(bridge, this.notices.report)
    this.app = new AppState(this.requests)
    this.vault = new VaultState(this.requests, {
      opened: () => void this.opened(),
      locking: async () => {
        await this.capture.stopAll()
        await this.consult.flush()
      },
      locked: () => this.locked(),
    })
    this.jobs = new JobsState(this.requests, this.notices.report)
    this.engine = new EngineState(this.requests)
    this.library = new LibraryState(this.requests, toast)
    this.models = new ModelsState(this.requests, toast)
    this.settings = new SettingsState(this.requests)
    this.audit = new AuditState(this.requests)
    this.practice = new PracticeState(this.requests)
    this.panel = new PanelState(this.requests, this.notices.report)
    this.capture = new CaptureState(this.requests, devices)
    bridge.on('app.command', ({ command }) => this.#obey(command))
    this.consult = new ConsultState(this.requests, this.notices.report, toast)
  }

  /** Does what a menu or a second start asks; nothing while the vault is closed, save locking. */
  #obey(command: Pushes['app.command']['command']): void {
    if (command === 'lock') void this.vault.lock()
    if (command === 'new-session' && this.vault.status?.state === 'open') {
      this.app.navigate({ area: 'consult', session: null })
    }
    if (command === 'focus') window.focus()
  }

  /** First reading after the window opened. */
  async start(): Promise<void> {
    const status = await this.app.load(() => void this.start())
    if (!status) return
    this.vault.accept(status.vault)
    this.engine.accept(status.engine)
  }

  /** Reads everything that is only readable while the vault is open. */
  async opened(): Promise<void> {
    await Promise.all([
      this.settings.load(),
      this.library.load(),
      this.models.load(),
      this.jobs.load(),
      this.panel.loadEndpoints(),
    ])
  }

  /** Another database stands in place of the one that was read: forgets that one and reads this one. */
  async replaced(): Promise<void> {
    this.locked()
    await this.opened()
  }

  /** Forgets everything that came out of the vault. */
  locked(): void {
    this.notices.clear()
    this.library.clear()
    this.settings.clear()
    this.audit.clear()
    this.capture.clear()
    this.consult.clear()
    this.practice.clear()
    this.panel.clear()
    this.jobs.clear()
    this.engine.clear()
    this.app.paletteOpen = false
    this.app.forgetSession()
    this.app.navigate({ area: 'home' })
  }
}

/** `useProduct()` in any component below App; `provideProduct(product)` in App and in tests. */
export const [useProduct, provideProduct] = createContext<Product>()
