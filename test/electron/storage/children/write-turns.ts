/** Adds numbered turns to a session for ever and acknowledges each on standard output: "N\n". */
import { writeSync } from 'node:fs'
import { openVaults } from '../../../../electron/storage/vault.ts'
import { testKeyring } from '../keyring.ts'

const [folder = '', session = '', first = '0'] = process.argv.slice(2)
const vault = openVaults(folder, { keyring: testKeyring() })
await vault.unlock({ by: 'keyring' })
const store = vault.store()
for (let number = Number(first); ; number++) {
  store.addTurn(session, {
    speaker: 'patient',
    text: `turn ${number} ${'word '.repeat(number % 200)}`,
    atMs: number,
  })
  writeSync(1, `${number}\n`)
}
