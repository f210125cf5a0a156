/**
 * A small transformer in plain TypeScript with seeded random weights: real attention over the real cache,
 * so that the loop around it can be tested without a runtime.
 */
import type { KvCache } from '../../models/decoding/kv-cache.ts'
import type { LanguageGraph, Step, StepResult } from '../../models/decoding/language-graph.ts'
import { seededRandom } from '../../models/core/random.ts'

const width = 8
const heads = 2
const headWidth = width / heads

type Matrix = readonly Float64Array[]

export class TinyDecoder implements LanguageGraph {
  readonly layers = 2
  readonly kvHeads = heads
  readonly headWidth = headWidth
  readonly contextTokens: number
  readonly vocabulary: number
  /** Calls so far, with the number of rows of each. */
  readonly calls: number[] = []
  readonly #embedding: Matrix
  readonly #weights: readonly { query: Matrix; key: Matrix; value: Matrix; out: Matrix }[]
  readonly #head: Matrix

  constructor(options: { seed?: number; vocabulary?: number; contextTokens?: number } = {}) {
    this.vocabulary = options.vocabulary ?? 64
    this.contextTokens = options.contextTokens ?? 2048
    const random = seededRandom(options.seed ?? 1)
    const matrix = (rows: number, columns: number): Matrix =>
      Array.from({ length: rows }, () =>
        Float64Array.from({ length: columns }, () => random.uniform() * 2 - 1),
      )
    this.#embedding = matrix(this.vocabulary, width)
    this.#weights = Array.from({ length: this.layers }, () => ({
      query: matrix(width, width),
      key: matrix(width, width),
      value: matrix(width, width),
      out: matrix(width, width),
    }))
    this.#head = matrix(this.vocabulary, width)
  }

  evaluate(step: Step, cache: KvCache): Promise<StepResult> {
    const rows = step.ids.length
    this.calls.push(rows)
    const positions = step.ids.map((_, row) => cache.length + (step.tree?.depths[row] ?? row))
    const sees = step.tree?.sees ?? ((row: number, other: number): boolean => other <= row)
    let states = step.ids.map((id, row) =>
      this.#embedding[id]!.map((x, i) => x + Math.sin(positions[row]! / (i + 1))),
    )
    const newKeys: Float32Array[] = []
    const newValues: Float32Array[] = []
    for (let layer = 0; layer < this.layers; layer++) {
      const { query, key, value, out } = this.#weights[layer]!
      const keys = states.map((state) => multiply(key, state))
      const values = states.map((state) => multiply(value, state))
      const newKey = new Float32Array(heads * headWidth * rows)
      const newValue = new Float32Array(heads * headWidth * rows)
      for (let row = 0; row < rows; row++)
        for (let i = 0; i < width; i++) {
          const head = Math.floor(i / headWidth)
          newKey[i * rows + row] = keys[row]![i]!
          newValue[(head * rows + row) * headWidth + (i % headWidth)] = values[row]![i]!
        }
      newKeys.push(newKey)
      newValues.push(newValue)
      states = states.map((state, row) => {
        const asked = multiply(query, state)
        const mixed = new Float64Array(width)
        for (let head = 0; head < heads; head++) {
          const first = head * headWidth
          const scores: number[] = []
          const sources: ((i: number) => number)[] = []
          for (let past = 0; past < cache.length; past++) {
            let score = 0
            for (let i = 0; i < headWidth; i++)
              score += asked[first + i]! * cache.keys(layer)[(first + i) * cache.capacity + past]!
            scores.push(score)
            sources.push((i) => cache.values(layer)[(head * cache.capacity + past) * headWidth + i]!)
          }
          for (let other = 0; other < rows; other++) {
            if (!sees(row, other)) continue
            let score = 0
            for (let i = 0; i < headWidth; i++)
              score += asked[first + i]! * Math.fround(keys[other]![first + i]!)
            scores.push(score)
            sources.push((i) => Math.fround(values[other]![first + i]!))
          }
          const top = Math.max(...scores)
          const shares = scores.map((score) => Math.exp(score - top))
          const total = shares.reduce((sum, share) => sum + share, 0)
          for (let i = 0; i < headWidth; i++)
            mixed[first + i] = shares.reduce((sum, share, at) => sum + share * sources[at]!(i), 0) / total
        }
        return multiply(out, mixed).map((x, i) => Math.tanh(x + state[i]!))
      })
    }
    const logits = new Float32Array(step.chooseAt.length * this.vocabulary)
    step.chooseAt.forEach((row, at) => logits.set(multiply(this.#head, states[row]!), at * this.vocabulary))
    const best = step.chooseAt.map((_, at) => {
      const own = logits.subarray(at * this.vocabulary, (at + 1) * this.vocabulary)
      return own.indexOf(Math.max(...own))
    })
    return Promise.resolve({
      best,
      logits: step.logits ? logits : null,
      states: step.states ? Float32Array.from(states.flatMap((state) => [...state])) : null,
      newKeys,
      newValues,
    })
  }
}

function multiply(matrix: Matrix, vector: ArrayLike<number>): Float64Array {
  return Float64Array.from(matrix, (row) => row.reduce((sum, x, i) => sum + x * vector[i]!, 0))
}
