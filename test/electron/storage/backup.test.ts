import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../models/core/random.ts'
import {
  addSession,
  addTurns,
  contents,
  digests,
  expectFailure,
  lockedVault,
  movableClock,
  newVault,
  passphrase,
  provenance,
  reopen,
  temporaryFolder,
  vaultIn,
} from './support.ts'
import { nextMigrations } from './migrations.ts'

const own = 'the backup’s own passphrase'

async function savedBackup(): Promise<{ folder: string; file: string; held: unknown; recoveryCode: string }> {
  const { folder, vault, recoveryCode } = await newVault()
  const store = vault.store()
  const { id } = addSession(store)
  addTurns(store, id, ['one', 'two\0', '😀'])
  store.addChat(id, { text: 'q', provenance })
  store.saveNote(id, [{ id: 'plan', text: 'Rest', provenance }])
  store.trashSession(addSession(store).id)
  const file = join(temporaryFolder(), 'saved.consilium-backup')
  await vault.backup(file, own)
  const held = contents(store)
  vault.lock()
  return { folder, file, held, recoveryCode }
}

describe('a backup', () => {
  it('holds everything, and goes back over later changes', async () => {
    const { folder, file, held } = await savedBackup()
    const vault = await reopen(folder)
    addSession(vault.store(), { person: 'added later' })
    expect(await vault.restore(file, own)).toEqual({ sessions: 1 })
    expect(contents(vault.store())).toEqual(held)
    expect(vault.store().verifyAudit().intact).toBe(true)
    vault.lock()
    expect((await vault.unlock({ by: 'passphrase', passphrase })).state).toBe('open')
    expect(readdirSync(vault.folders.quarantine)).toHaveLength(1)
  })

  it('opens on a machine that has nothing, with its own passphrase and the old recovery code', async () => {
    const { file, held, recoveryCode } = await savedBackup()
    const vault = vaultIn(join(temporaryFolder(), 'data'))
    await expectFailure('wrong-passphrase', () => vault.restore(file, passphrase))
    expect(vault.status().state).toBe('absent')
    await vault.restore(file, own)
    expect(contents(vault.store())).toEqual(held)
    vault.lock()
    await expectFailure('wrong-passphrase', () => vault.unlock({ by: 'passphrase', passphrase }))
    expect((await vault.unlock({ by: 'passphrase', passphrase: own })).keyringEnrolled).toBe(false)
    vault.lock()
    expect((await vault.unlock({ by: 'recovery', code: recoveryCode })).state).toBe('open')
  })

  it('takes the place of another vault, whose files go to quarantine', async () => {
    const { file, held } = await savedBackup()
    const vault = vaultIn(join(temporaryFolder(), 'data'))
    await vault.create({
      passphrase: 'another vault',
      useKeyring: false,
      userName: 'Dr Ito',
      role: 'clinician',
    })
    await vault.restore(file, own)
    expect(contents(vault.store())).toEqual(held)
    vault.lock()
    const [aside] = readdirSync(vault.folders.quarantine)
    expect(readdirSync(join(vault.folders.quarantine, aside!)).sort()).toEqual(
      expect.arrayContaining(['audit.anchor', 'consilium.db', 'keys.copy.json', 'keys.json']),
    )
    await expectFailure('wrong-passphrase', () =>
      vault.unlock({ by: 'passphrase', passphrase: 'another vault' }),
    )
    expect((await vault.unlock({ by: 'passphrase', passphrase: own })).state).toBe('open')
  })

  it('that is damaged anywhere is refused, and nothing is replaced', async () => {
    const { folder, file } = await savedBackup()
    const whole = readFileSync(file)
    const before = digests(folder)
    const random = seededRandom(20_261_125)
    const broken = join(temporaryFolder(), 'broken.consilium-backup')
    const vault = vaultIn(folder)
    const cases = [
      Buffer.alloc(0),
      Buffer.alloc(4096),
      whole.subarray(0, whole.length - 1),
      whole.subarray(1),
    ]
    // The last ones hit the description, the others mostly the pages.
    for (let flip = 0; flip < 12; flip++) {
      const bytes = Buffer.from(whole)
      bytes[flip < 8 ? random.below(whole.length - 1000) : whole.length - 30 - random.below(100)]! ^= 1
      cases.push(bytes)
    }
    for (const bytes of cases) {
      writeFileSync(broken, bytes)
      await expectFailure('database-damaged', () => vault.restore(broken, own))
    }
    await expectFailure('not-found', () => vault.restore(`${broken}.gone`, own))
    expect(digests(folder)).toEqual(before)
  })

  it('of a newer version is refused, and nothing is replaced', async () => {
    const { folder } = await lockedVault()
    const newer = await reopen(folder, { migrations: nextMigrations })
    const file = join(temporaryFolder(), 'newer.consilium-backup')
    await newer.backup(file, own)
    newer.lock()
    const vault = vaultIn(join(temporaryFolder(), 'data'))
    await expectFailure('database-newer', () => vault.restore(file, own))
    expect(vault.status().state).toBe('absent')
  })

  it('of an older version is brought up to date', async () => {
    const { file, held } = await savedBackup()
    const vault = vaultIn(join(temporaryFolder(), 'data'), { migrations: nextMigrations })
    await vault.restore(file, own)
    expect(contents(vault.store())).toEqual(held)
  })

  it('is not half written where it cannot be written', async () => {
    const { vault } = await newVault()
    const folder = temporaryFolder()
    await expectFailure('read-only', () => vault.backup(join(folder, 'missing', 'x'), own))
    mkdirSync(join(folder, 'taken'))
    await expect(vault.backup(join(folder, 'taken'), own)).rejects.toThrow()
    expect(readdirSync(folder)).toEqual(['taken'])
  })

  it('is audited when saved and when restored', async () => {
    const { folder, file } = await savedBackup()
    const vault = await reopen(folder)
    const actions = () =>
      vault
        .store()
        .audit({ before: null, limit: 50 })
        .map(({ action }) => action)
    expect(actions()).toContain('backup.create')
    await vault.restore(file, own)
    expect(actions()).toContain('backup.restore')
  })
})

