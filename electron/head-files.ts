/** A small bundled network: `head.json` describes it, `head.f32` holds its weights. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface HeadFiles {
  readonly description: unknown
  readonly weights: Float32Array
  /** The description, for messages. */
  readonly file: string
}

/** @param folder in the product's resources */
export function readHead(resources: string, folder: string): HeadFiles {
  const packed = readFileSync(join(resources, folder, 'head.f32'))
  const bytes = packed.buffer.slice(packed.byteOffset, packed.byteOffset + (packed.length & ~3))
  const file = `${folder}/head.json`
  const description = JSON.parse(readFileSync(join(resources, file), 'utf8')) as unknown
  return { description, weights: new Float32Array(bytes), file }
}
