/** Lets one bootstrap at a time change a folder; a holder that died is noticed and replaced. */
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * @template T
 * @param {string} file the lock's path
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, work) {
  mkdirSync(dirname(file), { recursive: true })
  const own = `${file}.${process.pid}`
  writeFileSync(own, String(process.pid))
  try {
    while (!claim(own, file)) {
      replaceDeadHolder(own, file)
      await sleep(100)
    }
  } finally {
    rmSync(own, { force: true })
  }
  const release = () => rmSync(file, { force: true })
  const stop = () => {
    release()
    process.exit(130)
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    return await work()
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    release()
  }
}

/**
 * A hard link appears with its content in one step, so nobody ever reads a half-written claim.
 *
 * @param {string} own
 * @param {string} file
 */
function claim(own, file) {
  try {
    linkSync(own, file)
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  }
}

/**
 * Two waiters may find the same dead holder; the second lock keeps the slower one from removing the
 * claim that the faster one has already made.
 *
 * @param {string} own
 * @param {string} file
 */
function replaceDeadHolder(own, file) {
  if (alive(file) || !claim(own, `${file}.breaking`)) return
  try {
    if (!alive(file)) rmSync(file, { force: true })
  } finally {
    rmSync(`${file}.breaking`, { force: true })
  }
}

/** @param {string} file */
function alive(file) {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}
