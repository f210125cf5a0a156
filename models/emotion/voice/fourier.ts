/** The fast Fourier transform of the voice front end: one power-of-two length, planned once. */

export interface FourierPlan {
  /** Number of samples, a power of two. */
  readonly length: number
  /** X[k] of complex samples, k = 0..length-1, written over them. */
  transform(real: Float64Array, imaginary: Float64Array): void
  /** |X[k]|² for k = 0..length/2 of `samples` (real, exactly `length` of them), written to `power`. */
  powerSpectrum(samples: Float64Array, power: Float64Array): void
}

/**
 * Iterative radix-2 transform (Cooley and Tukey 1965) in double precision.
 *
 * @throws RangeError when `length` is not a power of two of at least 2.
 */
export function fourierPlan(length: number): FourierPlan {
  if (length < 2 || (length & (length - 1)) !== 0)
    throw new RangeError(`A transform of ${length} samples is not a power of two.`)
  const bits = Math.log2(length)
  const reversed = Uint32Array.from({ length }, (_, index) => {
    let out = 0
    for (let bit = 0; bit < bits; bit++) out |= ((index >> bit) & 1) << (bits - 1 - bit)
    return out
  })
  const cosine = Float64Array.from({ length: length / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / length))
  const sine = Float64Array.from({ length: length / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / length))
  const real = new Float64Array(length)
  const imaginary = new Float64Array(length)

  /** @param re and `im` in reversed order of bits */
  function butterflies(re: Float64Array, im: Float64Array): void {
    for (let half = 1; half < length; half *= 2) {
      const stride = length / (2 * half)
      for (let start = 0; start < length; start += 2 * half)
        for (let k = 0; k < half; k++) {
          const upper = start + k
          const lower = upper + half
          const c = cosine[k * stride]!
          const s = sine[k * stride]!
          const x = re[lower]! * c - im[lower]! * s
          const y = re[lower]! * s + im[lower]! * c
          re[lower] = re[upper]! - x
          im[lower] = im[upper]! - y
          re[upper] = re[upper]! + x
          im[upper] = im[upper]! + y
        }
    }
  }

  return {
    length,
    transform(re, im) {
      for (let index = 0; index < length; index++) {
        const other = reversed[index]!
        if (other <= index) continue
        const x = re[index]!
        re[index] = re[other]!
        re[other] = x
        const y = im[index]!
        im[index] = im[other]!
        im[other] = y
      }
      butterflies(re, im)
    },
    powerSpectrum(samples, power) {
      for (let index = 0; index < length; index++) real[index] = samples[reversed[index]!]!
      imaginary.fill(0)
      butterflies(real, imaginary)
      for (let k = 0; k <= length / 2; k++) power[k] = real[k]! ** 2 + imaginary[k]! ** 2
    },
  }
}
