/** Opens a vault, says so, and keeps it until killed. */
import { writeSync } from 'node:fs'
import { openVaults } from '../../../../electron/storage/vault.ts'
import { testKeyring } from '../keyring.ts'

const vault = openVaults(process.argv[2] ?? '', { keyring: testKeyring() })
await vault.unlock({ by: 'keyring' })
writeSync(1, 'open\n')
setInterval(() => vault.status(), 60_000)
