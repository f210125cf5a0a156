/** Writes zip files entry by entry, well-formed or not, for tests of the reader. */
import { deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  readonly path: string
  readonly body: Buffer
  readonly packed?: 'stored' | 'deflated'
  /** Unix mode with its type bits; 0o120777 makes a symbolic link whose target is the body. */
  readonly mode?: number
  /** The size to declare when it is not the true one. */
  readonly declaredSize?: number
}

/** A zip file; with `wide`, every size and offset stands in Zip64 fields. */
export function zip(entries: readonly ZipEntry[], wide = false): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { path, body, packed = 'deflated', mode = 0o100644, declaredSize = body.length } of entries) {
    const name = Buffer.from(path)
    const content = packed === 'deflated' ? deflateRawSync(body) : body
    const method = packed === 'deflated' ? 8 : 0

    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(method, 8)
    local.writeUInt16LE(name.length, 26)

    const extra = Buffer.alloc(wide ? 28 : 0)
    if (wide) {
      extra.writeUInt16LE(1, 0)
      extra.writeUInt16LE(24, 2)
      extra.writeBigUInt64LE(BigInt(declaredSize), 4)
      extra.writeBigUInt64LE(BigInt(content.length), 12)
      extra.writeBigUInt64LE(BigInt(offset), 20)
    }
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE(method, 10)
    central.writeUInt32LE(wide ? 0xffffffff : content.length, 20)
    central.writeUInt32LE(wide ? 0xffffffff : declaredSize, 24)
    central.writeUInt16LE(name.length, 28)
    central.writeUInt16LE(extra.length, 30)
    central.writeUInt16LE(mode, 40)
    central.writeUInt32LE(wide ? 0xffffffff : offset, 42)

    bodies.push(local, name, content)
    directory.push(central, name, extra)
    offset += local.length + name.length + content.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(wide ? 0xffff : entries.length, 10)
  end.writeUInt32LE(wide ? 0xffffffff : central.length, 12)
  end.writeUInt32LE(wide ? 0xffffffff : offset, 16)
  if (!wide) return Buffer.concat([...bodies, central, end])

  const wideEnd = Buffer.alloc(56)
  wideEnd.writeUInt32LE(0x06064b50, 0)
  wideEnd.writeBigUInt64LE(BigInt(entries.length), 32)
  wideEnd.writeBigUInt64LE(BigInt(central.length), 40)
  wideEnd.writeBigUInt64LE(BigInt(offset), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x07064b50, 0)
  locator.writeBigUInt64LE(BigInt(offset + central.length), 8)
  return Buffer.concat([...bodies, central, wideEnd, locator, end])
}
