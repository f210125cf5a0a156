/** Opens and uses a vault without root's right to write everywhere; prints the failure's code and message. */
import { chmodSync, writeSync } from 'node:fs'
import { databaseFacts } from '../../../../electron/storage/facts.ts'
import { openVaults } from '../../../../electron/storage/vault.ts'
import { failureOf } from '../../../../models/core/failure.ts'
import { testKeyring } from '../keyring.ts'

const folder = process.argv[2] ?? ''
// While it still may read the program's own folder: the native library is loaded at first use.
databaseFacts()
if (process.getuid?.() === 0) {
  process.setgid?.(65534)
  process.setuid?.(65534)
} else chmodSync(folder, 0o500)
try {
  const vault = openVaults(folder, { keyring: testKeyring() })
  await vault.unlock({ by: 'keyring' })
  writeSync(1, JSON.stringify({ code: 'none', message: '' }))
} catch (error) {
  writeSync(1, JSON.stringify(failureOf(error)))
}
