/** Writes a backup again and again, saying when each begins. */
import { writeSync } from 'node:fs'
import { openVaults } from '../../../../electron/storage/vault.ts'
import { testKeyring } from '../keyring.ts'

const [folder = '', file = '', secret = ''] = process.argv.slice(2)
const vault = openVaults(folder, { keyring: testKeyring() })
await vault.unlock({ by: 'keyring' })
for (;;) {
  writeSync(1, 'begin\n')
  await vault.backup(file, secret)
}
