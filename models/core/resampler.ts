/**
 * Sound from a device's rate to another, as it streams in: windowed-sinc interpolation (Smith 1984) with a
 * Kaiser window. Flat within 0.05 dB up to 7/8 of the lower Nyquist frequency; aliases lie at least 80 dB
 * down. The result does not depend on the pieces in which the sound arrives.
 */

/** Zero crossings of the sinc on each side, counted at the lower of the two rates. */
const crossings = 48
/** Shape of the Kaiser window: about 90 dB of stop band. */
const kaiser = 9
/** Cut-off as a share of the lower Nyquist frequency: the middle of the transition band. */
const cutOff = 0.94

/** Modified Bessel function of the first kind, order 0, by its series. */
function bessel(x: number): number {
  let sum = 1
  let term = 1
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

export class Resampler {
  readonly #step: number
  /** Taps on each side, in samples of the input. */
  readonly #reach: number
  /** Weights for each phase of the output between two input samples. */
  readonly #phases: readonly Float64Array[]
  readonly #phaseStep: number
  #held: Float32Array
  /** Input position of `#held[0]`. */
  #start: number
  #outputs = 0

  /** @param from and `to` samples per second, whole numbers */
  constructor(from: number, to: number) {
    const common = divisor(from, to)
    const phases = to / common
    this.#step = from / to
    this.#phaseStep = from / common
    const bandwidth = cutOff * Math.min(1, to / from)
    this.#reach = Math.ceil(crossings / Math.min(1, to / from))
    const scale = bessel(kaiser)
    const reach = this.#reach
    this.#phases = Array.from({ length: phases }, (_, phase) => {
      const weights = Float64Array.from({ length: 2 * reach }, (_unused, tap) => {
        const distance = tap - reach + 1 - phase / phases
        const edge = distance / reach
        if (Math.abs(edge) >= 1) return 0
        const angle = Math.PI * bandwidth * distance
        const sinc = distance === 0 ? 1 : Math.sin(angle) / angle
        return (bandwidth * sinc * bessel(kaiser * Math.sqrt(1 - edge * edge))) / scale
      })
      // Each phase passes a steady level unchanged.
      const sum = weights.reduce((total, weight) => total + weight, 0)
      return weights.map((weight) => weight / sum)
    })
    // Silence before the first sample.
    this.#held = new Float32Array(reach - 1)
    this.#start = 1 - reach
  }

  /** The samples that can be made now; the newest wait for what comes after them. */
  push(samples: Float32Array): Float32Array {
    const joined = new Float32Array(this.#held.length + samples.length)
    joined.set(this.#held)
    joined.set(samples, this.#held.length)
    const reach = this.#reach
    const end = this.#start + joined.length
    const out: number[] = []
    const count = this.#phases.length
    for (;;) {
      const position = Math.floor((this.#outputs * this.#phaseStep) / count)
      if (position + reach >= end) break
      const weights = this.#phases[(this.#outputs * this.#phaseStep) % count]!
      const first = position - reach + 1 - this.#start
      let sum = 0
      for (let tap = 0; tap < 2 * reach; tap++) sum += weights[tap]! * joined[first + tap]!
      out.push(sum)
      this.#outputs += 1
    }
    const keepFrom = Math.floor(this.#outputs * this.#step) - reach + 1
    const drop = Math.max(0, Math.min(joined.length, keepFrom - this.#start))
    this.#held = joined.slice(drop)
    this.#start += drop
    return Float32Array.from(out)
  }

  /** What waited for samples that never came: silence follows the last one. */
  finish(): Float32Array {
    return this.push(new Float32Array(this.#reach + 1))
  }
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}
