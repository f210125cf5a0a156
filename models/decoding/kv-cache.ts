/**
 * The keys and values of one conversation: what attention has computed of the tokens so far.
 *
 * Per layer a key buffer [Hkv, D, P], transposed so that the query product reads rows, and a value
 * buffer [Hkv, P, D], both float32. P, the capacity, grows in buckets so that the cost of a step
 * follows the text and not the longest context. Rows beyond `length` are zeros.
 */
export interface KvShape {
  readonly layers: number
  /** Key/value heads, Hkv. */
  readonly kvHeads: number
  /** Width of one head, D. */
  readonly headWidth: number
  /** Most rows the model can attend to. */
  readonly contextTokens: number
}

/** Rows by which the capacity grows: a step reads them all, filled or not, and growing copies them all. */
export const kvBucket = 128

/** Bytes that `rows` rows of capacity take. */
export const kvBytes = (shape: KvShape, rows: number): number =>
  rows * shape.layers * shape.kvHeads * shape.headWidth * 2 * Float32Array.BYTES_PER_ELEMENT

export class KvCache {
  readonly shape: KvShape
  #capacity = 0
  #length = 0
  readonly #keys: Float32Array[]
  readonly #values: Float32Array[]

  constructor(shape: KvShape) {
    this.shape = shape
    this.#keys = Array.from({ length: shape.layers }, () => new Float32Array(0))
    this.#values = Array.from({ length: shape.layers }, () => new Float32Array(0))
  }

  /** Rows held. */
  get length(): number {
    return this.#length
  }

  /** Rows the buffers have room for, P. */
  get capacity(): number {
    return this.#capacity
  }

  /** Bytes of the buffers. */
  get bytes(): number {
    return kvBytes(this.shape, this.#capacity)
  }

  /** Layer's keys, [Hkv, D, P]. The same array until the capacity changes. */
  keys(layer: number): Float32Array {
    return this.#keys[layer]!
  }

  /** Layer's values, [Hkv, P, D]. The same array until the capacity changes. */
  values(layer: number): Float32Array {
    return this.#values[layer]!
  }

  /**
   * Makes room for `rows` rows in all. Layers are moved one after the other, so that never more than
   * one of them exists twice.
   *
   * @param rows at most `contextTokens`; a RangeError beyond
   */
  reserve(rows: number): void {
    const { kvHeads, headWidth, contextTokens } = this.shape
    if (rows > contextTokens) throw new RangeError(`${rows} rows leave a context of ${contextTokens}`)
    if (rows <= this.#capacity) return
    const old = this.#capacity
    const grown = Math.min(Math.ceil(rows / kvBucket) * kvBucket, contextTokens)
    for (let layer = 0; layer < this.shape.layers; layer++) {
      const keys = new Float32Array(kvHeads * headWidth * grown)
      const oldKeys = this.keys(layer)
      for (let line = 0; line < kvHeads * headWidth; line++)
        keys.set(oldKeys.subarray(line * old, line * old + this.#length), line * grown)
      this.#keys[layer] = keys

      const values = new Float32Array(kvHeads * grown * headWidth)
      const oldValues = this.values(layer)
      for (let head = 0; head < kvHeads; head++) {
        const start = head * old * headWidth
        values.set(oldValues.subarray(start, start + this.#length * headWidth), head * grown * headWidth)
      }
      this.#values[layer] = values
    }
    this.#capacity = grown
  }

  /**
   * Appends rows of what a step computed, in the order given: all of them after plain decoding, the
   * accepted path after verifying a tree.
   *
   * @param newKeys per layer [Hkv, D, S]
   * @param newValues per layer [Hkv, S, D]
   * @param stepRows S
   * @param accepted rows of S to keep; without it all S
   */
  append(
    newKeys: readonly Float32Array[],
    newValues: readonly Float32Array[],
    stepRows: number,
    accepted?: readonly number[],
  ): void {
    const { layers, kvHeads, headWidth } = this.shape
    const count = accepted ? accepted.length : stepRows
    this.reserve(this.#length + count)
    for (let layer = 0; layer < layers; layer++) {
      const newKey = newKeys[layer]!
      const newValue = newValues[layer]!
      if (
        newKey.length !== kvHeads * headWidth * stepRows ||
        newValue.length !== kvHeads * headWidth * stepRows
      )
        throw new RangeError(`layer ${layer} did not return ${stepRows} rows`)
      if (accepted) this.#writeSome(layer, newKey, newValue, stepRows, accepted)
      else this.#writeAll(layer, newKey, newValue, stepRows)
    }
    this.#length += count
  }

  /** Forgets the rows from `length` on and leaves zeros there. Keeps the buffers. */
  truncate(length: number): void {
    if (length < 0 || length > this.#length)
      throw new RangeError(`cannot cut ${this.#length} rows to ${length}`)
    const { kvHeads, headWidth, layers } = this.shape
    const capacity = this.#capacity
    for (let layer = 0; layer < layers; layer++) {
      const keys = this.keys(layer)
      for (let line = 0; line < kvHeads * headWidth; line++)
        keys.fill(0, line * capacity + length, line * capacity + this.#length)
      const values = this.values(layer)
      for (let head = 0; head < kvHeads; head++)
        values.fill(0, (head * capacity + length) * headWidth, (head * capacity + this.#length) * headWidth)
    }
    this.#length = length
  }

  #writeAll(layer: number, newKey: Float32Array, newValue: Float32Array, rows: number): void {
    const { kvHeads, headWidth } = this.shape
    const capacity = this.#capacity
    const keys = this.keys(layer)
    const values = this.values(layer)
    const lines = kvHeads * headWidth
    if (rows === 1) {
      for (let line = 0, at = this.#length; line < lines; line++, at += capacity) keys[at] = newKey[line]!
    } else {
      for (let line = 0; line < lines; line++)
        keys.set(newKey.subarray(line * rows, (line + 1) * rows), line * capacity + this.#length)
    }
    for (let head = 0; head < kvHeads; head++) {
      values.set(
        newValue.subarray(head * rows * headWidth, (head + 1) * rows * headWidth),
        (head * capacity + this.#length) * headWidth,
      )
    }
  }

  #writeSome(
    layer: number,
    newKey: Float32Array,
    newValue: Float32Array,
    stepRows: number,
    accepted: readonly number[],
  ): void {
    const { kvHeads, headWidth } = this.shape
    const capacity = this.#capacity
    const keys = this.keys(layer)
    const values = this.values(layer)
    for (const [index, row] of accepted.entries()) {
      const at = this.#length + index
      for (let line = 0; line < kvHeads * headWidth; line++)
        keys[line * capacity + at] = newKey[line * stepRows + row]!
      for (let head = 0; head < kvHeads; head++) {
        const start = (head * stepRows + row) * headWidth
        values.set(newValue.subarray(start, start + headWidth), (head * capacity + at) * headWidth)
      }
    }
  }
}
