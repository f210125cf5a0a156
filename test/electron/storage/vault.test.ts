import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readBackup } from '../../../electron/storage/backup.ts'
import { readKeyFile } from '../../../electron/storage/key-file.ts'
import { keyringState } from '../../../electron/storage/keyring.ts'
import { vaultLayout } from '../../../electron/storage/layout.ts'
import { openVaults } from '../../../electron/storage/vault.ts'
import {
  addSession,
  addTurns,
  contents,
  digests,
  ended,
  expectFailure,
  filesBelow,
  lockedVault,
  movableClock,
  newVault,
  passphrase,
  reopen,
  startChild,
  temporaryFolder,
  testKeyring,
  vaultIn,
} from './support.ts'
import { migrations } from '../../../electron/storage/migrations/index.ts'
import { failingMigrations, nextMigrations } from './migrations.ts'

const byPassphrase = (text: string) => ({ by: 'passphrase', passphrase: text }) as const

describe('setting up', () => {
  it('makes an open vault that its passphrase and recovery code open again', async () => {
    const folder = join(temporaryFolder(), 'new', 'data')
    const vault = vaultIn(folder)
    expect(vault.status().state).toBe('absent')
    await expectFailure('vault-absent', () => vault.unlock({ by: 'keyring' }))
    await expectFailure('vault-absent', () => vault.store())
    const { recoveryCode } = await vault.create({
      passphrase,
      useKeyring: false,
      userName: 'Dr Ito',
      role: 'trainee',
    })
    expect(recoveryCode).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(vault.status()).toMatchObject({ state: 'open', keyringEnrolled: false })
    expect(statSync(folder).mode & 0o077).toBe(0)
    expect(vault.store().settings()).toMatchObject({ userName: 'Dr Ito', role: 'trainee' })
    const { id } = addSession(vault.store())
    expect(vault.lock().state).toBe('locked')
    expect((await vault.unlock(byPassphrase(passphrase))).state).toBe('open')
    vault.lock()
    const typed = recoveryCode.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')
    await vault.unlock({ by: 'recovery', code: typed })
    expect(vault.store().readSession(id).session.id).toBe(id)
    await expectFailure('conflict', () =>
      vault.create({ passphrase, useKeyring: false, userName: 'x', role: 'trainee' }),
    )
  })

  it('keeps every file to its owner', async () => {
    const { folder } = await newVault()
    for (const file of filesBelow(folder).filter((name) => !name.includes('consilium.db')))
      expect(statSync(file).mode & 0o077, file).toBe(0)
  })

  it('refuses a keyring that only disguises', async () => {
    const vault = vaultIn(join(temporaryFolder(), 'data'), { keyring: testKeyring('basic_text') })
    expect(vault.status().keyring).toEqual({ available: false, backend: 'basic_text' })
    await expectFailure('keyring-unavailable', () =>
      vault.create({ passphrase, useKeyring: true, userName: 'x', role: 'clinician' }),
    )
    expect(vault.status().state).toBe('absent')
    expect(keyringState(testKeyring('keychain', false)).available).toBe(false)
    expect(keyringState(null)).toEqual({ available: false, backend: 'none' })
  })
})

describe('locking', () => {
  it('closes the store that was handed out', async () => {
    const { vault } = await newVault()
    const store = vault.store()
    addSession(store)
    vault.lock()
    await expectFailure('vault-locked', () => store.listSessions({ trashed: false, tag: null, kind: null }))
    await expectFailure('vault-locked', () => store.settings())
    await expectFailure('vault-locked', () => store.verifyAudit())
    await expectFailure('vault-locked', () => vault.store())
    await expectFailure('vault-locked', () => vault.setKeyring(false))
    await expectFailure('vault-locked', () => vault.changePassphrase('another one'))
  })

  it('stops an unlock that is under way', async () => {
    const { folder } = await lockedVault()
    const vault = vaultIn(folder)
    const unlocking = expectFailure('cancelled', () => vault.unlock(byPassphrase(passphrase)))
    await Promise.resolve()
    vault.lock()
    await unlocking
    expect(vault.status().state).toBe('locked')
  })

  it('leaves the log empty and no sign of being open', async () => {
    const { folder, vault } = await newVault()
    addSession(vault.store())
    expect(existsSync(join(folder, 'open'))).toBe(true)
    vault.lock()
    expect(existsSync(join(folder, 'open'))).toBe(false)
    expect(existsSync(join(folder, 'consilium.db-wal'))).toBe(false)
  })

  it('is safe to repeat', async () => {
    const { vault } = await newVault()
    expect([vault.lock().state, vault.lock().state]).toEqual(['locked', 'locked'])
  })
})

