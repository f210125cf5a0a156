/** Every wording of the knowledge base as a vector, so that a patient's own words can be compared with all. */
import { fail } from '../../core/failure.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { Finding } from '../../knowledge/schema.ts'
import type { FindingHead } from './finding-head.ts'

/** What a wording says about its finding; `ask` is the question for it. */
export type WordingSide = 'ask' | 'yes' | 'no' | 'vague'

export interface Wording {
  readonly finding: string
  readonly side: WordingSide
  readonly text: string
  /** Position among the wordings of its side: every fourth can be kept for evaluation. */
  readonly index: number
}

const sidesOf = (finding: Finding): readonly (readonly [WordingSide, readonly string[]])[] =>
  'order' in finding
    ? [
        ['ask', [finding.order]],
        ['yes', [finding.present]],
        ['no', [finding.absent]],
      ]
    : [
        ['ask', [finding.ask, finding.name]],
        ['yes', finding.yes],
        ['no', finding.no],
        ['vague', finding.vague],
      ]

/** All wordings, in the order in which their vectors are stored. */
export function wordingsOf(base: KnowledgeBase): readonly Wording[] {
  return [...base.findings.values()].flatMap((finding) =>
    sidesOf(finding).flatMap(([side, texts]) =>
      texts.map((text, index) => ({ finding: finding.id, side, text, index })),
    ),
  )
}

/** A unit vector as int8: its direction to about a thousandth, in a quarter of the bytes. */
export function packVector(vector: Float32Array): Int8Array {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12)
  return Int8Array.from(vector, (value) => Math.round((value / largest) * 127))
}

/** Similarity to the nearest centre at which words are as likely to name a finding as not. */
const namesFrom = 0.4
const namesWidth = 0.05

export class FindingIndex {
  readonly #head: FindingHead
  readonly #wordings: readonly Wording[]
  readonly #vectors: Float32Array
  readonly #width: number
  readonly #byFinding = new Map<string, number[]>()
  /** Mean direction of each patient finding's affirming wordings, unit length. */
  readonly #centres = new Map<string, Float32Array>()

  /**
   * @param packed one packed vector per wording of `wordingsOf(base)`, in its order
   * @param use which wordings may be compared with; all by default
   * @throws FailureError `resource-altered` when the vectors were made from other wordings
   */
  constructor(
    base: KnowledgeBase,
    packed: Int8Array,
    width: number,
    head: FindingHead,
    use: (wording: Wording) => boolean = () => true,
  ) {
    this.#head = head
    const all = wordingsOf(base)
    if (packed.length !== all.length * width)
      fail(
        'resource-altered',
        'The vectors of the knowledge base belong to other wordings. Make them again.',
        {
          file: 'knowledge-vectors',
          field: 'rows',
          reason: `${packed.length / width} rows for ${all.length} wordings`,
        },
      )
    const kept = all.flatMap((wording, row) => (use(wording) ? [row] : []))
    this.#wordings = kept.map((row) => all[row]!)
    this.#width = width
    this.#vectors = new Float32Array(kept.length * width)
    for (const [to, row] of kept.entries()) {
      const source = packed.subarray(row * width, (row + 1) * width)
      const norm = Math.hypot(...source)
      for (let at = 0; at < width; at++) this.#vectors[to * width + at] = source[at]! / norm
    }
    for (const [row, { finding }] of this.#wordings.entries()) {
      const rows = this.#byFinding.get(finding) ?? []
      rows.push(row)
      this.#byFinding.set(finding, rows)
    }
    for (const [finding, rows] of this.#byFinding) {
      const known = base.findings.get(finding)
      if (!known || 'order' in known) continue
      const centre = new Float32Array(width)
      for (const row of rows) {
        const { side } = this.#wordings[row]!
        if (side !== 'yes' && side !== 'ask') continue
        for (let at = 0; at < width; at++) centre[at]! += this.#vectors[row * width + at]!
      }
      const norm = Math.hypot(...centre)
      if (norm > 0)
        this.#centres.set(
          finding,
          centre.map((value) => value / norm),
        )
    }
  }

  /**
   * P(finding | words), most first. What is missing to one is the chance that the words name none: they name one where
   * they lie near to what some finding's wordings mean on average.
   */
  named(vector: Float32Array, most: number): readonly { readonly finding: string; readonly share: number }[] {
    let nearest = -1
    for (const centre of this.#centres.values()) {
      let cosine = 0
      for (let at = 0; at < this.#width; at++) cosine += centre[at]! * vector[at]!
      nearest = Math.max(nearest, cosine)
    }
    const namesOne = 1 / (1 + Math.exp(-(nearest - namesFrom) / namesWidth))
    return this.#head
      .shares(vector)
      .map(({ finding, share }) => ({ finding, share: namesOne * share }))
      .toSorted((a, b) => b.share - a.share)
      .slice(0, most)
  }

  /** How near a finding's wordings of each side come, the best of each; -1 where it has none. */
  sides(finding: string, vector: Float32Array): Readonly<Record<WordingSide, number>> {
    const best = { ask: -1, yes: -1, no: -1, vague: -1 }
    for (const row of this.#byFinding.get(finding) ?? []) {
      const { side } = this.#wordings[row]!
      best[side] = Math.max(best[side], this.#similarity(row, vector))
    }
    return best
  }

  #similarity(row: number, vector: Float32Array): number {
    let sum = 0
    const start = row * this.#width
    for (let at = 0; at < this.#width; at++) sum += this.#vectors[start + at]! * vector[at]!
    return sum
  }
}
