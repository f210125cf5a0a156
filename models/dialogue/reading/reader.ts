/** What a patient's own words may tell or deny among the findings of the knowledge base. */
import type { SentenceEncoder } from '../../embedding/sentence-encoder.ts'
import type { Mention } from '../../knowledge/belief.ts'
import { applies, type KnowledgeBase, type Person } from '../../knowledge/knowledge-base.ts'
import type { FindingIndex } from './finding-index.ts'
import { clauses, isBare } from './polarity.ts'

/** Findings that one clause may mean. */
const mostMeant = 12
/** Share from which on a clause is taken to deny a finding. */
const surelyDenied = 0.5

export interface Mentioned {
  /** For each clause, which finding it may tell; what is missing to one is the chance that it tells none. */
  readonly told: readonly Mention[]
  /** Findings that a clause says are not there. */
  readonly denied: readonly string[]
}

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
   * How near the words come to telling each finding, the best of their clauses, 0..1.
   *
   * @returns null where nothing but a bare yes or no is said
   */
  async nearness(text: string): Promise<ReadonlyMap<string, number> | null> {
    const parts = clauses(text).filter((clause) => !isBare(clause))
    if (parts.length === 0) return null
    const near = new Map<string, number>()
    for (const vector of await this.#encoder.encode(parts))
      for (const { finding, share } of this.#index.read(vector))
        near.set(finding, Math.max(near.get(finding) ?? 0, share))
    return near
  }

  /**
   * What the words may mean, clause by clause.
   *
   * @param asked findings that the question before was about
   * @param except findings that are known otherwise and left out
   */
  async mentions(
    text: string,
    person: Person,
    asked: ReadonlySet<string>,
    except: ReadonlySet<string>,
  ): Promise<Mentioned> {
    const parts = clauses(text).filter((clause) => !isBare(clause))
    const open = (id: string): boolean => {
      const finding = this.#base.findings.get(id)
      return finding !== undefined && applies(finding, person) && !except.has(id)
    }
    const told: Mention[] = []
    const denied = new Set<string>()
    for (const vector of await this.#encoder.encode(parts)) {
      const read = this.#index.read(vector, asked).filter(({ finding }) => open(finding))
      const shares = read.toSorted((a, b) => b.share - a.share).slice(0, mostMeant)
      if (shares.length > 0) told.push({ shares: shares.map(({ finding, share }) => ({ finding, share })) })
      for (const each of read) if (each.denied >= surelyDenied) denied.add(each.finding)
    }
    return { told, denied: [...denied] }
  }
}
