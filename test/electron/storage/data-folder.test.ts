import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { requireWritableFolder } from '../../../electron/storage/data-folder.ts'
import { temporaryFolder } from './support.ts'

it('a folder that can be written is made when missing, and nothing is left in it', () => {
  const folder = join(temporaryFolder(), 'data', 'Consilium')
  requireWritableFolder(folder)
  requireWritableFolder(folder)
  expect(existsSync(folder)).toBe(true)
  expect(readdirSync(folder)).toEqual([])
})

// The kernel's own file system refuses new files even to root.
it.runIf(existsSync('/sys/kernel'))('a folder that cannot be written is refused with what to do', () => {
  expect(() => requireWritableFolder('/sys/kernel')).toThrow(/may not write to its data folder/)
})
