/** What a patient's own words may name among the findings of the knowledge base. */
import type { SentenceEncoder } from '../../embedding/sentence-encoder.ts'
import type { Mention } from '../../knowledge/belief.ts'
import { applies, type KnowledgeBase, type Person } from '../../knowledge/knowledge-base.ts'
import type { FindingIndex } from './finding-index.ts'
import { clauses, denies, isBare } from './polarity.ts'

/** Findings that one clause may come near to. */
const mostNear = 40

export class FindingReader {
  readonly #base: KnowledgeBase
  readonly #index: FindingIndex
  readonly #encoder: SentenceEncoder

  constructor(base: KnowledgeBase, index: FindingIndex, encoder: SentenceEncoder) {
    this.#base = base
    this.#index = index
    this.#encoder = encoder
  }

  /**
   * How near the words come to each finding, the best of their clauses, 0..1; what is nowhere near is left out.
   *
   * @returns null where nothing but a bare yes or no is said
   */
  async nearness(text: string): Promise<ReadonlyMap<string, number> | null> {
    const parts = clauses(text).filter((clause) => !isBare(clause))
    if (parts.length === 0) return null
    const near = new Map<string, number>()
    for (const vector of await this.#encoder.encode(parts))
      for (const { finding, share } of this.#index.named(vector, mostNear))
        near.set(finding, Math.max(near.get(finding) ?? 0, share))
    return near
  }

  /**
   * What the words may mean, clause by clause: each affirmed clause as a mention of one finding or none.
   * Findings in `except` are known otherwise and left out.
   */
  async mentions(text: string, person: Person, except: ReadonlySet<string>): Promise<readonly Mention[]> {
    const parts = clauses(text).filter((clause) => !isBare(clause))
    const vectors = await this.#encoder.encode(parts)
    return vectors.flatMap((vector, at) => {
      const named = this.#index.named(vector, 12).filter(({ finding: id }) => {
        const finding = this.#base.findings.get(id)
        return finding !== undefined && applies(finding, person) && !except.has(id)
      })
      const best = named[0]
      if (!best) return []
      // A denial names a finding only when that finding's own words deny something ("I cannot lie still").
      if (
        denies(parts[at]!) &&
        this.#index.sides(best.finding, vector).no > this.#index.sides(best.finding, vector).yes - 0.1
      )
        return []
      return [{ shares: named }]
    })
  }
}
