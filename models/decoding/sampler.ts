/**
 * Chooses the next token from logits: greedily, or by temperature and nucleus (top-p, Holtzman et al.
 * 2020, section 3.1) with seeded randomness. Nothing here sorts the vocabulary: a histogram of the
 * logits finds the nucleus, and only the bucket at its edge is sorted.
 */
import { seededRandom, type Random } from '../core/random.ts'
import type { Sampling } from './language-model.ts'

/** Logits below the largest by this many (after temperature) weigh less than e^-40 and never matter. */
const spread = 40
const buckets = 1024

export class Sampler {
  readonly #temperature: number
  readonly #topP: number
  readonly #random: Random
  readonly #mass = new Float64Array(buckets + 1)
  #weights = new Float32Array(0)

  /** One sampler per generation: its stream of random numbers starts at the seed. */
  constructor(sampling: Sampling) {
    this.#temperature = sampling.temperature
    this.#topP = sampling.topP
    this.#random = seededRandom(sampling.seed)
  }

  /** Whether only the largest logit matters, so that the others need not be fetched. */
  get greedy(): boolean {
    return this.#temperature === 0
  }

  /**
   * Draws one token. Uses exactly one random number unless greedy.
   *
   * @param logits [V]; NaN is treated as minus infinity
   */
  choose(logits: Float32Array): number {
    const best = largest(logits)
    if (this.greedy) return best
    const draw = this.#random.uniform()
    const weights = this.#weigh(logits, logits[best]!)
    const { floor, ties, total } = this.#nucleus(weights)
    let left = draw * total
    let last = best
    for (let id = 0; id < weights.length; id++) {
      const weight = weights[id]!
      if (weight < floor || weight === 0) continue
      if (weight === floor && !ties.has(id)) continue
      last = id
      left -= weight
      if (left < 0) return id
    }
    // Rounding may leave a sliver; it belongs to the last token of the nucleus.
    return last
  }

  /** The distribution that `choose` draws from; valid until the next call of either. */
  odds(logits: Float32Array): { readonly chance: (token: number) => number; readonly entropy: number } {
    const weights = this.#weigh(logits, logits[largest(logits)]!)
    const { floor, ties, total } = this.#nucleus(weights)
    const chance = (token: number): number => {
      const weight = weights[token]!
      return weight < floor || (weight === floor && floor > 0 && !ties.has(token)) ? 0 : weight / total
    }
    let entropy = 0
    for (let token = 0; token < weights.length; token++) {
      const p = weights[token]! < floor ? 0 : chance(token)
      if (p > 0) entropy -= p * Math.log(p)
    }
    return { chance, entropy }
  }

  /** Unnormalised probabilities exp((x - max) / T), [V]. */
  #weigh(logits: Float32Array, top: number): Float32Array {
    if (this.#weights.length !== logits.length) this.#weights = new Float32Array(logits.length)
    const scale = 1 / this.#temperature
    for (let id = 0; id < logits.length; id++) {
      const below = (logits[id]! - top) * scale
      this.#weights[id] = below > -spread ? Math.exp(below) : 0
    }
    return this.#weights
  }

  /**
   * The smallest set of tokens, likeliest first and lower ids first among equals, whose probability
   * reaches top-p: everything above `floor`, and `ties` of those exactly at it.
   */
  #nucleus(weights: Float32Array): { floor: number; ties: ReadonlySet<number>; total: number } {
    let sum = 0
    for (let id = 0; id < weights.length; id++) sum += weights[id]!
    if (this.#topP >= 1) return { floor: 0, ties: new Set(), total: sum }
    // Whatever is outside the tokens before t holds more than 1 - p and is no likelier than t, so a
    // token of the nucleus cannot be rarer than this. It spares the logarithm of nearly all tokens.
    const rarest = ((1 - this.#topP) * sum) / weights.length
    const mass = this.#mass.fill(0)
    for (let id = 0; id < weights.length; id++) {
      const weight = weights[id]!
      if (weight >= rarest && weight > 0) mass[bucketOf(weight)]! += weight
    }
    const wanted = this.#topP * sum
    let total = 0
    let edge = 0
    while (edge < buckets && total + mass[edge]! < wanted) total += mass[edge++]!

    const inEdge: number[] = []
    for (let id = 0; id < weights.length; id++) {
      const weight = weights[id]!
      if (weight >= rarest && weight > 0 && bucketOf(weight) === edge) inEdge.push(id)
    }
    if (inEdge.length === 0) return { floor: rarest, ties: new Set(), total }
    inEdge.sort((a, b) => weights[b]! - weights[a]! || a - b)
    let floor = Infinity
    const ties = new Set<number>()
    for (const id of inEdge) {
      const weight = weights[id]!
      if (weight !== floor) ties.clear()
      floor = weight
      ties.add(id)
      total += weight
      if (total >= wanted) break
    }
    return { floor, ties, total }
  }
}

/** Bucket 0 holds the largest weights; the scale is logarithmic and monotone. */
function bucketOf(weight: number): number {
  return Math.min(buckets, Math.floor(-Math.log(weight) * (buckets / spread)))
}

/** Index of the largest number, the first among equals; 0 when there is none. */
export function largest(values: Float32Array): number {
  let best = 0
  let top = -Infinity
  for (let id = 0; id < values.length; id++) {
    if (values[id]! > top) {
      top = values[id]!
      best = id
    }
  }
  return best
}