describe('a wrong passphrase', () => {
  it('is called wrong, slows down, survives restarts and is audited', async () => {
    const clock = movableClock()
    const { folder } = await lockedVault()
    let vault = vaultIn(folder, { clock: clock.now })
    const waits: number[] = []
    let throttled = 0
    for (let attempt = 1; attempt <= 20; attempt++) {
      // Codes count like passphrases and need no slow stretching.
      const wrong =
        attempt % 7 === 1 ? byPassphrase(`wrong ${attempt}`) : ({ by: 'recovery', code: otherCode } as const)
      await expectFailure('wrong-passphrase', () => vault.unlock(wrong))
      const { retryInSeconds, state } = vault.status()
      expect(state).toBe('locked')
      waits.push(retryInSeconds)
      vault = vaultIn(folder, { clock: clock.now })
      if (retryInSeconds === 0) continue
      await expectFailure('throttled', () => vault.unlock(byPassphrase(passphrase)))
      throttled++
      clock.advance(retryInSeconds)
    }
    expect(waits.slice(0, 6)).toEqual([0, 0, 0, 2, 4, 8])
    expect(waits.at(-1)).toBe(300)
    expect(throttled).toBe(17)
    expect((await vault.unlock(byPassphrase(passphrase))).retryInSeconds).toBe(0)
    const audit = vault.store().audit({ before: null, limit: 30 })
    expect(audit[0]!.action).toBe('vault.unlock')
    const failed = audit.filter(({ action }) => action === 'vault.unlock-failed')
    expect(failed).toHaveLength(20)
    expect(failed.every(({ outcome, object }) => outcome === 'refused' && object === null)).toBe(true)
    expect(vault.store().verifyAudit().intact).toBe(true)
  })

  it('is not made to wait for years by a clock that was set back', async () => {
    const clock = movableClock()
    const { folder } = await lockedVault()
    const vault = vaultIn(folder, { clock: clock.now })
    for (let attempt = 0; attempt < 5; attempt++) {
      await expectFailure('wrong-passphrase', () => vault.unlock({ by: 'recovery', code: otherCode }))
      clock.advance(vault.status().retryInSeconds)
    }
    await expectFailure('wrong-passphrase', () => vault.unlock({ by: 'recovery', code: otherCode }))
    clock.advance(-10 * 365 * 86_400)
    expect(vault.status().retryInSeconds).toBe(8)
    clock.advance(8)
    expect(vault.status().retryInSeconds).toBe(0)
  })

  it('waits even when the record of attempts was damaged', async () => {
    const { folder } = await lockedVault()
    writeFileSync(join(folder, 'attempts.json'), '{"count":')
    expect(vaultIn(folder).status().retryInSeconds).toBe(2)
  })

  it('differs from a recovery code with a typing error, which costs no attempt', async () => {
    const { folder, recoveryCode } = await lockedVault()
    const vault = vaultIn(folder)
    const last = recoveryCode.endsWith('0') ? '2' : '0'
    for (const code of [recoveryCode.slice(0, -1) + last, recoveryCode.slice(1), 'U'.repeat(32), ''])
      for (let repeat = 0; repeat < 3; repeat++)
        expect(
          (await expectFailure('wrong-passphrase', () => vault.unlock({ by: 'recovery', code }))).details,
        ).toEqual({
          kind: 'mistyped',
        })
    expect(vault.status().retryInSeconds).toBe(0)
  })
})

/** A well-formed recovery code of no vault here. */
const otherCode = '0000-0000-0000-0000-0000-0000-0000-00'.concat('0J')

