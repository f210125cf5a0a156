import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { digest, unpack } from '../../../electron/setup/tarball.mjs'
import { tgz, type TarEntry } from '../../support/tar.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function unpacked(folder: string, archive: Buffer, select?: (path: string) => string | undefined) {
  writeFileSync(join(folder, 'a.tgz'), archive)
  await unpack(join(folder, 'a.tgz'), join(folder, 'out'), select)
  return join(folder, 'out')
}

describe('unpack', () => {
  it('writes the chosen files under their new names', async () => {
    using folder = temporaryFolder()
    const large = 'consilium '.repeat(300_000)
    const entries: TarEntry[] = [
      { path: 'package/skipped', body: large },
      { path: 'package/kept', body: large },
      { path: 'package/empty', body: '' },
    ]
    const out = await unpacked(folder.path, tgz(entries), (path) =>
      path.endsWith('skipped') ? undefined : path.replace('package/', ''),
    )
    expect(readFileSync(join(out, 'kept'), 'utf8')).toBe(large)
    expect(readFileSync(join(out, 'empty'), 'utf8')).toBe('')
    expect(existsSync(join(out, 'skipped'))).toBe(false)
  })

  it('reads names longer than a header holds', async () => {
    using folder = temporaryFolder()
    const name = `${'deep/'.repeat(40)}file`
    const record = ` path=${name}\n`
    const pax = `${record.length + 3}${record}`
    const long = await unpacked(
      folder.path,
      tgz([
        { path: 'pax', body: pax, type: 'x' },
        { path: 'cut', body: 'by pax' },
        { path: 'long', body: `${name}2\0`, type: 'L' },
        { path: 'cut', body: 'by GNU' },
      ]),
    )
    expect(readFileSync(join(long, name), 'utf8')).toBe('by pax')
    expect(readFileSync(join(long, `${name}2`), 'utf8')).toBe('by GNU')
  })

  it('refuses paths that leave the folder and leaves links out', async () => {
    using folder = temporaryFolder()
    await expect(unpacked(folder.path, tgz([{ path: '../outside', body: 'x' }]))).rejects.toThrow(
      'outside its folder',
    )
    const out = await unpacked(folder.path, tgz([{ path: 'link', body: '', type: '2' }]))
    expect(existsSync(join(out, 'link'))).toBe(false)
  })

  it('refuses an archive that ends early', async () => {
    using folder = temporaryFolder()
    const whole = tgz([{ path: 'file', body: 'word '.repeat(10_000) }])
    await expect(unpacked(folder.path, whole.subarray(0, whole.length - 40))).rejects.toThrow()
  })
})

describe('digest', () => {
  it('agrees with the published SHA-256 of "abc"', async () => {
    using folder = temporaryFolder()
    writeFileSync(join(folder.path, 'abc'), 'abc')
    expect(await digest(join(folder.path, 'abc'), 'sha256', 'hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })
})
