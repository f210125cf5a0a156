import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import jpeg from 'jpeg-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FailureError } from '../../../models/core/failure.ts'
import { readPicture } from '../../../electron/media/picture-file.ts'
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts'

let home: TemporaryFolder
beforeAll(() => {
  home = temporaryFolder()
})
afterAll(() => home[Symbol.dispose]())

function file(name: string, bytes: Uint8Array): string {
  const path = join(home.path, name)
  writeFileSync(path, bytes)
  return path
}

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

/** @param rows without their filter byte */
function png(
  width: number,
  depth: number,
  colour: number,
  rows: readonly (readonly number[])[],
  palette?: readonly number[],
): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(rows.length, 4)
  header.set([depth, colour], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', Uint8Array.from(palette))] : []),
    chunk('IDAT', deflateSync(Uint8Array.from(rows.flatMap((row) => [0, ...row])))),
    chunk('IEND', new Uint8Array(0)),
  ])
}

const colours = async (path: string): Promise<readonly (readonly number[])[]> => {
  const { data, width, height } = await readPicture(path)
  return Array.from({ length: width * height }, (_, pixel) => [...data.subarray(4 * pixel, 4 * pixel + 4)])
}

const failureOf = async (path: string): Promise<string> =>
  readPicture(path).then(
    () => 'read',
    (error: unknown) => (error instanceof FailureError ? error.failure.code : 'a bug'),
  )

describe('PNG files', () => {
  it('are read in grey, colour, with transparency and at 16 bits', async () => {
    expect(await colours(file('grey.png', png(2, 8, 0, [[7, 200]])))).toEqual([
      [7, 7, 7, 255],
      [200, 200, 200, 255],
    ])
    expect(
      await colours(
        file(
          'rgb.png',
          png(1, 8, 2, [
            [1, 2, 3],
            [4, 5, 6],
          ]),
        ),
      ),
    ).toEqual([
      [1, 2, 3, 255],
      [4, 5, 6, 255],
    ])
    expect(await colours(file('rgba.png', png(1, 8, 6, [[1, 2, 3, 4]])))).toEqual([[1, 2, 3, 4]])
    expect(await colours(file('deep.png', png(1, 16, 2, [[10, 99, 20, 99, 30, 99]])))).toEqual([
      [10, 20, 30, 255],
    ])
  })

  it('are read with palettes and with several pixels a byte', async () => {
    expect(
      await colours(file('palette.png', png(3, 2, 3, [[0b00_10_01_00]], [9, 8, 7, 1, 1, 1, 50, 60, 70]))),
    ).toEqual([
      [9, 8, 7, 255],
      [50, 60, 70, 255],
      [1, 1, 1, 255],
    ])
    expect(await colours(file('bits.png', png(2, 1, 0, [[0b0100_0000], [0b1000_0000]])))).toEqual([
      [0, 0, 0, 255],
      [255, 255, 255, 255],
      [255, 255, 255, 255],
      [0, 0, 0, 255],
    ])
  })
})

describe('JPEG files', () => {
  it('are read', async () => {
    const grey = { width: 16, height: 8, data: new Uint8Array(16 * 8 * 4).fill(128) }
    const { width, height, data } = await readPicture(file('grey.jpg', jpeg.encode(grey, 90).data))
    expect([width, height]).toEqual([16, 8])
    expect(Math.abs(data[0]! - 128)).toBeLessThan(4)
  })
})

describe('files that are no pictures', () => {
  it('are refused in words', async () => {
    const good = png(2, 8, 0, [[7, 200]])
    const huge = Uint8Array.from(good)
    huge.set([0, 1, 0, 0, 0, 1, 0, 0], 16)
    const spoilt = Uint8Array.from(good)
    spoilt[45] = 1 + spoilt[45]!
    const picture = jpeg.encode(
      { width: 64, height: 64, data: new Uint8Array(64 * 64 * 4).fill(99) },
      90,
    ).data
    for (const [name, bytes] of [
      ['empty', new Uint8Array(0)],
      ['text', new TextEncoder().encode('not a picture')],
      ['short.png', good.subarray(0, 20)],
      ['cut.png', good.subarray(0, good.length - 20)],
      ['huge.png', huge],
      ['spoilt.png', spoilt],
      ['cut.jpg', picture.subarray(0, 40)],
      ['half.jpg', picture.subarray(0, 300)],
    ] as const)
      expect([name, await failureOf(file(name, bytes))]).toEqual([name, 'invalid-request'])
    expect(await failureOf(join(home.path, 'absent.png'))).toBe('not-found')
  })
})
