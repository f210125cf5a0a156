/** The steps that bring a fresh clone to a running app, shared by every command. */
import { join } from 'node:path'
import { buildApp } from './app-build.mjs'
import { resolveElectron } from './electron-binary.mjs'
import { headless, provideLibraries } from './libraries.mjs'
import { withLock } from './lock.mjs'
import { run } from './npm.mjs'
import { installPackages } from './packages.mjs'
import { root } from './paths.mjs'
import { projectNode } from './project-node.mjs'
import { verifyResources } from './resources.mjs'
import { SetupFailure, step } from './step.mjs'

const oldestNode = 20

/**
 * Everything the window needs.
 *
 * @returns {Promise<import('./electron-binary.mjs').ElectronBinary>}
 */
export async function prepareApp() {
  checkNode()
  return withLock(join(root, '.cache/setup.lock'), async () => {
    await step('Packages', installPackages)
    let electron = /** @type {import('./electron-binary.mjs').ElectronBinary | undefined} */ (undefined)
    await step('Electron', async () => {
      electron = await resolveElectron()
      return `${electron.version} (${electron.source === 'official' ? 'official' : 'fallback: the official download does not work here'})`
    })
    if (!electron) throw new Error('no Electron')
    const { executable } = electron
    if (process.platform === 'linux')
      await step('System libraries', () => provideLibraries(executable, headless()))
    await step('SQLite', () => checkSqlite(executable))
    await step('Resources', () => verifyResources())
    await step('App', buildApp)
    return electron
  })
}

/** What the command line needs: no Electron, no window. Says nothing when there is nothing to do. */
export async function prepareCommandLine() {
  checkNode()
  await withLock(join(root, '.cache/setup.lock'), async () => {
    await step('Packages', installPackages, { quietUnderMs: 1000 })
    await step('Resources', () => verifyResources(), { quietUnderMs: 1000 })
  })
}

function checkNode() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < oldestNode)
    throw new SetupFailure(
      `Node ${process.versions.node} is too old.`,
      `Install Node ${oldestNode} or newer and start again.`,
    )
}

/**
 * Opens an encrypted database in the two runtimes that use one: the project's Node, and Electron.
 *
 * @param {string} electron
 * @returns {Promise<string>}
 */
async function checkSqlite(electron) {
  const probe = join(root, 'electron/setup/sqlite-probe.mjs')
  try {
    const [inNode, inElectron] = await Promise.all([
      run(projectNode(), [probe], { cwd: root }),
      run(electron, [probe], { cwd: root, env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } }),
    ])
    return `${inElectron.trim()} in Electron, ${inNode.trim()} in Node`
  } catch (error) {
    throw new SetupFailure(
      'The encrypted database does not run here.',
      'Delete node_modules and start again. If it returns, report it with the lines below.',
      error,
    )
  }
}
