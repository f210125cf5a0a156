/** Opens a vault with a long second migration, saying when it begins. */
import { writeSync } from 'node:fs'
import { openVaults } from '../../../../electron/storage/vault.ts'
import { testKeyring } from '../keyring.ts'
import { longMigrations } from '../migrations.ts'

const vault = openVaults(process.argv[2] ?? '', { keyring: testKeyring(), migrations: longMigrations })
writeSync(1, 'begin\n')
await vault.unlock({ by: 'keyring' })
writeSync(1, 'done\n')
vault.lock()
