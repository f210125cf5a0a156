/**
 * The shared libraries Electron asks a bare Linux for, and the virtual display for a machine without
 * one. Root installs what is missing; anybody else is told the one command.
 */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './npm.mjs'
import { SetupFailure } from './step.mjs'

/** Debian and Ubuntu packages that hold Electron's libraries; t64 is Ubuntu 24.04's and Debian 13's name. */
const owners = [
  {
    library: /^libgtk-3|^libgdk-3|^libcairo|^libpango|^libatk|^libgdk_pixbuf|^libgio|^libgobject|^libglib/,
    packages: ['libgtk-3-0', 'libgtk-3-0t64'],
  },
  { library: /^libnss3|^libnssutil3|^libsmime3|^libnspr4/, packages: ['libnss3'] },
  { library: /^libasound/, packages: ['libasound2', 'libasound2t64'] },
  { library: /^libgbm|^libdrm/, packages: ['libgbm1'] },
  { library: /^libcups/, packages: ['libcups2', 'libcups2t64'] },
  { library: /^libatspi/, packages: ['libatspi2.0-0', 'libatspi2.0-0t64'] },
  { library: /^libdbus/, packages: ['libdbus-1-3'] },
  { library: /^libxkbcommon/, packages: ['libxkbcommon0'] },
  { library: /^libudev/, packages: ['libudev1'] },
  {
    library: /^libX|^libxcb/,
    packages: [
      'libxss1',
      'libxcomposite1',
      'libxdamage1',
      'libxfixes3',
      'libxrandr2',
      'libxcb1',
      'libxext6',
      'libx11-6',
    ],
  },
]
const displayServer = { program: 'Xvfb', packages: ['xvfb'] }

/**
 * @param {string} executable Electron's
 * @param {boolean} needsDisplayServer
 * @returns {Promise<string>} what was found or done, for the step's line
 */
export async function provideLibraries(executable, needsDisplayServer) {
  const absent = await missing(executable, needsDisplayServer)
  if (absent.names.length === 0) return 'present'
  const apt = onPath('apt-get')
  if (!apt) {
    throw new SetupFailure(
      `Electron needs what this system lacks: ${absent.names.join(', ')}.`,
      'Install the packages that hold them with the package manager of this system and start again.',
    )
  }
  const packages = await available(absent.packages)
  if (process.getuid?.() !== 0) {
    throw new SetupFailure(
      `Electron needs what this system lacks: ${absent.names.join(', ')}.`,
      `Run this once, then start again:\n  sudo apt-get update && sudo apt-get install -y ${absent.packages.map((names) => names[0]).join(' ')}`,
    )
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    await run('apt-get', ['update', '-q'], { env })
    const chosen =
      packages ?? (await available(absent.packages)) ?? absent.packages.map((names) => names[0] ?? '')
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...chosen], { env })
  } catch (error) {
    throw new SetupFailure(
      `The system packages for ${absent.names.join(', ')} could not be installed.`,
      'Check the apt sources and the network, then start again.',
      error,
    )
  }
  const left = await missing(executable, needsDisplayServer)
  if (left.names.length > 0) {
    throw new SetupFailure(
      `Still missing after the install: ${left.names.join(', ')}.`,
      'Install the packages that hold them with the package manager of this system and start again.',
    )
  }
  return `installed ${absent.packages.map((names) => names[0]).join(', ')}`
}

/**
 * @param {string} executable
 * @param {boolean} needsDisplayServer
 * @returns {Promise<{ names: string[], packages: string[][] }>} for each package, its possible names
 */
async function missing(executable, needsDisplayServer) {
  const listing = await run('ldd', [executable], { env: { ...process.env, LC_ALL: 'C' } })
  const names = [...listing.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? '')
  /** @type {string[][]} */
  const packages = []
  for (const { library, packages: candidates } of owners) {
    if (!names.some((name) => library.test(name))) continue
    // Each X library is a package of its own; the others go by two names for the same package.
    if (candidates.length > 2) packages.push(...candidates.map((name) => [name]))
    else packages.push(candidates)
  }
  if (needsDisplayServer && !onPath(displayServer.program)) {
    names.push(displayServer.program)
    packages.push(displayServer.packages)
  }
  return { names, packages }
}

/**
 * @param {readonly string[][]} packages
 * @returns {Promise<string[] | undefined>} the name that this release knows of each, undefined when apt knows none
 */
async function available(packages) {
  const all = packages.flat()
  const listing = await run('apt-cache', ['madison', ...all]).catch(() => '')
  const known = new Set([...listing.matchAll(/^\s*(\S+) \|/gm)].map((match) => match[1]))
  const chosen = packages.map((names) => names.findLast((name) => known.has(name)))
  return chosen.every((name) => name !== undefined) ? chosen : undefined
}

/** @param {string} program */
export function onPath(program) {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path))
}

/** Whether this is a Linux with nothing to show a window on. */
export function headless() {
  return process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']
}
