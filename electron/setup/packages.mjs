/** Installs the locked npm packages when they are missing or older than the lockfile. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readJson } from './files.mjs'
import { npm } from './npm.mjs'
import { root } from './paths.mjs'
import { SetupFailure } from './step.mjs'

/** Written inside node_modules, so that deleting the folder deletes the claim with it. */
const stamp = join(root, 'node_modules/.consilium-installed')

/** @returns {boolean} whether node_modules was made from today's lockfile on this kind of machine */
export function packagesInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint()
}

/** @returns {Promise<string>} what was done, for the step's line */
export async function installPackages() {
  if (packagesInstalled()) return 'as locked'
  if (matchesLockfile()) {
    writeFileSync(stamp, fingerprint())
    return 'as locked'
  }
  try {
    // No install script is needed: native files are in the packages, and Electron is the next step.
    await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    })
  } catch (error) {
    throw new SetupFailure(
      'npm could not install the locked packages.',
      'Check the connection to the npm registry (or your proxy settings) and start again; a partial install is repaired by itself.',
      error,
    )
  }
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, fingerprint())
  return 'installed as locked'
}

function fingerprint() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  return `${lock} ${process.platform}-${process.arch}\n`
}

/**
 * Whether an install made by hand already equals the lockfile: npm keeps its own record of what it
 * installed, package by package.
 */
function matchesLockfile() {
  const record = join(root, 'node_modules/.package-lock.json')
  const installed = recordedPackages(record)
  if (!installed) return false
  const locked = lockedPackages(join(root, 'package-lock.json'))
  return (
    Object.entries(locked).every(([path, entry]) => {
      if (path === '') return true
      const here = installed[path]
      return here ? here.integrity === entry.integrity : entry.optional === true
    }) && Object.keys(installed).every((path) => path in locked)
  )
}

/** @param {string} record undefined is returned where there is none, or a killed npm left half of one */
function recordedPackages(record) {
  try {
    return lockedPackages(record)
  } catch {
    return undefined
  }
}

/**
 * @param {string} file
 * @returns {Record<string, { integrity?: string, optional?: boolean }>}
 */
function lockedPackages(file) {
  return /** @type {{ packages: Record<string, { integrity?: string, optional?: boolean }> }} */ (
    readJson(file)
  ).packages
}
