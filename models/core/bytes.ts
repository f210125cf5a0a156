/**
 * Random access to bytes that need not be in memory: a file, the parts of a split file, a buffer.
 * Reads past the end are an error of the caller and must be refused by the implementation.
 */
export interface ByteSource {
  /** Total length in bytes. */
  readonly size: number
  /** Reads exactly `length` bytes from `offset`. Synchronous: sources are local files or memory. */
  read(offset: number, length: number): Uint8Array
}

/** Where a compiler writes: strictly sequential, so that nothing is held in memory twice. */
export interface ByteSink {
  write(bytes: Uint8Array): void
}

export class MemorySource implements ByteSource {
  readonly #bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }
  get size(): number {
    return this.#bytes.length
  }
  read(offset: number, length: number): Uint8Array {
    if (!Number.isSafeInteger(offset) || offset < 0 || length < 0 || offset + length > this.size)
      throw new RangeError(`read of ${length} bytes at ${offset} leaves a source of ${this.size}`)
    return this.#bytes.subarray(offset, offset + length)
  }
}
