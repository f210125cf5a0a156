import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { installedElectron } from '../../../electron/setup/electron-binary.mjs'
import { nativeBinding } from '../../../electron/storage/native-binding.ts'

const probe = new URL('../../../electron/setup/sqlite-probe.mjs', import.meta.url).pathname

it('leaves a current Node to the package', () => {
  expect(nativeBinding()).toBeUndefined()
})

it('opens an encrypted database in Electron and in Node, both on the same SQLite', () => {
  const electron = installedElectron()
  if (!electron) throw new Error('Electron is not installed')
  const inElectron = execFileSync(electron.executable, [probe], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    encoding: 'utf8',
  })
  expect(inElectron).toBe(execFileSync(process.execPath, [probe], { encoding: 'utf8' }))
})
