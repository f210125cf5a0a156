/**
 * Waits for the first number on standard input, then adds numbered turns to a session for ever and
 * acknowledges each on standard output: "N\n".
 */
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { openVaults } from '../../../../electron/storage/vault.ts'
import { testKeyring } from '../keyring.ts'

const [folder = '', session = ''] = process.argv.slice(2)
const [first] = (await once(process.stdin, 'data')) as [Buffer]
const vault = openVaults(folder, { keyring: testKeyring() })
await vault.unlock({ by: 'keyring' })
const store = vault.store()
for (let number = Number(first.toString('utf8')); ; number++) {
  store.addTurn(session, {
    speaker: 'patient',
    text: `turn ${number} ${'word '.repeat(number % 200)}`,
    atMs: number,
  })
  writeSync(1, `${number}\n`)
}
