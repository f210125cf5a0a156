/** Writes gzipped tar files as npm does, for tests of the reader. */
import { gzipSync } from 'node:zlib'

export interface TarEntry {
  readonly path: string
  readonly body: string
  /** '0' a file, '2' a link, 'x' a pax header, 'L' a long name. */
  readonly type?: string
}

export function tgz(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, body, type = '0' }) => {
    const content = Buffer.from(body)
    const header = Buffer.alloc(512)
    header.write(path.slice(0, 100), 0)
    header.write('0000644\0', 100)
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write(type, 156)
    header.write('ustar\0', 257)
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]
  })
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]))
}
