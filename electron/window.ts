/** The one window: its session, what it may do, and its life. */
import {
  app,
  BrowserWindow,
  Menu,
  screen,
  session,
  type MenuItemConstructorOptions,
  type Session,
} from 'electron'
import type { Log } from './log.ts'
import type { AppFiles } from './security/app-files.ts'
import { mayLoad, type BlockedRequests } from './security/network.ts'
import { isPolicyReport, readPolicyReport } from './security/policy-report.ts'
import { appEntry, appScheme, isAppUrl } from './security/origin.ts'
import type { PermissionPolicy } from './security/permissions.ts'
import { readBounds, smallestWindow, writeBounds } from './window-bounds.ts'

/** Held in memory only: the browser keeps no cache, cookie or storage on disk. */
const partition = 'consilium'

export interface HardeningOptions {
  readonly permissions: PermissionPolicy
  readonly blocked: BlockedRequests
  readonly devtools: boolean
}

/** Applied to every session there ever is, the default one included. */
export function hardenSession(target: Session, options: HardeningOptions): void {
  target.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(
      options.permissions({
        permission,
        origin: details.requestingUrl,
        isMainFrame: details.isMainFrame,
        media: 'mediaTypes' in details ? (details.mediaTypes ?? []) : [],
      }),
    )
  })
  // Governs what pages are told beforehand; the request handler above decides.
  target.setPermissionCheckHandler((_contents, permission, origin, details) =>
    options.permissions({
      permission,
      origin: details.requestingUrl ?? origin,
      isMainFrame: details.isMainFrame,
      media: details.mediaType === 'audio' || details.mediaType === 'video' ? [details.mediaType] : [],
    }),
  )
  target.setDevicePermissionHandler(() => false)
  target.setDisplayMediaRequestHandler((_request, answer) => answer({}))
  target.webRequest.onBeforeRequest((details, answer) => {
    const allowed = mayLoad(details.url, options)
    if (!allowed) options.blocked.add(details.url, details.resourceType)
    answer({ cancel: !allowed })
  })
  target.on('will-download', (event) => event.preventDefault())
  target.setSpellCheckerEnabled(false)
}

/**
 * Serves the app's files to the window's own session and to no other, and takes the browser's
 * reports of what the content policy has stopped.
 */
export function serveAppFiles(files: AppFiles, blocked: BlockedRequests): void {
  session.fromPartition(partition).protocol.handle(appScheme, async (request) => {
    if (isPolicyReport(request)) {
      const report = readPolicyReport(await request.text())
      if (report) blocked.add(report.url, report.type)
      return new Response(null, { status: 204 })
    }
    const { status, headers, body } = files.answer(request)
    return new Response(body ? new Uint8Array(body) : null, { status, headers })
  })
}

export interface WindowOptions {
  readonly preload: string
  readonly boundsFile: string
  readonly devtools: boolean
  readonly log: Log
  readonly onInput: () => void
  /** While false, closing the window asks the app to leave, which saves first. */
  readonly mayClose: () => boolean
}

export class AppWindow {
  readonly #options: WindowOptions
  #window: BrowserWindow | null = null
  /** When the page was lost and loaded again lately, in ms. */
  #losses: number[] = []
  #clearing = false

  constructor(options: WindowOptions) {
    this.#options = options
  }

  get current(): BrowserWindow | null {
    return this.#window
  }

  /** Opens the window, or brings the open one to the front. */
  show(): void {
    if (!this.#window) {
      this.#window = this.#create()
      void this.#load()
      return
    }
    if (this.#window.isMinimized()) this.#window.restore()
    this.#window.show()
    this.#window.focus()
  }

  /**
   * Leaves the page and comes back. The blank page in between belongs to another site, so that the
   * process with everything it held ends, and a fresh one starts.
   */
  async clear(): Promise<void> {
    const contents = this.#window?.webContents
    if (!contents || contents.isDestroyed()) return
    this.#clearing = true
    await contents.loadURL('about:blank').catch(() => undefined)
    this.#clearing = false
    await this.#load()
    if (!contents.isDestroyed()) contents.navigationHistory.clear()
  }

  async #load(): Promise<void> {
    try {
      await this.#window?.loadURL(appEntry)
    } catch (error) {
      this.#options.log.error('window.load', error)
    }
  }

  #create(): BrowserWindow {
    const { boundsFile, preload, devtools, onInput } = this.#options
    const bounds = readBounds(
      boundsFile,
      screen.getAllDisplays().map((display) => display.workArea),
    )
    const window = new BrowserWindow({
      ...bounds.position,
      width: bounds.width,
      height: bounds.height,
      minWidth: smallestWindow.width,
      minHeight: smallestWindow.height,
      show: false,
      autoHideMenuBar: true,
      title: 'Consilium',
      webPreferences: {
        preload,
        partition,
        devTools: devtools,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: false,
        enableWebSQL: false,
        // The clock of a consultation must not slow down behind another window.
        backgroundThrottling: false,
      },
    })
    if (bounds.maximized) window.maximize()
    window.once('ready-to-show', () => window.show())
    window.on('close', (event) => {
      this.#rememberBounds(window)
      if (this.#options.mayClose()) return
      event.preventDefault()
      app.quit()
    })
    window.on('closed', () => {
      this.#window = null
    })
    window.webContents.on('input-event', onInput)
    // Navigations to about: addresses cannot be prevented; they lead nowhere, and back from there.
    const comeBack = (url: string): void => {
      if (!this.#clearing && !isAppUrl(url)) this.#revive()
    }
    window.webContents.on('did-navigate', (_event, url) => comeBack(url))
    window.webContents.on('did-fail-load', (_event, _code, _reason, url, isMainFrame) => {
      if (isMainFrame) comeBack(url)
    })
    window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      this.#options.log.event('window.gone', { reason, exitCode })
      if (reason !== 'clean-exit') this.#revive()
    })
    return window
  }

  /** A page that is lost again and again is left as it is rather than loaded for ever. */
  #revive(): void {
    const now = Date.now()
    this.#losses = [...this.#losses.filter((at) => now - at < 60_000), now]
    if (this.#losses.length <= 5) setImmediate(() => void this.#load())
  }

  #rememberBounds(window: BrowserWindow): void {
    const { x, y, width, height } = window.getNormalBounds()
    try {
      writeBounds(this.#options.boundsFile, {
        position: { x, y },
        width,
        height,
        maximized: window.isMaximized(),
      })
    } catch (error) {
      this.#options.log.error('window.bounds', error)
    }
  }
}

/** Pages stay where they are: no navigation, no second window, no embedded page. */
export function confineContents(contents: Electron.WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  // Also covers frames; loads that the app starts itself do not pass here.
  contents.on('will-frame-navigate', (event) => event.preventDefault())
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
}

export interface MenuCommands {
  readonly newSession: () => void
  readonly lock: () => void
}

export function installMenu(commands: MenuCommands, options: { readonly devtools: boolean }): void {
  const isMac = process.platform === 'darwin'
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: 'File',
      submenu: [
        { label: 'New session', accelerator: 'CmdOrCtrl+N', click: commands.newSession },
        { label: 'Lock', accelerator: 'CmdOrCtrl+L', click: commands.lock },
        { type: 'separator' },
        { role: isMac ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(options.devtools ? [{ role: 'toggleDevTools' as const }] : []),
      ],
    },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
