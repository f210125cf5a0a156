/** Arrays of bytes in NumPy's file form (format 1 to 3, C order). */
import { readFileSync } from 'node:fs'
import { fail } from '../../../models/core/failure.ts'

export interface ByteArray {
  readonly shape: readonly number[]
  readonly data: Uint8Array
}

/** @throws FailureError `not-found`, or `invalid-request` when it is no array of unsigned bytes */
export function readNpy(path: string): ByteArray {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    return fail('not-found', `The file cannot be read. Check the path ${path}.`, { path }, error)
  }
  const refuse = (reason: string): never =>
    fail('invalid-request', `${path} is no array of bytes: ${reason}. Save it again with numpy.save.`, {
      path,
      reason,
    })
  if (bytes.length < 12 || bytes.toString('latin1', 1, 6) !== 'NUMPY' || bytes[0] !== 0x93)
    return refuse('it does not begin like a NumPy file')
  const long = bytes[6]! >= 2
  const start = long ? 12 : 10
  const end = start + (long ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8))
  const header = bytes.toString('latin1', start, Math.min(end, bytes.length))
  if (!/'descr':\s*'\|u1'/.test(header)) return refuse('its elements are not unsigned bytes')
  if (!/'fortran_order':\s*False/.test(header)) return refuse('it is in Fortran order')
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number)
  const size = shape.reduce((product, count) => product * count, 1)
  if (!Number.isSafeInteger(size) || bytes.length - end !== size) return refuse('its length is not its shape')
  return { shape, data: bytes.subarray(end) }
}
