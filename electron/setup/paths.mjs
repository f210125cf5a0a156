/** Where things are: the project's root and the cache that outlives a checkout. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(fileURLToPath(new URL('../..', import.meta.url)))

/**
 * Downloads shared by every checkout of this user, each under the hash of what it holds. Root's lie
 * where an ordinary user can read them, because root starts Electron as one.
 */
export function cacheFolder() {
  const { CONSILIUM_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env
  if (CONSILIUM_CACHE) return resolve(CONSILIUM_CACHE)
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'consilium', 'cache')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'consilium')
  if (process.getuid?.() === 0) return '/var/cache/consilium'
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'consilium')
}

/** Prefixes of folders in the cache that a run makes and removes. */
export const unpackingPrefix = 'unpacking-'
export const stagingPrefix = 'staged-'
