import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expiredQuarantine, freshFolder, keptQuarantined } from '../../../electron/storage/quarantine.ts'
import { lockedVault, movableClock, reopen, temporaryFolder, vaultIn } from './support.ts'

const day = 24 * 3600
const daysAfter = (start: string, days: number): Date => new Date(Date.parse(start) + days * day * 1000)
const first = '2026-01-01T08:00:00.000Z'

/** Sets aside as many as named, one a day. */
function filled(count: number): string {
  const folder = join(temporaryFolder(), 'quarantine')
  for (let number = 0; number < count; number++)
    mkdirSync(freshFolder(folder, daysAfter(first, number)), { recursive: true })
  return folder
}

describe('old databases set aside', () => {
  it('go only beyond the number kept and after the days kept', () => {
    const folder = filled(8)
    expect(expiredQuarantine(folder, daysAfter(first, 30))).toEqual([])
    const expired = expiredQuarantine(folder, daysAfter(first, 400))
    expect(expired.length).toBe(8 - keptQuarantined)
    expect(expired.map((path) => path.slice(folder.length + 1, folder.length + 11)).sort()).toEqual([
      '2026-01-01',
      '2026-01-02',
      '2026-01-03',
    ])
  })

  it('never include the last one, however old, nor what somebody else put there', () => {
    const folder = filled(1)
    mkdirSync(join(folder, 'notes of mine'))
    expect(expiredQuarantine(folder, daysAfter(first, 10_000))).toEqual([])
    expect(expiredQuarantine(join(folder, 'nowhere'), daysAfter(first, 1))).toEqual([])
    for (let number = 0; number < 20; number++)
      mkdirSync(freshFolder(folder, daysAfter(first, 100 + number)), { recursive: true })
    const expired = expiredQuarantine(folder, daysAfter(first, 10_000))
    expect(expired.length).toBe(21 - keptQuarantined)
    expect(expired.join()).not.toContain('notes of mine')
  })

  it('that were set aside in the same millisecond are told apart', () => {
    const folder = join(temporaryFolder(), 'quarantine')
    for (let number = 0; number < 12; number++)
      mkdirSync(freshFolder(folder, new Date(first)), { recursive: true })
    const kept = readdirSync(folder).filter(
      (name) => !expiredQuarantine(folder, daysAfter(first, 400)).includes(join(folder, name)),
    )
    expect(kept.map((name) => Number(name.split('Z-')[1] ?? 1)).sort((a, b) => a - b)).toEqual([
      8, 9, 10, 11, 12,
    ])
  })

  it('are deleted at an unlock, and the audit trail names each', async () => {
    const { folder } = await lockedVault()
    const { quarantine } = vaultIn(folder).folders
    for (let number = 0; number < 7; number++) {
      const aside = freshFolder(quarantine, daysAfter(first, number))
      mkdirSync(aside, { recursive: true })
      cpSync(join(folder, 'consilium.db'), join(aside, 'consilium.db'))
    }
    const oldest = readdirSync(quarantine).sort().slice(0, 2)
    const clock = movableClock('2027-01-01T08:00:00.000Z')
    const vault = await reopen(folder, { clock: clock.now })
    expect(readdirSync(quarantine)).toHaveLength(keptQuarantined)
    for (const name of oldest) expect(existsSync(join(quarantine, name))).toBe(false)
    const pruned = vault
      .store()
      .audit({ before: null, limit: 20 })
      .filter(({ action }) => action === 'quarantine.prune')
    expect(pruned.map(({ object }) => object).sort()).toEqual(oldest)
    expect(vault.store().verifyAudit().intact).toBe(true)
  })
})
