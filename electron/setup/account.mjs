/**
 * Chromium's sandbox refuses root, so root starts Electron as an ordinary user: `nobody`, which every
 * Linux has. Where that user cannot reach the checkout, what the app needs at run time is put where it can.
 */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { appEntry } from './app-build.mjs'
import { cacheFolder, root, stagingPrefix } from './paths.mjs'
import { SetupFailure } from './step.mjs'

/** @typedef {{ name: string, uid: number, gid: number }} Account */

/** Packages that the build leaves outside. */
const runtimePackages = ['better-sqlite3', 'onnxruntime-node', 'onnxruntime-common']

/** On Linux what is started in Electron's place, and becomes it. */
const becomeElectron = join(root, 'electron/setup/become-electron.sh')

/** Native files for other systems, which the packages carry along. */
const foreign = /[/\\](darwin|win32|linuxmusl)[^/\\]*$/

/** @returns {Account | undefined} the user to run Electron as; undefined when the current one will do */
export function ordinaryUser() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'))
  const [name, , uid, gid] = line?.split(':') ?? []
  if (!name || !uid || !gid) {
    throw new SetupFailure(
      'Electron does not run as root, and this system has no user `nobody`.',
      'Start again as an ordinary user.',
    )
  }
  return { name, uid: Number(uid), gid: Number(gid) }
}

/**
 * @typedef {object} LaunchPlace
 * @property {string} executable starts Electron, as the ordinary user when root calls, and without core files
 * @property {string} appFolder
 * @property {boolean} namespaces whether Chromium's namespace sandbox can work here
 * @property {Record<string, string>} env
 * @property {(prefix: string) => string} makeFolder makes a temporary folder that the app may write
 * @property {string} note who runs it, for the person
 * @property {() => void} close
 */

/**
 * Where and as whom the built app starts.
 *
 * @param {string} executable Electron's
 * @param {{ keepHome?: string }} [options] a home folder that stays, for root's ordinary user; else a temporary one
 * @returns {LaunchPlace}
 */
export function launchPlace(executable, options = {}) {
  const user = ordinaryUser()
  const namespaces = canIsolate(executable, user)
  /** @param {string} prefix */
  const makeFolder = (prefix) => folderFor(user, prefix)
  const isolation = namespaces
    ? ''
    : '; namespaces are not available here, so its sandbox is the system call filter alone'
  if (!user) {
    // Elsewhere a crash leaves a file only where somebody set the system up to.
    const linux = process.platform === 'linux'
    return {
      executable: linux ? becomeElectron : executable,
      appFolder: root,
      namespaces,
      // An account that the environment names would ask for rights that only root has.
      env: linux ? { CONSILIUM_ELECTRON_PATH: executable, CONSILIUM_ACCOUNT: '' } : {},
      makeFolder,
      note: `as the current user${isolation}`,
      close: () => undefined,
    }
  }
  const needed = [appEntry, join(root, 'package.json'), executable]
  const reachable = needed.every((path) => as(user, ['test', '-r', path]))
  const staged = reachable ? undefined : stage(executable)
  const home = options.keepHome ?? makeFolder('consilium-home-')
  if (options.keepHome) ownFolder(home, user)
  return {
    executable: becomeElectron,
    appFolder: staged?.appFolder ?? root,
    namespaces,
    env: {
      CONSILIUM_ELECTRON_PATH: staged?.executable ?? executable,
      CONSILIUM_ACCOUNT: `${user.uid}:${user.gid}`,
      HOME: home,
      ...displayAccess(home, user),
    },
    makeFolder,
    note: `as the user ${user.name}, because Chromium's sandbox refuses root${isolation}`,
    close: () => {
      if (!options.keepHome) rmSync(home, { recursive: true, force: true })
      if (staged) rmSync(dirname(staged.appFolder), { recursive: true, force: true })
    },
  }
}

/**
 * A temporary folder that the user may write.
 *
 * @param {Account | undefined} user undefined for the current one
 * @param {string} prefix
 */
export function folderFor(user, prefix) {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  if (user) chownSync(folder, user.uid, user.gid)
  return folder
}

/**
 * @param {string} folder
 * @param {Account} user
 */
function ownFolder(folder, user) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chownSync(folder, user.uid, user.gid)
}

/**
 * The right to show windows lies in a file that only root may read: the user gets a copy.
 *
 * @param {string} home
 * @param {Account} user
 * @returns {Record<string, string>}
 */
function displayAccess(home, user) {
  const authority = process.env['XAUTHORITY'] ?? join(homedir(), '.Xauthority')
  if (!process.env['DISPLAY'] || !existsSync(authority)) return {}
  const copy = join(home, '.Xauthority')
  copyFileSync(authority, copy)
  chmodSync(copy, 0o600)
  chownSync(copy, user.uid, user.gid)
  return { XAUTHORITY: copy }
}

/**
 * @param {Account} user
 * @param {readonly string[]} command
 */
function as(user, command) {
  const [program = '', ...args] = command
  return spawnSync(program, args, { uid: user.uid, gid: user.gid, cwd: '/', stdio: 'ignore' }).status === 0
}

/**
 * Whether a renderer can have namespaces of its own: by the kernel's leave, or by the setuid helper.
 *
 * @param {string} executable
 * @param {Account | undefined} user
 */
function canIsolate(executable, user) {
  if (process.platform !== 'linux') return true
  const helper = lstatSync(join(dirname(realpathSync(executable)), 'chrome-sandbox'), {
    throwIfNoEntry: false,
  })
  if (helper && helper.uid === 0 && helper.mode & 0o4000) return true
  const probe = ['unshare', '--user', '--map-root-user', '--pid', '--net', '--fork', 'true']
  return user ? as(user, probe) : spawnSync('unshare', probe.slice(1), { stdio: 'ignore' }).status === 0
}

/**
 * Puts the built app, its resources, its native packages and Electron into a folder open to all, by
 * hard links where the file system allows.
 *
 * @param {string} executable
 */
function stage(executable) {
  // Beside Electron's copy, where its files can be linked instead of copied.
  mkdirSync(cacheFolder(), { recursive: true })
  const folder = mkdtempSync(join(cacheFolder(), stagingPrefix))
  chmodSync(folder, 0o755)
  const appFolder = join(folder, 'app')
  for (const path of [
    'package.json',
    'out/app',
    'resources',
    ...runtimePackages.map((name) => `node_modules/${name}`),
  ])
    if (existsSync(join(root, path))) place(join(root, path), join(appFolder, path))
  const distribution = dirname(realpathSync(executable))
  place(distribution, join(folder, 'electron'))
  return { appFolder, executable: join(folder, 'electron', executable.slice(dirname(executable).length + 1)) }
}

/**
 * @param {string} from
 * @param {string} to
 */
function place(from, to) {
  if (foreign.test(from)) return
  const stat = lstatSync(from)
  mkdirSync(dirname(to), { recursive: true })
  if (stat.isDirectory()) {
    mkdirSync(to, { recursive: true })
    for (const name of readdirSync(from)) place(join(from, name), join(to, name))
  } else if (stat.isSymbolicLink()) {
    symlinkSync(readlinkSync(from), to)
  } else if (stat.mode & 0o004) {
    try {
      linkSync(from, to)
    } catch {
      cpSync(from, to)
    }
  } else {
    cpSync(from, to)
    chmodSync(to, stat.mode & 0o100 ? 0o755 : 0o644)
  }
}
