import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { digest } from '../../../electron/setup/tarball.mjs'
import { readManifest, resourceFiles, verifyResources } from '../../../electron/setup/resources.mjs'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function shipped(folder: string): Promise<{ resources: string; memory: string }> {
  const resources = join(folder, 'resources')
  mkdirSync(join(resources, 'models'), { recursive: true })
  const file = join(resources, 'models/weights')
  writeFileSync(file, 'weights')
  const entry = { path: 'models/weights', bytes: 7, sha256: await digest(file, 'sha256', 'hex') }
  writeFileSync(join(resources, 'manifest.json'), JSON.stringify({ files: [entry], wholes: [] }))
  return { resources, memory: join(folder, 'memory.json') }
}

describe('verifyResources', () => {
  it('accepts what the manifest says, twice', async () => {
    using folder = temporaryFolder()
    const { resources, memory } = await shipped(folder.path)
    expect(await verifyResources(resources, memory)).toContain('1 files')
    expect(await verifyResources(resources, memory)).toContain('intact')
  })

  it('notices a change after it was verified', async () => {
    using folder = temporaryFolder()
    const { resources, memory } = await shipped(folder.path)
    await verifyResources(resources, memory)
    writeFileSync(join(resources, 'models/weights'), 'Weights')
    await expect(verifyResources(resources, memory)).rejects.toThrow('another content')
    appendFileSync(join(resources, 'models/weights'), '!')
    await expect(verifyResources(resources, memory)).rejects.toThrow('has 8 bytes, not 7')
  })

  it('names a missing file and one that does not belong', async () => {
    using folder = temporaryFolder()
    const { resources, memory } = await shipped(folder.path)
    rmSync(join(resources, 'models/weights'))
    writeFileSync(join(resources, 'models/stray'), '')
    await expect(verifyResources(resources, memory)).rejects.toThrow(
      /models\/weights is missing; models\/stray is not in the manifest/,
    )
  })

  it.each(['', '{"files":[{"pa', '{}', 'null'])(
    'says how to restore a manifest that reads %j',
    async (content) => {
      using folder = temporaryFolder()
      const { resources, memory } = await shipped(folder.path)
      writeFileSync(join(resources, 'manifest.json'), content)
      await expect(verifyResources(resources, memory)).rejects.toMatchObject({
        code: 'resource-altered',
        advice: expect.stringContaining('git checkout -- resources') as string,
      })
    },
  )

  it('hashes everything again where a killed run left half of what it remembered', async () => {
    using folder = temporaryFolder()
    const { resources, memory } = await shipped(folder.path)
    writeFileSync(memory, '{"models/wei')
    expect(await verifyResources(resources, memory)).toContain('intact')
  })
})

describe('the manifest', () => {
  it('lists every file that ships, in order, each with its origin and licence', () => {
    const { files } = readManifest()
    expect(files.map(({ path }) => path)).toEqual(resourceFiles())
    for (const { what, source, licence, attribution, recipe } of files)
      for (const words of [what, source, licence, attribution, recipe]) expect(words).not.toBe('')
  })

  it('keeps every file below the size that a repository takes', () => {
    for (const { bytes } of readManifest().files) expect(bytes).toBeLessThan(95_000_000)
  })
})
