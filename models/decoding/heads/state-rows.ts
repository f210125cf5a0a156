/** The target's last states of a conversation's tokens, one row each: what draft heads guess from. */

/** Rows by which the buffer grows. */
const bucket = 128

export class StateRows {
  readonly width: number
  #rows = new Float32Array(0)
  #length = 0

  /** @param width numbers per row, d */
  constructor(width: number) {
    this.width = width
  }

  get length(): number {
    return this.#length
  }

  get bytes(): number {
    return this.#rows.byteLength
  }

  /**
   * Appends rows of what a step computed.
   *
   * @param states [S, d]
   * @param accepted rows of S to keep, in order; without it all
   */
  append(states: Float32Array, accepted?: readonly number[]): void {
    const { width } = this
    const count = accepted?.length ?? states.length / width
    this.#reserve(this.#length + count)
    if (accepted)
      accepted.forEach((row, index) =>
        this.#rows.set(states.subarray(row * width, (row + 1) * width), (this.#length + index) * width),
      )
    else this.#rows.set(states, this.#length * width)
    this.#length += count
  }

  /** Rows [first, first + count), [count, d], without a copy: valid until the next change. */
  rows(first: number, count: number): Float32Array {
    if (first < 0 || first + count > this.#length)
      throw new RangeError(`rows ${first}+${count} of ${this.#length}`)
    return this.#rows.subarray(first * this.width, (first + count) * this.width)
  }

  truncate(length: number): void {
    if (length > this.#length) throw new RangeError(`cannot cut ${this.#length} rows to ${length}`)
    this.#length = length
  }

  #reserve(rows: number): void {
    if (rows * this.width <= this.#rows.length) return
    const grown = new Float32Array(Math.ceil(rows / bucket) * bucket * this.width)
    grown.set(this.#rows.subarray(0, this.#length * this.width))
    this.#rows = grown
  }
}
