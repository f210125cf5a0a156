/**
 * Orthonormal mixing of channels: spreads a few large values over all of them, so that one scale serves
 * a whole row. The matrix is C x H (Kronecker): H the Hadamard matrix over the largest power of two that
 * divides the width, C the cosine basis (DCT-II) over the odd rest. Its product needs no more than
 * log2(power) + odd operations per number.
 */
export class Mixing {
  readonly width: number
  readonly #odd: number
  readonly #power: number
  /** C divided by sqrt(power), [odd, odd]. */
  readonly #cosine: Float64Array

  constructor(width: number) {
    this.width = width
    let odd = width
    while (odd % 2 === 0) odd /= 2
    this.#odd = odd
    this.#power = width / odd
    this.#cosine = cosineBasis(odd).map((value) => value / Math.sqrt(this.#power))
  }

  /** Replaces each `width` consecutive numbers x by x Q, in place. */
  rows(data: Float32Array): void {
    for (let start = 0; start < data.length; start += this.width) this.#mix(data, start, 1)
  }

  /** Replaces the matrix W, [width, inner] from `start`, by Q^T W, in place. */
  columns(data: Float32Array, inner: number, start = 0): void {
    this.#mix(data, start, inner)
  }

  /**
   * Q as two factors, for a graph that undoes or applies it: Q = left x right (Kronecker), both square,
   * row-major; `right` has at most 64 rows.
   */
  factors(): { readonly left: Float32Array; readonly right: Float32Array } {
    const size = Math.min(this.#power, 64)
    const right = new Float32Array(size * size)
    const rest = this.width / size
    const left = new Float32Array(rest * rest)
    const scale = 1 / Math.sqrt(size)
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) right[i * size + j] = scale * hadamardSign(i, j)
    const outer = this.#power / size
    // The cosines already carry 1 / sqrt(power) = 1 / sqrt(outer) / sqrt(size).
    for (let i = 0; i < rest; i++)
      for (let j = 0; j < rest; j++) {
        const cosine = this.#cosine[Math.floor(i / outer) * this.#odd + Math.floor(j / outer)]!
        left[i * rest + j] = cosine * Math.sqrt(size) * hadamardSign(i % outer, j % outer)
      }
    return { left, right }
  }

  #mix(data: Float32Array, start: number, inner: number): void {
    const power = this.#power
    for (let part = 0; part < this.#odd; part++) butterflies(data, start + part * power * inner, power, inner)
    this.#combine(data, start, inner)
  }

  /** Applies C across the odd parts. */
  #combine(data: Float32Array, start: number, inner: number): void {
    const odd = this.#odd
    const stride = this.#power * inner
    const cosine = this.#cosine
    const column = new Float64Array(odd)
    for (let at = start; at < start + stride; at++) {
      for (let i = 0; i < odd; i++) column[i] = data[at + i * stride]!
      for (let j = 0; j < odd; j++) {
        let sum = 0
        for (let i = 0; i < odd; i++) sum += column[i]! * cosine[i * odd + j]!
        data[at + j * stride] = sum
      }
    }
  }
}

/** Unscaled Hadamard product over `power` items of `inner` numbers each, in place. */
function butterflies(data: Float32Array, start: number, power: number, inner: number): void {
  for (let half = inner; half < power * inner; half *= 2) {
    for (let block = start; block < start + power * inner; block += 2 * half) {
      for (let i = block; i < block + half; i++) {
        const a = data[i]!
        const b = data[i + half]!
        data[i] = a + b
        data[i + half] = a - b
      }
    }
  }
}

/** Orthonormal, [size, size]: column j is the j-th cosine. */
function cosineBasis(size: number): Float64Array {
  const basis = new Float64Array(size * size)
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      const scale = Math.sqrt((j === 0 ? 1 : 2) / size)
      basis[i * size + j] = scale * Math.cos((Math.PI * (i + 0.5) * j) / size)
    }
  return basis
}

/** Entry of Sylvester's matrix: -1 where the bits that both indices share are odd in number. */
function hadamardSign(i: number, j: number): 1 | -1 {
  let shared = i & j
  let sign: 1 | -1 = 1
  while (shared !== 0) {
    if (shared & 1) sign = sign === 1 ? -1 : 1
    shared >>>= 1
  }
  return sign
}
