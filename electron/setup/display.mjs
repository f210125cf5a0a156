/** A virtual display for a Linux without one. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ordinaryUser } from './account.mjs'
import { headless } from './libraries.mjs'
import { SetupFailure } from './step.mjs'

/**
 * @typedef {object} Display
 * @property {Record<string, string>} env what a program needs to show itself there
 * @property {() => void} close
 */

/** @returns {Promise<Display>} the person's own display where there is one, else a virtual one */
export async function openDisplay() {
  if (!headless()) return { env: {}, close: () => undefined }
  const folder = mkdtempSync(join(tmpdir(), 'consilium-display-'))
  const authority = join(folder, 'authority')
  const cookie = randomBytes(16)
  writeFileSync(authority, authorityFile(cookie), { mode: 0o600 })
  const user = ordinaryUser()
  if (user) {
    chmodSync(folder, 0o755)
    chownSync(authority, user.uid, user.gid)
  }
  const server =
    /** @type {import('node:child_process').ChildProcessByStdio<null, null, import('node:stream').Readable>} */ (
      spawn(
        'Xvfb',
        [
          '-displayfd',
          '3',
          '-screen',
          '0',
          '1440x960x24',
          '-nolisten',
          'tcp',
          '-auth',
          authority,
          '-noreset',
        ],
        { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
      )
    )
  const close = () => {
    server.kill()
    rmSync(folder, { recursive: true, force: true })
  }
  const started = /** @type {Promise<string>} */ (
    new Promise((resolve, reject) => {
      let said = ''
      server.stdio[2].on('data', (part) => (said += String(part)))
      server.on('error', reject)
      server.on('exit', () => reject(new Error(`Xvfb ended: ${said.trim()}`)))
      const answer = /** @type {import('node:stream').Readable} */ (server.stdio[3])
      answer.once('data', (part) => resolve(String(part).trim()))
    })
  )
  const number = await started.catch((/** @type {unknown} */ error) => {
    close()
    throw new SetupFailure(
      'The virtual display did not start.',
      'Run with a display, or reinstall the package xvfb.',
      error,
    )
  })
  process.once('exit', close)
  return { env: { DISPLAY: `:${number}`, XAUTHORITY: authority }, close }
}

/**
 * An X authority file with one cookie for any address and display.
 *
 * @param {Buffer} cookie
 */
function authorityFile(cookie) {
  const name = Buffer.from('MIT-MAGIC-COOKIE-1')
  const anyFamily = Buffer.from([0xff, 0xff])
  const empty = Buffer.alloc(2)
  /** @param {Buffer} content */
  const counted = (content) =>
    Buffer.concat([Buffer.from([content.length >> 8, content.length & 0xff]), content])
  return Buffer.concat([anyFamily, empty, empty, counted(name), counted(cookie)])
}
