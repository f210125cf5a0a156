/** Which native SQLite file suits the runtime. */
import { fail } from '../../models/core/failure.ts'
import { resourcePath } from '../resources.ts'

/**
 * The file to pass to better-sqlite3 as `nativeBinding`, or undefined where the package's own binary
 * works: it is made for Node-API 10, which Electron 33 does not offer yet.
 *
 * Fails with `engine-unavailable` on an older runtime for which no file ships.
 */
export function nativeBinding(): string | undefined {
  if (Number(process.versions['napi']) >= 10) return undefined
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return fail(
      'engine-unavailable',
      `The database cannot run on Node-API ${process.versions['napi']} here. Start Consilium with the Electron it names in package.json.`,
      { napi: Number(process.versions['napi']), platform: process.platform },
    )
  }
  return resourcePath('native/better_sqlite3.napi9-linux-x64.node')
}
