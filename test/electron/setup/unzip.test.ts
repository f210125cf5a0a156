import { existsSync, lstatSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { unzip } from '../../../electron/setup/unzip.mjs'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { zip, type ZipEntry } from '../../support/zip.ts'

const text = (path: string, body = path): ZipEntry => ({ path, body: Buffer.from(body) })

async function unpacked(folder: string, archive: Buffer): Promise<string> {
  writeFileSync(join(folder, 'a.zip'), archive)
  const out = join(folder, 'out')
  await unzip(join(folder, 'a.zip'), out)
  return out
}

describe('unzip', () => {
  it.each([false, true])('unpacks stored and deflated files, Zip64 %s', async (wide) => {
    using folder = temporaryFolder()
    const large = Buffer.alloc(700_001, 'consilium ')
    const out = await unpacked(
      folder.path,
      zip(
        [
          text('folder/'),
          { path: 'folder/stored.bin', body: large, packed: 'stored' },
          { path: 'deflated.bin', body: large },
          text('empty', ''),
          { path: 'empty stored', body: Buffer.alloc(0), packed: 'stored' },
          { path: 'run', body: Buffer.from('#!'), mode: 0o100755 },
        ],
        wide,
      ),
    )
    expect(readFileSync(join(out, 'folder/stored.bin')).equals(large)).toBe(true)
    expect(readFileSync(join(out, 'deflated.bin')).equals(large)).toBe(true)
    expect(statSync(join(out, 'empty')).size).toBe(0)
    expect(statSync(join(out, 'empty stored')).size).toBe(0)
    expect(statSync(join(out, 'run')).mode & 0o111).not.toBe(0)
    expect(statSync(join(out, 'deflated.bin')).mode & 0o111).toBe(0)
  })

  it('makes symbolic links that stay inside', async () => {
    using folder = temporaryFolder()
    const link: ZipEntry = { path: 'lib/current', body: Buffer.from('../real'), mode: 0o120777 }
    const out = await unpacked(folder.path, zip([link, text('real')]))
    expect(lstatSync(join(out, 'lib/current')).isSymbolicLink()).toBe(true)
    expect(readlinkSync(join(out, 'lib/current'))).toBe('../real')
  })

  it.each(['../outside', '/outside', 'a/../../outside'])('refuses the path %s', async (path) => {
    using folder = temporaryFolder()
    await expect(unpacked(folder.path, zip([text(path)]))).rejects.toThrow('outside its folder')
    expect(existsSync(join(folder.path, 'outside'))).toBe(false)
  })

  it.each(['../../outside', '/etc/passwd'])('refuses a link to %s', async (target) => {
    using folder = temporaryFolder()
    const link: ZipEntry = { path: 'link', body: Buffer.from(target), mode: 0o120777 }
    await expect(unpacked(folder.path, zip([link]))).rejects.toThrow('outside its folder')
    expect(existsSync(join(folder.path, 'out/link'))).toBe(false)
  })

  it('writes no file through a link of the same archive', async () => {
    using folder = temporaryFolder()
    const link: ZipEntry = { path: 'link', body: Buffer.from('elsewhere'), mode: 0o120777 }
    const out = await unpacked(folder.path, zip([link, text('link/file')])).catch(() =>
      join(folder.path, 'out'),
    )
    expect(existsSync(join(out, 'elsewhere'))).toBe(false)
  })

  it.each([10, 1_000_000])('refuses a file that declares %i bytes and holds others', async (declaredSize) => {
    using folder = temporaryFolder()
    const entry = { path: 'bomb', body: Buffer.alloc(100_000), declaredSize }
    await expect(unpacked(folder.path, zip([entry]))).rejects.toThrow('another size')
  })

  it('refuses a file cut at any point', async () => {
    using folder = temporaryFolder()
    const whole = zip([text('one', 'some words'), text('two', 'more words')])
    for (let length = 0; length < whole.length; length += 7)
      await expect(unpacked(folder.path, whole.subarray(0, length))).rejects.toThrow()
  })
})
