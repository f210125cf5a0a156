/**
 * Waits for a line on standard input, then reads a face five times a second during a consultation for ever, and
 * says on standard output, after each picture, where it stood on the session's clock: "MS\n".
 */
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { LiveExpression } from '../../../../electron/live/live-expression.ts'
import { openVaults } from '../../../../electron/storage/vault.ts'
import { clearly, faceAt, ScriptedReaders } from '../../../support/scripted-readers.ts'
import { testKeyring } from '../keyring.ts'

const [folder = '', session = ''] = process.argv.slice(2)
await once(process.stdin, 'data')
const vault = openVaults(folder, { keyring: testKeyring() })
await vault.unlock({ by: 'keyring' })
const readers = new ScriptedReaders()
readers.face = () => [faceAt(50, clearly('face', 'sad'))]
const expression = new LiveExpression({
  readers,
  store: () => vault.store(),
  push: () => undefined,
  now: () => performance.now() / 1000,
})
expression.begin(session, 'camera')
const started = performance.now() - Number(process.argv[4])
for (;;) {
  const atMs = Math.round(performance.now() - started)
  await expression.picture(session, { data: new Uint8Array(1024), width: 16, height: 16 }, atMs)
  writeSync(1, `${atMs}\n`)
  await pause(200)
}
