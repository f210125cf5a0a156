import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { withLock } from '../../../electron/setup/lock.mjs'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const lockModule = new URL('../../../electron/setup/lock.mjs', import.meta.url).href

/** Adds its line twice, with a pause between, while holding the lock. */
const worker = (lock: string, log: string): string => `
  import { appendFileSync } from 'node:fs'
  import { withLock } from ${JSON.stringify(lockModule)}
  await withLock(${JSON.stringify(lock)}, async () => {
    appendFileSync(${JSON.stringify(log)}, process.pid + '\\n')
    await new Promise((done) => setTimeout(done, 50))
    appendFileSync(${JSON.stringify(log)}, process.pid + '\\n')
  })`

const ended = (source: string): Promise<number | null> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: 'inherit' })
    child.on('close', resolve)
  })

it('lets one process in at a time, also past a holder that died', async () => {
  using folder = temporaryFolder()
  const lock = join(folder.path, 'lock')
  const log = join(folder.path, 'log')
  const dead = spawnSync(process.execPath, ['-e', '']).pid
  writeFileSync(lock, String(dead))

  const codes = await Promise.all([1, 2, 3, 4].map(() => ended(worker(lock, log))))

  expect(codes).toEqual([0, 0, 0, 0])
  const lines = readFileSync(log, 'utf8').trim().split('\n')
  expect(lines).toHaveLength(8)
  for (let at = 0; at < lines.length; at += 2) expect(lines[at]).toBe(lines[at + 1])
  expect(readdirSync(folder.path)).toEqual(['log'])
})

it('opens again when the work throws', async () => {
  using folder = temporaryFolder()
  const lock = join(folder.path, 'lock')
  await expect(withLock(lock, () => Promise.reject(new Error('stopped')))).rejects.toThrow('stopped')
  expect(existsSync(lock)).toBe(false)
  expect(await withLock(lock, () => Promise.resolve('again'))).toBe('again')
})
