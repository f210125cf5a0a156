/** Where models and what is made of them are kept: the same places for the app and for commands. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { EnginePaths } from './protocol.ts'

/** Folder of the app's own data, as Electron chooses it; CONSILIUM_HOME overrides. */
export function dataFolder(): string {
  const { CONSILIUM_HOME, XDG_CONFIG_HOME, APPDATA } = process.env
  if (CONSILIUM_HOME) return resolve(CONSILIUM_HOME)
  const name = 'Consilium'
  if (process.platform === 'win32') return join(APPDATA ?? join(homedir(), 'AppData', 'Roaming'), name)
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', name)
  return join(XDG_CONFIG_HOME ?? join(homedir(), '.config'), name)
}

/** Folder of what can be made again; CONSILIUM_CACHE or CONSILIUM_HOME override. */
export function cacheFolder(): string {
  const { CONSILIUM_CACHE, CONSILIUM_HOME, XDG_CACHE_HOME, LOCALAPPDATA } = process.env
  if (CONSILIUM_CACHE) return resolve(CONSILIUM_CACHE)
  if (CONSILIUM_HOME) return join(resolve(CONSILIUM_HOME), 'cache')
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'consilium', 'cache')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'consilium')
  return join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'consilium')
}

/**
 * @param resources the app's shipped files
 * @param data folder of the app's own data; imported models lie in it
 */
export const enginePaths = (resources: string, data: string): EnginePaths => ({
  resources: resolve(resources),
  models: join(resolve(data), 'models'),
  cache: cacheFolder(),
})
