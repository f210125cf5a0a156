/** Restores a backup, saying when it begins. */
import { writeSync } from 'node:fs'
import { openVaults } from '../../../../electron/storage/vault.ts'
import { testKeyring } from '../keyring.ts'

const [folder = '', file = '', secret = ''] = process.argv.slice(2)
const vault = openVaults(folder, { keyring: testKeyring() })
writeSync(1, 'begin\n')
await vault.restore(file, secret)
writeSync(1, 'done\n')
vault.lock()
