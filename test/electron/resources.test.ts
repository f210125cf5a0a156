import { statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readManifest, resourcePath, verifyResource } from '../../electron/resources.ts'

describe('shipped resources', () => {
  it('parses the manifest and finds every file it names', () => {
    const { files, wholes } = readManifest()
    expect(files.length).toBeGreaterThan(0)
    for (const { path, bytes } of files) expect(statSync(resourcePath(path)).size).toBe(bytes)
    for (const { parts, bytes } of wholes) {
      const sizes = parts.map((part) => files.find(({ path }) => path === part)?.bytes ?? Number.NaN)
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes)
    }
  })

  it('verifies a file and gives its place', async () => {
    const { files } = readManifest()
    const first = files[0]
    expect(first).toBeDefined()
    if (first) expect(await verifyResource(first.path)).toBe(resourcePath(first.path))
  })

  it('fails with resource-missing for a file that does not ship', async () => {
    await expect(verifyResource('models/none')).rejects.toMatchObject({
      failure: { code: 'resource-missing' },
    })
  })
})
