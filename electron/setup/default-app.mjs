/**
 * Starts the app named on the command line: `electron [-r module]... <folder | file> [args]`.
 *
 * Electron's own distribution carries such a starter as default_app.asar; the fallback distribution
 * carries an application instead, so this one is packed in its place. It is an ES module because
 * Electron then waits with `ready` until the app's entry has been evaluated.
 */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true })

const preloaded = []
let target
for (let at = 1; at < process.argv.length && !target; at += 1) {
  const word = process.argv[at]
  if (word === '-r' || word === '--require') preloaded.push(process.argv[++at])
  else if (!word.startsWith('-')) target = resolve(word)
}

function entryOf(path) {
  const description = join(path, 'package.json')
  if (!existsSync(description)) {
    app.setAppPath(dirname(path))
    return path
  }
  const { productName, name, version, main } = JSON.parse(readFileSync(description, 'utf8'))
  const title = productName ?? name ?? 'Electron'
  app.setName(title)
  if (version) app.setVersion(version)
  if (!app.commandLine.hasSwitch('user-data-dir'))
    app.setPath('userData', join(app.getPath('appData'), title))
  app.setAppPath(path)
  return resolve(path, main ?? 'index.js')
}

try {
  if (!target) throw new Error('Name the app to start: electron <folder>')
  const require = createRequire(join(process.cwd(), 'start.cjs'))
  for (const module of preloaded) require(module)
  const entry = entryOf(target)
  await import(
    pathToFileURL(existsSync(entry) && statSync(entry).isFile() ? entry : require.resolve(entry)).href
  )
} catch (error) {
  console.error(error)
  process.exit(1)
}
