/**
 * Unpacks zip files (stored and deflated entries, Zip64, symbolic links) without any tool. Entries
 * that would land outside the target, and links that point outside it, are refused.
 */
import { createReadStream, createWriteStream, mkdirSync, symlinkSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, isAbsolute, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw, inflateRawSync } from 'node:zlib'

/**
 * @typedef {object} Entry
 * @property {string} path
 * @property {number} method 0 stored, 8 deflated
 * @property {number} packed bytes in the archive
 * @property {number} size bytes when unpacked
 * @property {number} offset of its local header
 * @property {number} mode Unix mode; 0 when the archive has none
 */

const endSignature = 0x06054b50
const end64Signature = 0x06064b50
const locator64Signature = 0x07064b50
const centralSignature = 0x02014b50
const localSignature = 0x04034b50
const linkType = 0o120000

/**
 * @param {string} file
 * @param {string} target a folder; made when missing
 * @param {(path: string) => string | undefined} [select] the path inside `target`, or undefined to skip
 * @returns {Promise<number>} how many files and links were written
 */
export async function unzip(file, target, select = (path) => path) {
  const root = resolve(target)
  const handle = await open(file, 'r')
  /** @param {number} position @param {number} length */
  const read = async (position, length) => {
    const buffer = Buffer.alloc(length)
    const { bytesRead } = await handle.read(buffer, 0, length, position)
    if (bytesRead !== length) throw new Error(`${file} ends early`)
    return buffer
  }
  /** @type {[string, string][]} */
  const links = []
  let written = 0
  try {
    for (const entry of await entries(file, (await handle.stat()).size, read)) {
      if (entry.path.endsWith('/')) continue
      const chosen = select(entry.path)
      if (chosen === undefined) continue
      const out = inside(root, chosen, file)
      const local = await read(entry.offset, 30)
      if (local.readUInt32LE(0) !== localSignature) throw new Error(`${file} has no entry at ${entry.offset}`)
      const start = entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28)
      if (entry.method !== 0 && entry.method !== 8)
        throw new Error(`${file} packs ${entry.path} in an unknown way`)
      if ((entry.mode & 0o170000) === linkType) {
        const packed = await read(start, entry.packed)
        const to = (entry.method === 8 ? inflateRawSync(packed, { maxOutputLength: 4096 }) : packed).toString(
          'utf8',
        )
        if (isAbsolute(to)) throw new Error(`${file} holds a link outside its folder: ${entry.path}`)
        inside(root, resolve(dirname(out), to), file)
        links.push([out, to])
        continue
      }
      mkdirSync(dirname(out), { recursive: true })
      const writer = createWriteStream(out, { flags: 'wx', mode: entry.mode & 0o111 ? 0o755 : 0o644 })
      if (entry.packed === 0) {
        await new Promise((done) => writer.end(done))
      } else {
        const body = createReadStream(file, { start, end: start + entry.packed - 1, highWaterMark: 1 << 18 })
        await (entry.method === 8
          ? pipeline(body, createInflateRaw({ chunkSize: 1 << 18 }), bounded(entry, file), writer)
          : pipeline(body, bounded(entry, file), writer))
      }
      written += 1
    }
  } finally {
    await handle.close()
  }
  // Last, so that no file is ever written through a link.
  for (const [path, to] of links) {
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(to, path)
  }
  return written + links.length
}

/**
 * Lets through exactly the bytes that the entry declares.
 *
 * @param {Entry} entry
 * @param {string} file
 */
function bounded(entry, file) {
  return async function* (/** @type {AsyncIterable<Buffer>} */ source) {
    let seen = 0
    for await (const chunk of source) {
      seen += chunk.length
      if (seen > entry.size) break
      yield chunk
    }
    if (seen !== entry.size) throw new Error(`${file} declares another size for ${entry.path}`)
  }
}

/**
 * @param {string} root
 * @param {string} path
 * @param {string} file
 */
function inside(root, path, file) {
  const out = resolve(root, path)
  if (out !== root && !out.startsWith(root + sep))
    throw new Error(`${file} holds a path outside its folder: ${path}`)
  return out
}

/**
 * @param {string} file
 * @param {number} size
 * @param {(position: number, length: number) => Promise<Buffer>} read
 * @returns {Promise<Entry[]>}
 */
async function entries(file, size, read) {
  const tailStart = Math.max(0, size - 65_557)
  const tail = await read(tailStart, size - tailStart)
  let at = tail.length - 22
  while (at >= 0 && tail.readUInt32LE(at) !== endSignature) at -= 1
  if (at < 0) throw new Error(`${file} is not a zip file`)
  let count = tail.readUInt16LE(at + 10)
  let length = tail.readUInt32LE(at + 12)
  let start = tail.readUInt32LE(at + 16)
  if (count === 0xffff || length === 0xffffffff || start === 0xffffffff) {
    const locator = await read(tailStart + at - 20, 20)
    if (locator.readUInt32LE(0) !== locator64Signature) throw new Error(`${file} has no Zip64 locator`)
    const end = await read(Number(locator.readBigUInt64LE(8)), 56)
    if (end.readUInt32LE(0) !== end64Signature) throw new Error(`${file} has no Zip64 end record`)
    count = Number(end.readBigUInt64LE(32))
    length = Number(end.readBigUInt64LE(40))
    start = Number(end.readBigUInt64LE(48))
  }
  if (start + length > size) throw new Error(`${file} declares a directory beyond its end`)
  const central = await read(start, length)
  /** @type {Entry[]} */
  const list = []
  for (let position = 0; list.length < count;) {
    if (position + 46 > central.length || central.readUInt32LE(position) !== centralSignature)
      throw new Error(`${file} has a damaged directory`)
    const nameLength = central.readUInt16LE(position + 28)
    const extraLength = central.readUInt16LE(position + 30)
    const commentLength = central.readUInt16LE(position + 32)
    const nameEnd = position + 46 + nameLength
    const entry = {
      path: central.subarray(position + 46, nameEnd).toString('utf8'),
      method: central.readUInt16LE(position + 10),
      packed: central.readUInt32LE(position + 20),
      size: central.readUInt32LE(position + 24),
      offset: central.readUInt32LE(position + 42),
      mode: central.readUInt16LE(position + 40),
    }
    widen(entry, central.subarray(nameEnd, nameEnd + extraLength))
    list.push(entry)
    position = nameEnd + extraLength + commentLength
  }
  return list
}

/**
 * Replaces the fields that overflowed with those of the Zip64 extra field, which holds only them, in
 * this order.
 *
 * @param {Entry} entry
 * @param {Buffer} extra
 */
function widen(entry, extra) {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    let next = at + 4
    for (const key of /** @type {const} */ (['size', 'packed', 'offset'])) {
      if (entry[key] !== 0xffffffff) continue
      entry[key] = Number(extra.readBigUInt64LE(next))
      next += 8
    }
  }
}