describe('automatic backups', () => {
  it('are made at most once a day, five are kept, and none older than thirty days beside a newer one', async () => {
    const clock = movableClock('2026-11-26T09:00:00.000Z')
    const { folder } = await lockedVault()
    const names = async (days: number): Promise<readonly string[]> => {
      clock.advance(days * 86_400)
      const vault = await reopen(folder, { clock: clock.now })
      vault.lock()
      return readdirSync(vault.folders.backups).map((name) => name.slice(0, 17))
    }
    expect(await names(0)).toEqual(['000001-2026-11-26'])
    expect(await names(0.5)).toHaveLength(1)
    for (let day = 0; day < 6; day++) await names(1)
    expect(await names(0)).toEqual([
      '000003-2026-11-28',
      '000004-2026-11-29',
      '000005-2026-11-30',
      '000006-2026-12-01',
      '000007-2026-12-02',
    ])
    expect(await names(29.5)).toEqual(['000007-2026-12-02', '000008-2027-01-01'])
    expect(await names(-400)).toHaveLength(3)
  })

  it('need the vault’s passphrase, and count a wrong one', async () => {
    const { folder, vault } = await newVault()
    addSession(vault.store())
    await expectFailure('not-found', () => vault.restoreNewest(passphrase))
    vault.lock()
    const again = vaultIn(folder)
    await expectFailure('wrong-passphrase', () => again.restoreNewest(own))
    expect(await again.restoreNewest(passphrase)).toEqual({ sessions: 1 })
    expect(
      again
        .store()
        .audit({ before: null, limit: 9 })
        .map(({ action }) => action),
    ).toContain('vault.unlock-failed')
  })

  it('are of no use to another vault', async () => {
    const { vault } = await newVault()
    vault.lock()
    const { file } = vault.newestBackup()!
    const other = vaultIn(join(temporaryFolder(), 'data'))
    await expectFailure('key-file-missing', () => other.restore(file, passphrase))
  })
})
