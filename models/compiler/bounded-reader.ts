/** Sequential little-endian reading of an untrusted header, in windows, with every length checked first. */
import type { ByteSource } from '../core/bytes.ts'
import { fail } from '../core/failure.ts'
import { decodeUtf8 } from './utf8.ts'

const windowBytes = 1024 ** 2

export class BoundedReader {
  readonly #source: ByteSource
  readonly #end: number
  #offset = 0
  #window: Uint8Array = new Uint8Array(0)
  #view: DataView = new DataView(new ArrayBuffer(0))
  #windowStart = 0

  /** @param limit bytes of the source that may be read at most */
  constructor(source: ByteSource, limit: number) {
    this.#source = source
    this.#end = Math.min(source.size, limit)
  }

  get offset(): number {
    return this.#offset
  }

  get remaining(): number {
    return this.#end - this.#offset
  }

  u8(field: string): number {
    const at = this.#take(1, field)
    return this.#view.getUint8(at)
  }
  i8(field: string): number {
    const at = this.#take(1, field)
    return this.#view.getInt8(at)
  }
  u16(field: string): number {
    const at = this.#take(2, field)
    return this.#view.getUint16(at, true)
  }
  i16(field: string): number {
    const at = this.#take(2, field)
    return this.#view.getInt16(at, true)
  }
  u32(field: string): number {
    const at = this.#take(4, field)
    return this.#view.getUint32(at, true)
  }
  i32(field: string): number {
    const at = this.#take(4, field)
    return this.#view.getInt32(at, true)
  }
  f32(field: string): number {
    const at = this.#take(4, field)
    return this.#view.getFloat32(at, true)
  }
  f64(field: string): number {
    const at = this.#take(8, field)
    return this.#view.getFloat64(at, true)
  }

  /** An unsigned 64-bit number; one that no size can have is refused. */
  u64(field: string): number {
    const at = this.#take(8, field)
    // Two halves: a bigint for each of a vocabulary's lengths is slow.
    const value = this.#view.getUint32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true)
    return Number.isSafeInteger(value) ? value : damaged(field, 'is impossibly large')
  }

  i64(field: string): number {
    const at = this.#take(8, field)
    const value = this.#view.getBigInt64(at, true)
    const number = Number(value)
    if (!Number.isSafeInteger(number)) damaged(field, 'is impossibly large')
    return number
  }

  /** A 64-bit count that is at most `limit` and whose items, of at least `itemBytes`, can be in the file. */
  count(field: string, limit: number, itemBytes: number): number {
    const count = this.u64(field)
    if (count > limit || count * itemBytes > this.remaining)
      damaged(field, `says ${count}, more than can be there`)
    return count
  }

  /** A length-prefixed UTF-8 string. */
  text(field: string, limit: number): string {
    const length = this.count(field, limit, 1)
    if (length === 0) return ''
    const at = this.#take(length, field)
    return decodeUtf8(this.#window.subarray(at, at + length)) ?? damaged(field, 'is not valid text')
  }

  bytes(length: number, field: string): Uint8Array {
    const at = this.#take(length, field)
    return this.#window.slice(at, at + length)
  }

  /** Makes the next `length` bytes available and returns their place in the window. */
  #take(length: number, field: string): number {
    if (length > this.remaining) damaged(field, 'is cut off: the file ends early')
    const start = this.#offset - this.#windowStart
    this.#offset += length
    if (start + length <= this.#window.length) return start
    this.#windowStart = this.#offset - length
    const size = Math.min(Math.max(length, windowBytes), this.#end - this.#windowStart)
    this.#window = this.#source.read(this.#windowStart, size)
    this.#view = new DataView(this.#window.buffer, this.#window.byteOffset, this.#window.byteLength)
    return 0
  }
}

/** Refuses a damaged model file, naming the part that is wrong. */
export function damaged(field: string, what: string): never {
  return fail(
    'model-invalid',
    `The model file is damaged or not what it says: ${shown(field)} ${what}. Copy or download the file again.`,
    { field: shown(field) },
  )
}

/** Refuses a sound model that this version cannot run, naming why. */
export function unsupported(field: string, what: string): never {
  return fail(
    'model-unsupported',
    `This model cannot be used: ${shown(field)} ${what}. Choose a SmolLM2, Llama 3, Qwen 2.5 or Qwen 3 model as GGUF (F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q4_K, Q5_K, Q6_K) or safetensors.`,
    { field: shown(field) },
  )
}

export function tooLarge(field: string, what: string): never {
  return fail('model-too-large', `This model is too large: ${shown(field)} ${what}. Choose a smaller one.`, {
    field: shown(field),
  })
}

// Names come from untrusted files: they are cut and freed of control characters before anyone sees them.
function shown(text: string): string {
  const clean = text.replace(/[\p{C}]/gu, '?')
  return clean.length > 120 ? `${clean.slice(0, 120)}...` : clean
}
