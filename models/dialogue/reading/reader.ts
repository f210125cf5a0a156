/** What a patient's own words may name among the findings of the knowledge base. */
import type { SentenceEncoder } from '../../embedding/sentence-encoder.ts'
import type { Mention } from '../../knowledge/belief.ts'
import { applies, type KnowledgeBase, type Person } from '../../knowledge/knowledge-base.ts'
import type { FindingIndex } from './finding-index.ts'
import { clauses, denies, isBare } from './polarity.ts'

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
