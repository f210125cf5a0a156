/**
 * A linear head over the sentence vector: which finding a patient's words name, if they name one. Trained by
 * models/training/findings on many more wordings than the knowledge base holds.
 */
import * as v from 'valibot'
import { fail } from '../../core/failure.ts'

const schema = v.object({
  /** In the order of the rows. */
  findings: v.pipe(v.array(v.string()), v.minLength(1)),
  /** Length of a sentence vector. */
  width: v.pipe(v.number(), v.integer(), v.minValue(1)),
})

export class FindingHead {
  readonly #findings: readonly string[]
  readonly #width: number
  /** [findings, width + 1], row-major: the weights and then the bias of each. */
  readonly #weights: Float32Array

  private constructor({ findings, width }: v.InferOutput<typeof schema>, weights: Float32Array) {
    this.#findings = findings
    this.#width = width
    this.#weights = weights
  }

  /** Fails with `resource-altered` where the description is not one or the weights do not fit it. */
  static parse(description: unknown, weights: Float32Array, file: string): FindingHead {
    const parsed = v.safeParse(schema, description)
    if (!parsed.success) {
      const [issue] = parsed.issues
      return fail('resource-altered', `${file}: ${issue.message}. Install Consilium again.`, {
        file,
        field: v.getDotPath(issue) ?? '',
      })
    }
    const { findings, width } = parsed.output
    const expected = findings.length * (width + 1)
    if (weights.length !== expected)
      return fail(
        'resource-altered',
        `${file}: ${weights.length} weights where ${expected} belong. Install Consilium again.`,
        { file, field: 'weights' },
      )
    return new FindingHead(parsed.output, weights)
  }

  /**
   * P(finding | words) where they name one; all sum to 1.
   *
   * @param vector of unit length
   */
  shares(vector: Float32Array): readonly { readonly finding: string; readonly share: number }[] {
    const row = this.#width + 1
    const logits = this.#findings.map((_, at) => {
      let sum = this.#weights[at * row + this.#width] ?? 0
      for (let column = 0; column < this.#width; column++)
        sum += (this.#weights[at * row + column] ?? 0) * (vector[column] ?? 0)
      return sum
    })
    const highest = Math.max(...logits)
    const weights = logits.map((logit) => Math.exp(logit - highest))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    return this.#findings.map((finding, at) => ({ finding, share: (weights[at] ?? 0) / total }))
  }
}
