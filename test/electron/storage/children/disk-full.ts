/**
 * Fills the disk the vault lies on with turns and prints as JSON what was acknowledged, which failure
 * came, and whether work goes on once `filler` (when named) has been removed.
 */
import { rmSync, writeSync } from 'node:fs'
import { openVaults } from '../../../../electron/storage/vault.ts'
import { failureOf } from '../../../../models/core/failure.ts'
import { testKeyring } from '../keyring.ts'

const [folder = '', session = '', filler = ''] = process.argv.slice(2)
const vault = openVaults(folder, { keyring: testKeyring() })
await vault.unlock({ by: 'keyring' })
const store = vault.store()
const acknowledged: string[] = []
let code = 'none'
let resumed = false
for (let number = 0; number < 5000 && code === 'none'; number++)
  try {
    const text = `turn ${number} ${'x'.repeat(20_000)}`
    acknowledged.push(store.addTurn(session, { speaker: 'patient', text, atMs: number }).id)
  } catch (error) {
    code = failureOf(error).code
  }
if (filler) {
  rmSync(filler)
  acknowledged.push(store.addTurn(session, { speaker: 'patient', text: 'after', atMs: 0 }).id)
  resumed = true
}
const kept = new Set(store.readSession(session).turns.map(({ id }) => id))
const lost = acknowledged.filter((id) => !kept.has(id)).length
writeSync(1, JSON.stringify({ acknowledged: acknowledged.length, lost, code, resumed }))
vault.lock()
