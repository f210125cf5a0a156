/** Where the person is in the app, and what the app is: route, heading, versions, blocked requests. */
import type { AppStatus, BlockedRequest } from '../../models/contract/operations.ts'
import type { Id, Session } from '../../models/session/session.ts'
import type { AreaId } from '../areas.ts'
import type { Requests } from './requests.ts'

export type Route =
  | { readonly area: 'home' | 'library' | 'models' | 'help' }
  | { readonly area: 'settings'; readonly section?: SettingsSection }
  /** `session` null is the form for a new consultation. `turn` is shown first when given. */
  | {
      readonly area: 'consult'
      readonly session: Id | null
      readonly turn?: number
      readonly panel?: PanelPlace
    }
  /** `session` null is the list of cases. */
  | {
      readonly area: 'practice'
      readonly session: Id | null
      readonly turn?: number
      readonly panel?: PanelPlace
    }

/** The second opinions on a session: `open` for what stands to reason, otherwise the id of a kept one. */
export type PanelPlace = Id

export const settingsSections = [
  'profile',
  'appearance',
  'generation',
  'security',
  'privacy',
  'expression',
  'audit',
  'about',
] as const
export type SettingsSection = (typeof settingsSections)[number]

/** Whether everything on screen is on disk. */
export type SaveState =
  { readonly kind: 'saved'; readonly at: Date } | { readonly kind: 'saving' } | { readonly kind: 'failed' }

export interface Heading {
  readonly title: string
  /** Secondary words beside the title, such as the reason for the visit. */
  readonly detail?: string
  /** Left out where nothing is edited. */
  readonly save?: SaveState | null
}

export class AppState {
  status = $state.raw<AppStatus | null>(null)
  blocked = $state.raw<readonly BlockedRequest[]>([])
  route = $state.raw<Route>({ area: 'home' })
  /** What the open view calls itself; null leaves the area's name. */
  heading = $state.raw<Heading | null>(null)
  paletteOpen = $state(false)
  readonly area = $derived<AreaId>(this.route.area)
  readonly #requests: Requests
  #lastSession: Id | null = null
  #lastPractice: Id | null = null

  constructor(requests: Requests) {
    this.#requests = requests
    requests.bridge.on('network.blocked', (request) => {
      this.blocked = [...this.blocked, request]
    })
  }

  /** Reads versions, vault and engine; null after a failure that has been shown with `again`. */
  async load(again: () => void): Promise<AppStatus | null> {
    const status = await this.#requests.ask('app.status', {}, again)
    if (!status) return null
    this.status = status
    this.blocked = status.blockedRequests
    return status
  }

  /** Opens an area as the rail does: consultation returns to the session that was open last. */
  open(area: AreaId): void {
    if (area === this.area) return
    if (area === 'consult') this.navigate({ area, session: this.#lastSession })
    else if (area === 'practice') this.navigate({ area, session: this.#lastPractice })
    else this.navigate({ area })
  }

  navigate(route: Route): void {
    if (route.area === 'consult') this.#lastSession = route.session
    if (route.area === 'practice') this.#lastPractice = route.session
    this.heading = null
    this.route = route
  }

  /** Opens a saved session in the area of its kind. */
  openSession({ id, kind }: Pick<Session, 'id' | 'kind'>, turn?: number): void {
    if (kind === 'practice') this.navigate({ area: 'practice', session: id })
    else this.navigate({ area: 'consult', session: id, ...(turn === undefined ? {} : { turn }) })
  }

  /** Forgets which session was open, as when it goes to the trash or the vault locks. */
  forgetSession(): void {
    this.#lastSession = null
    this.#lastPractice = null
  }

  openFolder(folder: 'data' | 'quarantine' | 'licences'): void {
    void this.#requests.ask('app.openFolder', { folder })
  }
}
