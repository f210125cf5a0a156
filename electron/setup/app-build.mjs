/** Builds the app into out/app when a source is newer than the last build. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { listFiles } from './files.mjs'
import { run } from './npm.mjs'
import { root } from './paths.mjs'
import { projectEnvironment, projectNode } from './project-node.mjs'
import { SetupFailure } from './step.mjs'

export const appEntry = join(root, 'out/app/main/main.js')
const stamp = join(root, 'out/app/built-from')
const sources = ['models', 'electron', 'renderer']
const settings = ['electron.vite.config.ts', 'svelte.config.js', 'package.json', 'package-lock.json']

/** @returns {Promise<string>} what was done, for the step's line */
export async function buildApp() {
  const state = fingerprint()
  if (existsSync(stamp) && existsSync(appEntry) && readFileSync(stamp, 'utf8') === state) return 'up to date'
  rmSync(stamp, { force: true })
  try {
    const builder = join(root, 'node_modules/electron-vite/bin/electron-vite.js')
    await run(projectNode(), [builder, 'build', '--logLevel', 'warn'], {
      cwd: root,
      env: { ...projectEnvironment(), NO_COLOR: '1' },
    })
  } catch (error) {
    throw new SetupFailure(
      'The app could not be built.',
      'The lines below name the file at fault; mend it and start again.',
      error,
    )
  }
  writeFileSync(stamp, state)
  return 'built'
}

function fingerprint() {
  const hash = createHash('sha256')
  for (const folder of sources) for (const file of listFiles(join(root, folder))) add(file)
  for (const name of settings) add(join(root, name))
  return hash.digest('hex')

  /** @param {string} file */
  function add(file) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${file}\0${size}\0${mtimeMs}\n`)
  }
}
