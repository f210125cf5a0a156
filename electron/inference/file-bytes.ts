/** Local files as the byte sources and sinks that models read and write. */
import { createHash } from 'node:crypto'
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import type { ByteSink, ByteSource } from '../../models/core/bytes.ts'
import type { Cancellation } from '../../models/core/cancellation.ts'
import { fail } from '../../models/core/failure.ts'
import { withDiskFailures, withReadFailures } from './disk-failures.ts'

/**
 * One file, or the parts of a split one in order, read on demand. Close it when done. Fails with `io` or
 * `not-found`.
 */
export class FileSource implements ByteSource, Disposable {
  readonly size: number
  readonly #parts: readonly { readonly descriptor: number; readonly start: number; readonly size: number }[]

  constructor(paths: readonly string[]) {
    const parts: { descriptor: number; start: number; size: number }[] = []
    let start = 0
    try {
      for (const path of paths) {
        const descriptor = withReadFailures(() => openSync(path, 'r'))
        const { size } = fstatSync(descriptor)
        parts.push({ descriptor, start, size })
        start += size
      }
    } catch (error) {
      for (const { descriptor } of parts) closeSync(descriptor)
      throw error
    }
    this.#parts = parts
    this.size = start
  }

  read(offset: number, length: number): Uint8Array {
    if (!Number.isSafeInteger(offset) || offset < 0 || length < 0 || offset + length > this.size)
      throw new RangeError(`read of ${length} bytes at ${offset} leaves a file of ${this.size}`)
    const bytes = new Uint8Array(length)
    let filled = 0
    for (const part of this.#parts) {
      const end = part.start + part.size
      while (filled < length && offset + filled >= part.start && offset + filled < end) {
        const at = offset + filled - part.start
        const wanted = Math.min(length - filled, part.size - at)
        const count = withReadFailures(() => readSync(part.descriptor, bytes, filled, wanted, at))
        if (count === 0) fail('io', 'A model file became shorter while it was read. Try again.')
        filled += count
      }
    }
    return bytes
  }

  [Symbol.dispose](): void {
    for (const { descriptor } of this.#parts) closeSync(descriptor)
  }
}

/** A new file, written in order and hashed on the way. Fails with `disk-full` or `read-only`. */
export class FileSink implements ByteSink, Disposable {
  readonly #descriptor: number
  readonly #hash = createHash('sha256')
  #bytes = 0
  #open = true

  /** The file must not exist. */
  constructor(path: string) {
    this.#descriptor = withDiskFailures(() => openSync(path, 'wx', 0o600))
  }

  get bytes(): number {
    return this.#bytes
  }

  write(bytes: Uint8Array): void {
    withDiskFailures(() => {
      let at = 0
      while (at < bytes.length) at += writeSync(this.#descriptor, bytes, at)
    })
    this.#hash.update(bytes)
    this.#bytes += bytes.length
  }

  /** Makes what was written durable and closes; the SHA-256 of it, hex. */
  finish(): string {
    withDiskFailures(() => fsyncSync(this.#descriptor))
    this[Symbol.dispose]()
    return this.#hash.digest('hex')
  }

  [Symbol.dispose](): void {
    if (this.#open) closeSync(this.#descriptor)
    this.#open = false
  }
}

const chunkBytes = 4 * 1024 * 1024

/**
 * SHA-256 of a file, hex. Fails with `io` or `not-found`.
 *
 * @param onBytes bytes read since the last call
 */
export function hashFile(
  path: string,
  cancellation: Cancellation | null = null,
  onBytes: (count: number) => void = () => undefined,
): string {
  const hash = createHash('sha256')
  const descriptor = withReadFailures(() => openSync(path, 'r'))
  try {
    const chunk = new Uint8Array(chunkBytes)
    for (;;) {
      cancellation?.throwIfAborted()
      const count = withReadFailures(() => readSync(descriptor, chunk))
      if (count === 0) return hash.digest('hex')
      hash.update(chunk.subarray(0, count))
      onBytes(count)
    }
  } finally {
    closeSync(descriptor)
  }
}

/** Waits until a file's content is on the disk. */
export function syncFile(path: string): void {
  const descriptor = openSync(path, 'r+')
  try {
    withDiskFailures(() => fsyncSync(descriptor))
  } finally {
    closeSync(descriptor)
  }
}
