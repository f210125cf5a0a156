import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readBackup } from '../../../electron/storage/backup.ts'
import { seededRandom } from '../../../models/core/random.ts'
import { longMigrations } from './migrations.ts'
import {
  addSession,
  addTurns,
  contents,
  ended,
  lockedVault,
  newVault,
  passphrase,
  reopen,
  startChild,
  temporaryFolder,
  vaultIn,
} from './support.ts'

const seed = 20_261_125

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

describe('killed', () => {
  it(
    '100 times while writing, the vault keeps every acknowledged turn and its trail',
    { timeout: 300_000 },
    async () => {
      const { folder, vault } = await newVault()
      const { id } = addSession(vault.store())
      vault.lock()
      const random = seededRandom(seed)
      let acknowledged = 0
      let next = startChild('write-turns', folder, id)
      for (let kill = 0; kill < 100; kill++) {
        const child = next
        // The next one loads while this one works.
        next = startChild('write-turns', folder, id)
        const enough = 1 + random.below(12)
        let seen = 0
        child.stdout!.on('data', (data: Buffer) => {
          seen += data.toString('utf8').split('\n').length - 1
          if (seen >= enough) child.kill('SIGKILL')
        })
        const end = ended(child)
        child.stdin!.write(String(acknowledged))
        const { output, errors } = await end
        // Its own unlock has checked the database the kill before left; a finding would have ended it.
        expect(output, errors).not.toBe('')
        acknowledged = Number(output.trim().split('\n').at(-1)) + 1
      }
      next.kill('SIGKILL')
      await ended(next)
      const store = (await reopen(folder)).store()
      const numbers = new Set(store.readSession(id).turns.map(({ text }) => Number(text.split(' ')[1])))
      const lost = Array.from({ length: acknowledged }, (_, number) => number).filter(
        (number) => !numbers.has(number),
      )
      expect(lost).toEqual([])
      expect(acknowledged).toBeGreaterThan(300)
      expect(store.verifyAudit()).toMatchObject({ intact: true })
    },
  )

  it('20 times while migrating, the schema is the old one or the new one', { timeout: 120_000 }, async () => {
    const { folder, vault } = await newVault()
    addTurns(vault.store(), addSession(vault.store()).id, ['kept'])
    const held = contents(vault.store())
    vault.lock()
    const random = seededRandom(seed)
    const trial = join(temporaryFolder(), 'data')
    const seen = { old: 0, new: 0 }
    for (let kill = 0; kill < 20; kill++) {
      rmSync(trial, { recursive: true, force: true })
      cpSync(folder, trial, { recursive: true })
      const child = startChild('migrate', trial)
      const wait = random.below(160)
      child.stdout!.once('data', () => void pause(wait).then(() => child.kill('SIGKILL')))
      await ended(child)
      const { state, isNew } = await openEither(trial)
      expect(contents(state.store())).toEqual(held)
      expect(state.store().verifyAudit().intact).toBe(true)
      seen[isNew ? 'new' : 'old']++
      state.lock()
    }
    expect(seen.old + seen.new).toBe(20)
  })

  it('during a backup, the target is whole or as it was', { timeout: 120_000 }, async () => {
    const { folder, vault } = await newVault()
    addTurns(
      vault.store(),
      addSession(vault.store()).id,
      Array.from({ length: 30 }, () => 'x'.repeat(20_000)),
    )
    vault.lock()
    const target = join(temporaryFolder(), 'saved.consilium-backup')
    const random = seededRandom(seed)
    let whole = 0
    for (let kill = 0; kill < 10; kill++) {
      if (kill % 2 === 0) rmSync(target, { force: true })
      const child = startChild('backup', folder, target, passphrase)
      const wait = 300 + random.below(500)
      child.stdout!.once('data', () => void pause(wait).then(() => child.kill('SIGKILL')))
      await ended(child)
      if (!existsSync(target)) continue
      whole++
      expect(readBackup(target).description.wraps).not.toBeNull()
    }
    if (whole === 0) await (await reopen(folder)).backup(target, passphrase)
    const other = vaultIn(join(temporaryFolder(), 'data'))
    if (existsSync(target)) expect(await other.restore(target, passphrase)).toEqual({ sessions: 1 })
  })

  it('during a restore, the vault is the one before or the one after', { timeout: 120_000 }, async () => {
    const { folder: source, vault } = await newVault()
    addSession(vault.store(), { person: 'after' })
    const file = join(temporaryFolder(), 'saved.consilium-backup')
    await vault.backup(file, 'the backup’s own')
    vault.lock()
    const { folder } = await lockedVault()
    const before = await reopen(folder)
    addSession(before.store(), { person: 'before' })
    before.lock()
    expect(readFileSync(join(source, 'keys.json'))).toEqual(readFileSync(join(folder, 'keys.json')))
    const random = seededRandom(seed)
    const trial = join(temporaryFolder(), 'data')
    for (let kill = 0; kill < 10; kill++) {
      rmSync(trial, { recursive: true, force: true })
      cpSync(folder, trial, { recursive: true })
      const child = startChild('restore', trial, file, 'the backup’s own')
      const wait = 350 + random.below(400)
      child.stdout!.once('data', () => void pause(wait).then(() => child.kill('SIGKILL')))
      await ended(child)
      const after = await reopen(trial)
      const [only] = after.store().listSessions({ trashed: false, tag: null, kind: null })
      expect(['before', 'after']).toContain(only?.session.person)
      expect(after.store().verifyAudit().intact).toBe(true)
      after.lock()
    }
  })

  it('between deciding for a restore and finishing it, the next start finishes', async () => {
    const { vault } = await newVault()
    addSession(vault.store(), { person: 'after' })
    const file = join(temporaryFolder(), 'saved.consilium-backup')
    await vault.backup(file, 'the backup’s own')
    const { folder } = await lockedVault()
    const target = vaultIn(folder)
    await target.restore(file, 'the backup’s own')
    target.lock()
    // The same files, as they lie when the decision is on disk and nothing has been moved.
    const { folder: old } = await lockedVault()
    cpSync(folder, join(old, 'staged'), { recursive: true })
    for (const extra of ['backups', 'quarantine'])
      rmSync(join(old, 'staged', extra), { recursive: true, force: true })
    writeFileSync(join(old, 'open'), '')
    const finished = await reopen(old)
    expect(finished.store().listSessions({ trashed: false, tag: null, kind: null })[0]!.session.person).toBe(
      'after',
    )
    expect(existsSync(join(old, 'staged'))).toBe(false)
    expect(finished.store().verifyAudit().intact).toBe(true)
  })
})

async function openEither(folder: string) {
  const probe = vaultIn(folder)
  try {
    await probe.unlock({ by: 'keyring' })
    return { state: probe, isNew: false }
  } catch {
    expect(probe.status().state).toBe('newer')
    return { state: await reopen(folder, { migrations: longMigrations }), isNew: true }
  }
}
