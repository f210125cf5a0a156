import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SqliteDatabase } from '../../../electron/storage/database.ts'
import { readKeyFile } from '../../../electron/storage/key-file.ts'
import { unwrapByKeyring } from '../../../electron/storage/keys.ts'
import { vaultLayout } from '../../../electron/storage/layout.ts'
import type { AuditReport } from '../../../models/session/audit.ts'
import { addSession, addTurns, expectFailure, newVault, reopen, testKeyring } from './support.ts'

/** A locked vault with about thirty audit entries. */
async function auditedVault(): Promise<string> {
  const { folder, vault } = await newVault()
  const { id } = addSession(vault.store())
  addTurns(
    vault.store(),
    id,
    Array.from({ length: 20 }, (_, index) => `turn ${index}`),
  )
  vault.lock()
  return folder
}

/** Changes the database as someone could who holds the key and knows how to get around the triggers. */
function tamper(folder: string, sql: string): void {
  const layout = vaultLayout(folder)
  const key = unwrapByKeyring(readKeyFile(layout).keyring!, testKeyring())!
  const database = SqliteDatabase.open(layout.database, key, { mode: 'open' })
  database.execute('DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_shortened;')
  database.execute(sql)
  database.close()
}

async function reportOf(folder: string): Promise<AuditReport> {
  return (await reopen(folder)).store().verifyAudit()
}

describe('the audit trail', () => {
  it('holds, entry by entry, over restarts', async () => {
    const folder = await auditedVault()
    const vault = await reopen(folder)
    const report = vault.store().verifyAudit()
    expect(report).toEqual({ entries: report.entries, intact: true, brokenAt: null, reason: null })
    const all = vault.store().audit({ before: null, limit: 1000 })
    expect(all.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: report.entries }, (_, index) => report.entries - index),
    )
    expect(
      vault
        .store()
        .audit({ before: 10, limit: 3 })
        .map(({ sequence }) => sequence),
    ).toEqual([9, 8, 7])
  })

  it('never holds what was written about a patient', async () => {
    const { vault } = await newVault()
    const { id } = addSession(vault.store(), { person: 'Zyzzyva', reason: 'Zyzzyva' })
    addTurns(vault.store(), id, ['Zyzzyva'])
    expect(JSON.stringify(vault.store().audit({ before: null, limit: 1000 }))).not.toContain('Zyzzyva')
  })

  it('cannot be changed or shortened through the database', async () => {
    const folder = await auditedVault()
    const layout = vaultLayout(folder)
    const key = unwrapByKeyring(readKeyFile(layout).keyring!, testKeyring())!
    const database = SqliteDatabase.open(layout.database, key, { mode: 'open' })
    for (const sql of [
      "UPDATE audit SET user = 'x' WHERE sequence = 2",
      'DELETE FROM audit WHERE sequence = 2',
      "INSERT OR REPLACE INTO audit SELECT sequence, at, 'x', action, object, outcome, mac FROM audit WHERE sequence = 2",
    ])
      expect(() => database.execute(sql)).toThrow('append-only')
    database.close()
  })

  it.each([
    ['the user of entry 7', "UPDATE audit SET user = 'Nobody' WHERE sequence = 7", 7],
    ['the time of entry 9', "UPDATE audit SET at = '2020-01-01T00:00:00.000Z' WHERE sequence = 9", 9],
    ['the object of entry 8', 'UPDATE audit SET object = NULL WHERE sequence = 8', 8],
    ['the outcome of entry 1', "UPDATE audit SET outcome = 'failed' WHERE sequence = 1", 1],
    ['the code of entry 5', 'UPDATE audit SET mac = zeroblob(32) WHERE sequence = 5', 5],
    ['the length of a code', 'UPDATE audit SET mac = zeroblob(3) WHERE sequence = 5', 5],
  ])('shows a change of %s', async (_, sql, brokenAt) => {
    const folder = await auditedVault()
    tamper(folder, sql)
    expect(await reportOf(folder)).toMatchObject({ intact: false, brokenAt })
  })

  it('shows two entries that changed places', async () => {
    const folder = await auditedVault()
    tamper(
      folder,
      `UPDATE audit SET sequence = 1006 WHERE sequence = 6; UPDATE audit SET sequence = 6 WHERE sequence = 7;
       UPDATE audit SET sequence = 7 WHERE sequence = 1006;`,
    )
    expect(await reportOf(folder)).toMatchObject({ intact: false, brokenAt: 6 })
  })

  it('shows an entry taken out, even with the rest moved up', async () => {
    const folder = await auditedVault()
    tamper(folder, 'DELETE FROM audit WHERE sequence = 6')
    expect(await reportOf(folder)).toMatchObject({ intact: false, brokenAt: 6 })
    const other = await auditedVault()
    tamper(
      other,
      'DELETE FROM audit WHERE sequence = 6; UPDATE audit SET sequence = sequence - 1 WHERE sequence > 6',
    )
    await expectFailure('database-damaged', () => reopen(other))
    expect(await reportOf(other)).toMatchObject({ intact: false, brokenAt: 6 })
  })

  it('shows an end cut off, at once and for ever after', async () => {
    const folder = await auditedVault()
    const opened = await reopen(folder)
    // Locking adds the last entry.
    const last = opened.store().verifyAudit().entries + 1
    opened.lock()
    tamper(folder, `DELETE FROM audit WHERE sequence > ${last - 5}`)
    const failure = await expectFailure('database-damaged', () => reopen(folder))
    expect(failure.details).toMatchObject({ lost: 5 })
    const vault = await reopen(folder)
    expect(vault.store().verifyAudit()).toMatchObject({ intact: false, brokenAt: last - 4 })
    vault.lock()
    expect(await reportOf(folder)).toMatchObject({ intact: false, brokenAt: last - 4 })
  })

  it('shows an older database put in place of a newer one', async () => {
    const folder = await auditedVault()
    const { database } = vaultLayout(folder)
    copyFileSync(database, `${database}.old`)
    const vault = await reopen(folder)
    addSession(vault.store())
    vault.lock()
    copyFileSync(`${database}.old`, database)
    rmSync(`${database}.old`)
    await expectFailure('database-damaged', () => reopen(folder))
    expect(await reportOf(folder)).toMatchObject({ intact: false })
  })

  it('shows a missing or forged anchor', async () => {
    for (const bytes of [null, Buffer.alloc(256, 7)]) {
      const folder = await auditedVault()
      const { anchor } = vaultLayout(folder)
      if (bytes) writeFileSync(anchor, bytes)
      else rmSync(anchor)
      const report = await reportOf(folder)
      expect(report.intact).toBe(false)
      expect(report.reason).toContain('anchor')
    }
  })
})
