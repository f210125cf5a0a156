/** Writes a small asar archive, the format Electron loads an app from. */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'

/**
 * @param {string} out
 * @param {Readonly<Record<string, Buffer>>} files flat; each under 4 MiB
 */
export function writeAsar(out, files) {
  let offset = 0
  /** @type {Record<string, object>} */
  const entries = {}
  for (const [name, body] of Object.entries(files)) {
    const hash = createHash('sha256').update(body).digest('hex')
    entries[name] = {
      size: body.length,
      offset: String(offset),
      integrity: { algorithm: 'SHA256', hash, blockSize: 4 * 1024 * 1024, blocks: [hash] },
    }
    offset += body.length
  }
  const json = Buffer.from(JSON.stringify({ files: entries }))
  const padded = Math.ceil(json.length / 4) * 4
  // Two nested length-prefixed records, as Chromium's Pickle writes them.
  const head = Buffer.alloc(16 + padded)
  head.writeUInt32LE(4, 0)
  head.writeUInt32LE(8 + padded, 4)
  head.writeUInt32LE(4 + padded, 8)
  head.writeUInt32LE(json.length, 12)
  json.copy(head, 16)
  writeFileSync(out, Buffer.concat([head, ...Object.values(files)]))
}
