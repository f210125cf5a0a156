/** Starts the built app as a person would: the real Electron, its sandbox on, a fresh data folder. */
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { folderFor, launchPlace, ordinaryUser } from '../../electron/setup/account.mjs'
import { installedElectron } from '../../electron/setup/electron-binary.mjs'

export interface LaunchOptions {
  /** An existing data folder, which is kept; without one the app gets a fresh folder, removed at the end. */
  readonly userDataDir?: string
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
}

export interface LaunchedApp {
  readonly app: ElectronApplication
  /** The first window, loaded. */
  readonly page: Page
  readonly userDataDir: string
  /** Who runs it, and what the sandbox consists of here. */
  readonly note: string
  readonly close: () => Promise<void>
}

/**
 * Makes a temporary folder that the launched app may write: a data folder for tests that start it
 * more than once, or a place for exports. Whoever makes it removes it.
 */
export function makeAppFolder(prefix: string): string {
  return folderFor(ordinaryUser(), prefix)
}

/**
 * Launches the app in out/app. As root it runs under an ordinary user, because Chromium's sandbox
 * refuses root. Camera and microphone are Chromium's fake devices; the app's own permission handlers
 * still decide, so no flag answers for them.
 */
export async function launchApp(options: LaunchOptions = {}): Promise<LaunchedApp> {
  const place = launchPlace(electronExecutable())
  const userDataDir = options.userDataDir ?? place.makeFolder('consilium-data-')
  const preload = place.makeFolder('consilium-preload-')
  const holdReady = join(preload, 'hold-ready.cjs')
  // A copy, because the app's user may not be able to read the checkout.
  copyFileSync(join(import.meta.dirname, 'hold-ready.cjs'), holdReady)
  const cleanUp = (): void => {
    rmSync(preload, { recursive: true, force: true })
    if (options.userDataDir === undefined) rmSync(userDataDir, { recursive: true, force: true })
    place.close()
  }
  try {
    const app = await _electron.launch({
      executablePath: place.executable,
      args: [
        '-r',
        holdReady,
        `--user-data-dir=${userDataDir}`,
        '--use-fake-device-for-media-stream',
        ...(options.args ?? []),
        place.appFolder,
      ],
      cwd: place.appFolder,
      chromiumSandbox: place.namespaces,
      env: { ...inheritedEnvironment(), ...place.env, ...options.env },
      timeout: 60_000,
    })
    const page = await app.firstWindow({ timeout: 60_000 })
    await page.waitForLoadState()
    const close = async (): Promise<void> => {
      await app.close()
      cleanUp()
    }
    return { app, page, userDataDir, note: place.note, close }
  } catch (error) {
    cleanUp()
    throw error
  }
}

/** What an app started without Playwright needs where the kernel gives no namespaces, as Playwright adds it. */
export const sandboxSwitches = ({ namespaces }: { readonly namespaces: boolean }): readonly string[] =>
  namespaces ? [] : ['--no-sandbox']

function electronExecutable(): string {
  const electron = installedElectron()
  if (!electron) throw new Error('Electron is not installed: run npm test, which installs it first.')
  return electron.executable
}

function inheritedEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== 'ELECTRON_RUN_AS_NODE',
  )
  return Object.fromEntries(kept)
}
