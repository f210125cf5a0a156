import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readKeyFile, writeKeyFile } from '../../../electron/storage/key-file.ts'
import { deriveKey, newDataKey, scryptCost } from '../../../electron/storage/keys.ts'
import { vaultLayout } from '../../../electron/storage/layout.ts'
import { newRecoveryCode, readRecoveryCode } from '../../../electron/storage/recovery-code.ts'
import { expectFailure, lockedVault, passphrase, vaultIn } from './support.ts'

describe('the recovery code', () => {
  it('is read back from any spelling', () => {
    for (let round = 0; round < 200; round++) {
      const code = newRecoveryCode()
      expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}$/)
      const bare = code.replaceAll('-', '')
      expect(readRecoveryCode(code)).toBe(bare)
      const sloppy = ` ${code.toLowerCase().replaceAll('-', '–').replaceAll('0', 'o').replaceAll('1', 'i')}\n`
      expect(readRecoveryCode(sloppy)).toBe(bare)
    }
  })

  it('shows a typing error in nearly every place', () => {
    const code = newRecoveryCode().replaceAll('-', '')
    const missed = Array.from(code, (character, index) => {
      const other = character === '7' ? '8' : '7'
      return readRecoveryCode(code.slice(0, index) + other + code.slice(index + 1))
    }).filter((read) => read !== null)
    // Ten bits of checksum let one error in 1,024 pass.
    expect(missed.length).toBeLessThanOrEqual(1)
  })

  it('never repeats', () => {
    expect(new Set(Array.from({ length: 500 }, newRecoveryCode)).size).toBe(500)
  })
})

describe('derived keys', () => {
  it('differ by purpose, by vault and from the data key', () => {
    const key = newDataKey()
    const [one, two] = ['1'.repeat(32), '2'.repeat(32)]
    const derived = [deriveKey(key, one, 'a'), deriveKey(key, one, 'b'), deriveKey(key, two, 'a'), key]
    expect(new Set(derived.map((each) => each.toString('hex'))).size).toBe(4)
    expect(deriveKey(key, one, 'a')).toEqual(derived[0])
  })
})

describe('the key file', () => {
  it('holds no key, passphrase or code in the open, and costs what it should to guess', async () => {
    const { folder, recoveryCode } = await lockedVault()
    const text = readFileSync(join(folder, 'keys.json'), 'utf8')
    expect(readFileSync(join(folder, 'keys.copy.json'), 'utf8')).toBe(text)
    for (const secret of [passphrase, recoveryCode, recoveryCode.replaceAll('-', '')])
      expect(text).not.toContain(secret)
    expect(readKeyFile(vaultLayout(folder)).passphrase).toMatchObject({ N: 131_072, r: 8, p: 1 })
    expect(scryptCost).toEqual({ N: 2 ** 17, r: 8, p: 1 })
  })

  it.each(['keys.json', 'keys.copy.json'])(
    'is made whole again from its copy when %s is lost or damaged',
    async (name) => {
      const { folder } = await lockedVault()
      const whole = readFileSync(join(folder, name))
      const damaged = Buffer.from(whole)
      damaged[damaged.indexOf('"sealed": "') + 15]! ^= 1
      for (const bytes of [null, Buffer.alloc(0), damaged, whole.subarray(0, 300), Buffer.from('[]')]) {
        if (bytes) writeFileSync(join(folder, name), bytes)
        else rmSync(join(folder, name))
        const vault = vaultIn(folder)
        expect((await vault.unlock({ by: 'keyring' })).state).toBe('open')
        vault.lock()
        expect(readFileSync(join(folder, name))).toEqual(whole)
      }
    },
  )

  it('that is gone or damaged in both copies is named, with what to do', async () => {
    const { folder } = await lockedVault()
    const layout = vaultLayout(folder)
    const whole = readFileSync(layout.keys)
    for (const bytes of [null, Buffer.from('{}')]) {
      for (const file of [layout.keys, layout.keysCopy])
        if (bytes) writeFileSync(file, bytes)
        else rmSync(file)
      const vault = vaultIn(folder)
      expect(vault.status().state).toBe('damaged')
      const failure = await expectFailure('key-file-missing', () =>
        vault.unlock({ by: 'passphrase', passphrase }),
      )
      expect(failure.message).toContain('restore a backup file')
      await expectFailure('conflict', () =>
        vault.create({ passphrase, useKeyring: false, userName: 'x', role: 'clinician' }),
      )
    }
    writeFileSync(layout.keys, whole)
    expect((await vaultIn(folder).unlock({ by: 'keyring' })).state).toBe('open')
  })

  it('stands by the newer copy after a crash between the two', async () => {
    const { folder } = await lockedVault()
    const layout = vaultLayout(folder)
    const older = readFileSync(layout.keysCopy)
    writeKeyFile(layout, { ...readKeyFile(layout), revision: 9, keyring: null })
    writeFileSync(layout.keysCopy, older)
    expect(readKeyFile(layout)).toMatchObject({ revision: 9, keyring: null })
    expect(readFileSync(layout.keysCopy)).toEqual(readFileSync(layout.keys))
  })

  it('that asks for absurd work is not obeyed', async () => {
    const { folder } = await lockedVault()
    const layout = vaultLayout(folder)
    const keys = readKeyFile(layout)
    writeKeyFile(layout, { ...keys, passphrase: { ...keys.passphrase, N: 2 ** 30 } })
    await expectFailure('key-file-missing', () => vaultIn(folder).unlock({ by: 'passphrase', passphrase }))
  })
})
