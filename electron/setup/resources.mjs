/** Compares every file in resources/ with resources/manifest.json. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { listFiles, readJson } from './files.mjs'
import { root } from './paths.mjs'
import { SetupFailure } from './step.mjs'
import { digest } from './tarball.mjs'

export const resourcesFolder = join(root, 'resources')
export const manifestFile = join(resourcesFolder, 'manifest.json')

/**
 * @typedef {object} Resource
 * @property {string} path relative to resources/, with forward slashes
 * @property {number} bytes
 * @property {string} sha256
 * @property {string} what
 * @property {string} source
 * @property {string} licence
 * @property {string} attribution
 * @property {string} recipe
 */
/** @typedef {{ path: string, parts: string[], bytes: number, sha256: string }} Whole */
/** @typedef {{ files: Resource[], wholes: Whole[] }} Manifest */

const defaultMemory = join(root, '.cache/verified-resources.json')

/**
 * @param {string} [folder]
 * @returns {Manifest}
 */
export function readManifest(folder = resourcesFolder) {
  return /** @type {Manifest} */ (readJson(join(folder, 'manifest.json')))
}

/**
 * @param {string} [folder]
 * @returns {string[]} paths of all files in the folder but the manifest, sorted
 */
export function resourceFiles(folder = resourcesFolder) {
  return listFiles(folder)
    .map((path) => path.slice(folder.length + 1).replaceAll('\\', '/'))
    .filter((path) => path !== 'manifest.json')
}

/**
 * @param {string} [folder]
 * @param {string} [memory] remembers what was hashed, so that a second start only looks at sizes and times
 * @returns {Promise<string>} what was verified, for the step's line
 */
export async function verifyResources(folder = resourcesFolder, memory = defaultMemory) {
  const { files } = soundManifest(folder)
  const known = remembered(memory)
  /** @type {Record<string, string>} */
  const seen = {}
  /** @type {string[]} */
  const wrong = []
  let bytes = 0
  let hashed = 0
  for (const { path, bytes: expected, sha256 } of files) {
    const file = join(folder, path)
    const stat = statSync(file, { throwIfNoEntry: false })
    if (!stat) {
      wrong.push(`${path} is missing`)
      continue
    }
    const state = `${stat.size} ${stat.mtimeMs} ${sha256}`
    if (known[path] !== state) {
      hashed += 1
      if (stat.size !== expected) wrong.push(`${path} has ${stat.size} bytes, not ${expected}`)
      else if ((await digest(file, 'sha256', 'hex')) !== sha256) wrong.push(`${path} has another content`)
    }
    seen[path] = state
    bytes += stat.size
  }
  const listed = new Set(files.map(({ path }) => path))
  for (const path of resourceFiles(folder))
    if (!listed.has(path)) wrong.push(`${path} is not in the manifest`)
  if (wrong.length > 0)
    throw altered(`The files in resources/ are not those of resources/manifest.json: ${wrong.join('; ')}.`)
  if (hashed > 0) {
    mkdirSync(dirname(memory), { recursive: true })
    writeFileSync(memory, JSON.stringify(seen))
  }
  return `${files.length} files, ${(bytes / 1e6).toFixed(1)} MB, intact`
}

/**
 * @param {string} memory
 * @returns {Record<string, string>} nothing where a killed run left half of it: then all is hashed again
 */
function remembered(memory) {
  try {
    return /** @type {Record<string, string>} */ (readJson(memory))
  } catch {
    return {}
  }
}

/** @param {string} folder */
function soundManifest(folder) {
  try {
    const manifest = readManifest(folder)
    if (Array.isArray(manifest.files)) return manifest
  } catch (error) {
    throw altered('The list of files in resources/manifest.json cannot be read.', error)
  }
  throw altered('The list of files in resources/manifest.json is damaged.')
}

/**
 * @param {string} message
 * @param {unknown} [cause]
 */
function altered(message, cause) {
  const failure = new SetupFailure(
    message,
    'Restore the folder with `git checkout -- resources` and remove what does not belong; after a change on purpose, run `node electron/setup/manifest.mjs --write`.',
    cause,
  )
  failure.code = 'resource-altered'
  return failure
}
