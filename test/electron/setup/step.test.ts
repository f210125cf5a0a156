import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SetupFailure, setupFailure, step } from '../../../electron/setup/step.mjs'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** An error as the file system throws it. */
const refusal = (code: string): Error =>
  Object.assign(new Error(`${code}: refused, open '/x'`), { code, syscall: 'open' })

describe('a step of the bootstrap that fails', () => {
  it.each([
    ['ENOSPC', 'disk-full', /Free some space/],
    ['EACCES', 'read-only', /let this user write/],
    ['EROFS', 'read-only', /let this user write/],
  ])('by %s says what to do', async (code, failure, advice) => {
    await expect(step('Packages', () => Promise.reject(refusal(code)))).rejects.toMatchObject({
      code: failure,
      message: `The step Packages failed: ${code}: refused, open '/x'.`,
      advice: expect.stringMatching(advice) as string,
    })
  })

  it('keeps its own words where it knows better', async () => {
    const known = new SetupFailure('npm could not install.', 'Check the connection.')
    await expect(step('Packages', () => Promise.reject(known))).rejects.toBe(known)
  })

  it('by a bug of its own is named, with the stack for a report', () => {
    using folder = temporaryFolder()
    const thrown = ((): unknown => {
      try {
        mkdirSync(join(folder.path, 'x'))
        writeFileSync(join(folder.path, 'x'), '')
        return null
      } catch (error) {
        return error
      }
    })()
    const failure = setupFailure(thrown, 'The step App')
    expect(failure).toMatchObject({
      code: 'internal',
      message: 'The step App met an error of its own.',
      advice: expect.stringContaining('report it') as string,
    })
    expect((failure.cause as Error).message).toMatch(/EISDIR[^]*at .*step\.test/)
    expect(setupFailure('thrown as text').message).toBe('The bootstrap met an error of its own.')
  })
})
