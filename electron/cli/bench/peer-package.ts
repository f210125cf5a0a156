/**
 * Provides node-llama-cpp for the benchmark. It is no part of the app: its package and lockfile lie in
 * bench/peer, and it is installed into the cache on first use, with the binary for this processor alone
 * (about 85 MB), not those for graphics cards.
 */
import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { fail, FailureError } from '../../../models/core/failure.ts'

const source = join(import.meta.dirname, '../../../bench/peer')
const manifestSchema = v.object({ dependencies: v.object({ 'node-llama-cpp': v.string() }) })

export const peerName = 'node-llama-cpp'

export const peerVersion = (): string =>
  v.parse(manifestSchema, JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))).dependencies[
    peerName
  ]

/** Where npm publishes the processor's binary: `@node-llama-cpp/linux-x64`. */
function binaryPackage(): string {
  const system = { linux: 'linux', darwin: 'mac', win32: 'win' }[process.platform as string]
  const name = system === 'mac' && process.arch === 'arm64' ? 'mac-arm64-metal' : `${system}-${process.arch}`
  if (!system) fail('tool-missing', `There is no ${peerName} for ${process.platform}. Use \`--no-peer\`.`)
  return `@${peerName}/${name}`
}

/**
 * Installs the peer unless it is there. Fails with `tool-missing`.
 *
 * @param cache the app's cache folder
 * @returns the folder whose node_modules holds it
 */
export async function ensurePeer(cache: string, log: (line: string) => void): Promise<string> {
  const version = peerVersion()
  const folder = join(cache, 'bench', `${peerName}-${version}`)
  const binary = binaryPackage()
  if (existsSync(join(folder, 'node_modules', binary))) return folder
  log(`Installing ${peerName} ${version} for comparison (about 85 MB, once) ...`)
  mkdirSync(folder, { recursive: true })
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join(source, file), join(folder, file))
  // Two steps: the package lists binaries for graphics cards as optional, hundreds of megabytes of them.
  await npmInstall(peerName, folder, ['--omit=optional'], [])
  await npmInstall(peerName, folder, ['--omit=optional'], [`${binary}@${version}`])
  return folder
}

/** Installs what the folder's lockfile says, or the named packages beside it. Fails with `tool-missing`. */
export function npmInstall(
  what: string,
  folder: string,
  options: readonly string[],
  names: readonly string[],
): Promise<void> {
  const settings = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['install', ...settings, ...options, ...names], {
      cwd: folder,
      env: { ...process.env, NODE_LLAMA_CPP_SKIP_DOWNLOAD: 'true' },
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    })
    const refuse = (): void =>
      reject(
        new FailureError({
          code: 'tool-missing',
          message: `${what} could not be installed for the comparison. Check that npm and its registry can be reached, or measure without it: \`--no-peer\`.`,
        }),
      )
    child.on('error', refuse)
    child.on('close', (code) => (code === 0 ? resolve() : refuse()))
  })
}
