/** Every wording of the knowledge base as a vector, so that a patient's own words can be compared with all. */
import { fail } from '../../core/failure.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { Finding } from '../../knowledge/schema.ts'
import type { FindingHead, FindingShare } from './finding-head.ts'

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

/** How much likelier an answer is about what was asked than the same words elsewhere. */
const askedOdds = 5

export class FindingIndex {
  readonly #head: FindingHead
  readonly #wordings: readonly Wording[]
  readonly #vectors: Float32Array
  readonly #width: number
  readonly #byFinding = new Map<string, number[]>()

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
  }

  /**
   * What the words may say of each finding that a patient can tell.
   *
   * @param asked findings that the question before was about: answers are drawn to them
   */
  read(vector: Float32Array, asked: ReadonlySet<string> = new Set()): readonly FindingShare[] {
    const shares = this.#head.shares(vector)
    if (asked.size === 0) return shares
    const odds = (finding: string): number => (asked.has(finding) ? askedOdds : 1)
    const total = shares.reduce(
      (sum, { finding, share, denied }) => sum + (odds(finding) - 1) * (share + denied),
      1,
    )
    return shares.map(({ finding, share, denied }) => ({
      finding,
      share: (odds(finding) * share) / total,
      denied: (odds(finding) * denied) / total,
    }))
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