describe('the keyring', () => {
  it('opens the vault once enrolled and no longer once taken out', async () => {
    const { vault } = await newVault()
    expect(vault.setKeyring(false).keyringEnrolled).toBe(false)
    vault.lock()
    await expectFailure('keyring-unavailable', () => vault.unlock({ by: 'keyring' }))
    await vault.unlock(byPassphrase(passphrase))
    expect(vault.setKeyring(true).keyringEnrolled).toBe(true)
    vault.lock()
    expect((await vault.unlock({ by: 'keyring' })).state).toBe('open')
  })

  it('asks for the passphrase when its backend has changed, and deletes nothing', async () => {
    const { folder } = await lockedVault()
    const before = digests(folder)
    for (const keyring of [
      testKeyring('kwallet6'),
      testKeyring('basic_text'),
      testKeyring('gnome_libsecret', false),
      null,
    ])
      await expectFailure('keyring-unavailable', () => vaultIn(folder, { keyring }).unlock({ by: 'keyring' }))
    expect(digests(folder)).toEqual(before)
    const vault = vaultIn(folder, { keyring: testKeyring('kwallet6') })
    expect((await vault.unlock(byPassphrase(passphrase))).keyringEnrolled).toBe(true)
  })

  it('cannot be enrolled where it protects nothing', async () => {
    const { folder } = await lockedVault()
    const vault = vaultIn(folder, { keyring: testKeyring('basic_text') })
    await vault.unlock(byPassphrase(passphrase))
    await expectFailure('keyring-unavailable', () => vault.setKeyring(true))
  })
})

describe('changing the passphrase', () => {
  it('rewraps the key and leaves the database alone', async () => {
    const { folder, vault, recoveryCode } = await newVault()
    await vault.changePassphrase('a quite different one')
    vault.lock()
    await expectFailure('wrong-passphrase', () => vault.unlock(byPassphrase(passphrase)))
    await vault.unlock(byPassphrase('a quite different one'))
    expect(
      vault
        .store()
        .audit({ before: null, limit: 5 })
        .map(({ action }) => action),
    ).toContain('vault.rewrap')
    vault.lock()
    await vault.unlock({ by: 'recovery', code: recoveryCode })
    expect((await reopenedState(folder, vault)).state).toBe('open')
  })

  it('takes accented letters however they were typed', async () => {
    const { vault } = await newVault()
    await vault.changePassphrase('Zürich é')
    vault.lock()
    expect((await vault.unlock(byPassphrase('Zu\u0308rich e\u0301'))).state).toBe('open')
  })
})

describe('a new recovery code', () => {
  it('takes the place of the old one, is in the audit trail and survives a restart', async () => {
    const { folder, vault, recoveryCode } = await newVault()
    const { recoveryCode: newer } = await vault.newRecoveryCode(passphrase)
    expect(newer).not.toBe(recoveryCode)
    expect(
      vault
        .store()
        .audit({ before: null, limit: 5 })
        .map(({ action }) => action),
    ).toContain('vault.new-code')
    vault.lock()
    const again = vaultIn(folder)
    await expectFailure('wrong-passphrase', () => again.unlock({ by: 'recovery', code: recoveryCode }))
    expect((await again.unlock({ by: 'recovery', code: newer })).state).toBe('open')
    again.lock()
    expect((await again.unlock(byPassphrase(passphrase))).state).toBe('open')
    again.lock()
    expect((await reopen(folder)).store().verifyAudit().intact).toBe(true)
  })

  it('is refused without the right passphrase, and then the old one still opens', async () => {
    const { folder, vault, recoveryCode } = await newVault()
    const before = digests(folder)['/keys.json']
    await expectFailure('wrong-passphrase', () => vault.newRecoveryCode('not this one'))
    expect(digests(folder)['/keys.json']).toBe(before)
    vault.lock()
    await expectFailure('vault-locked', () => vault.newRecoveryCode(passphrase))
    const again = vaultIn(folder)
    expect((await again.unlock({ by: 'recovery', code: recoveryCode })).state).toBe('open')
    const actions = again
      .store()
      .audit({ before: null, limit: 5 })
      .map(({ action }) => action)
    expect(actions).toContain('vault.unlock-failed')
  })

  it('goes into backups saved from then on', async () => {
    const { vault, folder } = await newVault()
    const file = join(folder, 'x.consilium-backup')
    await vault.newRecoveryCode(passphrase)
    await vault.backup(file, 'the backup’s own')
    const { wraps } = readBackup(file).description
    expect(wraps?.recovery).toEqual(readKeyFile(vaultLayout(folder)).recovery)
  })
})

async function reopenedState(folder: string, vault: { lock: () => unknown }) {
  vault.lock()
  return (await reopen(folder)).status()
}

