/**
 * Reads npm packages as files: `npm pack` fetches, a pinned sha512 decides, and a small tar reader
 * unpacks, so that no tool beyond Node and npm is needed.
 */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { finished } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { npm } from './npm.mjs'

/**
 * Downloads one package and checks it against its pinned integrity.
 *
 * @param {string} spec name@version
 * @param {string} integrity `sha512-` and base64
 * @param {string} folder an empty folder for the download
 * @returns {Promise<string>} the path of the verified .tgz
 */
export async function fetchPackage(spec, integrity, folder) {
  mkdirSync(folder, { recursive: true })
  await npm(['pack', spec, '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: folder })
  const name = readdirSync(folder).find((entry) => entry.endsWith('.tgz'))
  if (!name) throw new Error(`npm pack ${spec} left no file`)
  const file = join(folder, name)
  const found = `sha512-${await digest(file, 'sha512', 'base64')}`
  if (found !== integrity) throw new Error(`${spec} is not the pinned package: its integrity is ${found}`)
  return file
}

/**
 * @param {string} file
 * @param {'sha256' | 'sha512'} algorithm
 * @param {'hex' | 'base64'} encoding
 */
export async function digest(file, algorithm, encoding) {
  const hash = createHash(algorithm)
  const chunks = /** @type {AsyncIterable<Buffer>} */ (createReadStream(file, { highWaterMark: 1 << 20 }))
  for await (const chunk of chunks) hash.update(chunk)
  return hash.digest(encoding)
}

/**
 * Unpacks the regular files of a gzipped tar whose path `select` maps to a target path. Links and
 * devices are left out; a path that would leave the target folder is refused.
 *
 * @param {string} file
 * @param {string} target
 * @param {(path: string) => string | undefined} [select] the path inside `target`, or undefined to skip
 */
export async function unpack(file, target, select = (path) => path) {
  const root = resolve(target)
  const source = createReadStream(file, { highWaterMark: 1 << 20 }).pipe(createGunzip({ chunkSize: 1 << 20 }))
  /** @type {Buffer} */
  let rest = Buffer.alloc(0)
  const chunks = /** @type {AsyncIterator<Buffer>} */ (source[Symbol.asyncIterator]())

  /** @returns {Promise<boolean>} whether more came */
  const more = async () => {
    const next = await chunks.next()
    if (!next.done) rest = rest.length ? Buffer.concat([rest, next.value]) : next.value
    return next.done !== true
  }
  /** @param {number} bytes */
  const take = async (bytes) => {
    while (rest.length < bytes) if (!(await more())) throw new Error(`${file} ends early`)
    const part = rest.subarray(0, bytes)
    rest = rest.subarray(bytes)
    return part
  }

  let longPath = ''
  for (;;) {
    while (rest.length < 512) if (!(await more())) return
    const header = await take(512)
    if (header.every((byte) => byte === 0)) return
    const size = octal(header.subarray(124, 136))
    const padding = (512 - (size % 512)) % 512
    const type = String.fromCharCode(header[156] ?? 0)
    if (type === 'x' || type === 'L') {
      const body = (await take(size)).toString('utf8')
      longPath = type === 'L' ? body.replace(/\0.*$/s, '') : (/(?:^|\n)\d+ path=(.*)\n/.exec(body)?.[1] ?? '')
      await take(padding)
      continue
    }
    const prefix = text(header.subarray(345, 500))
    const path = longPath || (prefix ? `${prefix}/` : '') + text(header.subarray(0, 100))
    longPath = ''
    const chosen = type === '0' || type === '\0' ? select(path) : undefined
    if (chosen === undefined) {
      for (let left = size + padding; left > 0;) {
        if (!rest.length && !(await more())) throw new Error(`${file} ends early`)
        left -= (await take(Math.min(left, rest.length))).length
      }
      continue
    }
    const out = resolve(root, chosen)
    if (!out.startsWith(root + sep)) throw new Error(`${file} holds a path outside its folder: ${path}`)
    mkdirSync(dirname(out), { recursive: true })
    const writer = createWriteStream(out, { mode: octal(header.subarray(100, 108)) & 0o111 ? 0o755 : 0o644 })
    for (let left = size; left > 0;) {
      if (!rest.length && !(await more())) throw new Error(`${file} ends early`)
      const part = await take(Math.min(left, rest.length))
      left -= part.length
      if (!writer.write(part)) await once(writer, 'drain')
    }
    writer.end()
    await finished(writer)
    await take(padding)
  }
}

/** @param {Buffer} field */
const text = (field) => field.toString('utf8').replace(/\0.*$/s, '')
/** @param {Buffer} field */
const octal = (field) => parseInt(text(field).trim() || '0', 8)
