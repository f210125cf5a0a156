/** Refuses requests that are too big or are not plain data, before anything looks at their meaning. */
import { maxTextLength } from '../../models/contract/parsers.ts'
import { fail } from '../../models/core/failure.ts'

/** Characters in all strings and keys together: a note of four full sections fits. */
export const maxRequestCharacters = 4 * maxTextLength + 64 * 1024
export const maxRequestValues = 20_000
export const maxRequestDepth = 12
/** Bytes of pictures and sound: thirty seconds at 16 kHz fit. */
export const maxRequestBytes = 2 * 1024 * 1024

/**
 * Fails with `invalid-request` unless the value is null, a boolean, a finite number, a string, bytes, 32-bit
 * floats, or an array or plain object of such within the limits. A cycle ends at the depth limit.
 */
export function checkRequestSize(request: unknown): void {
  let characters = 0
  let values = 0
  let bytes = 0
  const visit = (value: unknown, depth: number): void => {
    if (++values > maxRequestValues || depth > maxRequestDepth)
      fail('invalid-request', 'The request is too large to handle. Send it in smaller parts.')
    switch (typeof value) {
      case 'string':
        count(value.length)
        return
      case 'boolean':
      case 'undefined':
        return
      case 'number':
        if (!Number.isFinite(value)) notPlain()
        return
      case 'object': {
        if (value === null) return
        if (Array.isArray(value)) {
          // Counted before walking: a sparse array of four billion holes is cheap to send.
          if (value.length > maxRequestValues) notPlain()
          for (const item of value) visit(item, depth + 1)
          return
        }
        if (isBytes(value)) {
          bytes += value.byteLength
          if (bytes > maxRequestBytes)
            fail('invalid-request', 'The recording is too long to handle at once. Send it in smaller parts.')
          return
        }
        const prototype: unknown = Object.getPrototypeOf(value)
        if (prototype !== Object.prototype && prototype !== null) notPlain()
        for (const [key, item] of Object.entries(value)) {
          count(key.length)
          visit(item, depth + 1)
        }
        return
      }
      case 'bigint':
      case 'function':
      case 'symbol':
        notPlain()
    }
  }
  const count = (length: number): void => {
    characters += length
    if (characters > maxRequestCharacters)
      fail('invalid-request', 'The text is too long to handle at once. Save it in smaller parts.')
  }
  visit(request, 0)
}

/** Exactly these two kinds, and not Node's own subclass of one. */
const isBytes = (value: object): value is Uint8Array | Float32Array =>
  [Uint8Array.prototype, Float32Array.prototype].includes(Object.getPrototypeOf(value) as never)

const notPlain = (): never =>
  fail(
    'invalid-request',
    'The request holds something other than plain data. Reload the window and try again.',
  )
