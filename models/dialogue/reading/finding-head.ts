/**
 * A linear head over the sentence vector: which finding a patient's words tell or deny, or that they do neither. Trained
 * by models/training/reading, together with the encoder, on many more wordings than the knowledge base holds.
 */
import * as v from 'valibot'
import { expectWeights, parseHead } from '../head-form.ts'

const schema = v.object({
  /** In the order of the rows, first told and then denied; the last row stands for words that do neither. */
  findings: v.pipe(v.array(v.string()), v.minLength(1)),
  /** Length of a sentence vector. */
  width: v.pipe(v.number(), v.integer(), v.minValue(1)),
})

export interface FindingShare {
  readonly finding: string
  /** P(the words say that it is there), 0..1. */
  readonly share: number
  /** P(the words say that it is not), 0..1. */
  readonly denied: number
}

export class FindingHead {
  readonly #findings: readonly string[]
  readonly #width: number
  /** [2 findings + 1, width + 1], row-major: the weights and then the bias of each. */
  readonly #weights: Float32Array

  private constructor({ findings, width }: v.InferOutput<typeof schema>, weights: Float32Array) {
    this.#findings = findings
    this.#width = width
    this.#weights = weights
  }

  /** Fails with `resource-altered` where the description is not one or the weights do not fit it. */
  static parse(description: unknown, weights: Float32Array, file: string): FindingHead {
    const form = parseHead(schema, description, file)
    expectWeights(weights, (2 * form.findings.length + 1) * (form.width + 1), file)
    return new FindingHead(form, weights)
  }

  /**
   * P(the words tell a finding) and P(they deny it) for each; what is missing to one is the chance that they do neither.
   *
   * @param vector of unit length
   */
  shares(vector: Float32Array): readonly FindingShare[] {
    const row = this.#width + 1
    const logits = Array.from({ length: 2 * this.#findings.length + 1 }, (_, at) => {
      let sum = this.#weights[at * row + this.#width] ?? 0
      for (let column = 0; column < this.#width; column++)
        sum += (this.#weights[at * row + column] ?? 0) * (vector[column] ?? 0)
      return sum
    })
    const highest = Math.max(...logits)
    const weights = logits.map((logit) => Math.exp(logit - highest))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    return this.#findings.map((finding, at) => ({
      finding,
      share: (weights[at] ?? 0) / total,
      denied: (weights[this.#findings.length + at] ?? 0) / total,
    }))
  }
}