describe('one opener', () => {
  it('refuses a second one in this process and leaves the first at work', async () => {
    const { folder, vault } = await newVault()
    const failure = await expectFailure('already-running', () => reopen(folder))
    expect(failure.message).toContain('Another Consilium')
    const { id } = addSession(vault.store())
    expect(vault.store().readSession(id).session.id).toBe(id)
  })

  it('refuses a second process, and takes over once that one is gone', async () => {
    const { folder } = await lockedVault()
    const child = startChild('hold', folder)
    const end = ended(child)
    await new Promise((resolve) => child.stdout!.once('data', resolve))
    await expectFailure('already-running', () => reopen(folder))
    child.kill('SIGKILL')
    await end
    expect((await reopen(folder)).status().state).toBe('open')
  })
})

describe('another schema', () => {
  it('that is newer is refused with every byte unchanged', async () => {
    const { folder } = await lockedVault()
    const newer = await reopen(folder, { migrations: nextMigrations })
    addSession(newer.store())
    newer.lock()
    const before = digests(folder)
    const vault = vaultIn(folder)
    const failure = await expectFailure('database-newer', () => vault.unlock({ by: 'keyring' }))
    expect(failure.details).toEqual({
      found: migrations.length + 1,
      known: migrations.length,
    })
    expect(vault.status().state).toBe('newer')
    expect(digests(folder)).toEqual(before)
  })

  it('that is newer is refused unchanged after a crash of the newer version too', async () => {
    const { folder } = await lockedVault()
    const newer = await reopen(folder, { migrations: nextMigrations })
    newer.lock()
    const log = join(folder, 'consilium.db-wal')
    const again = await reopen(folder, { migrations: nextMigrations })
    addTurns(again.store(), addSession(again.store()).id, ['kept in the log'])
    const copies = ['consilium.db', 'consilium.db-wal'].map((name) => readFileSync(join(folder, name)))
    again.lock()
    writeFileSync(join(folder, 'consilium.db'), copies[0]!)
    writeFileSync(log, copies[1]!)
    const before = digests(folder)
    await expectFailure('database-newer', () => vaultIn(folder).unlock({ by: 'keyring' }))
    expect(digests(folder)).toEqual(before)
  })

  it('that is older is backed up and raised', async () => {
    const { folder, vault } = await newVault()
    addSession(vault.store())
    const before = contents(vault.store())
    vault.lock()
    rmSync(vault.folders.backups, { recursive: true })
    const raised = await reopen(folder, { migrations: nextMigrations })
    expect(contents(raised.store())).toEqual(before)
    expect(raised.newestBackup()?.file).toContain(`schema-${migrations.length}`)
  })

  it('whose migration fails is rolled back, and the app opens as before', async () => {
    const { folder, vault } = await newVault()
    addSession(vault.store())
    const before = contents(vault.store())
    vault.lock()
    await expect(reopen(folder, { migrations: failingMigrations })).rejects.toThrow('no_such_function')
    const again = await reopen(folder)
    expect(contents(again.store())).toEqual(before)
    expect(again.store().settings().userName).toBe('Dr Sato')
  })
})

describe('a wrong clock', () => {
  it.each([10, -10])(
    'that is %i years off changes no order, lock or chain, and empties no trash',
    async (years) => {
      const clock = movableClock()
      const { folder, vault } = await newVault({ clock: clock.now })
      const store = vault.store()
      const first = addSession(store)
      const trashed = addSession(store)
      store.trashSession(trashed.id)
      vault.lock()
      clock.advance(years * 365 * 86_400)
      const later = await reopen(folder, { clock: clock.now })
      const second = addSession(later.store())
      addTurns(later.store(), first.id, ['after the change'])
      const order = later.store().listSessions({ trashed: false, tag: null, kind: null })
      expect(order.map(({ session }) => session.id)).toEqual([first.id, second.id])
      expect(later.store().emptyExpiredTrash(clock.now())).toBe(0)
      expect(later.store().restoreSession(trashed.id).trashedAt).toBeNull()
      expect(later.store().verifyAudit().intact).toBe(true)
      const sequences = later
        .store()
        .audit({ before: null, limit: 100 })
        .map(({ sequence }) => sequence)
      expect(sequences).toEqual([...sequences].sort((a, b) => b - a))
      later.lock()
      clock.advance(-years * 365 * 86_400)
      expect((await reopen(folder, { clock: clock.now })).store().verifyAudit().intact).toBe(true)
    },
  )
})

it('openVaults makes the folder and reports where things lie', () => {
  const folder = join(temporaryFolder(), 'a', 'b')
  const vault = openVaults(folder, { keyring: null })
  expect(existsSync(folder)).toBe(true)
  expect(vault.folders.data).toBe(folder)
  expect(vault.newestBackup()).toBeNull()
})
