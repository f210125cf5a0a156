/**
 * What each clause of a record may say: a patient's by the trained head, where a question that was asked draws its answers
 * towards the findings that it is about; a report's by the set words that lie nearest.
 */
import type { SentenceEncoder } from '../../embedding/sentence-encoder.ts'
import { askedFindings } from '../../dialogue/guide/asked-findings.ts'
import type { FindingIndex } from '../../dialogue/reading/finding-index.ts'
import { clauses, isBare } from '../../dialogue/reading/polarity.ts'
import { applies, type KnowledgeBase, type Person } from '../../knowledge/knowledge-base.ts'
import type { RecordTurn } from '../question.ts'

export interface ReadShare {
  readonly finding: string
  readonly present: boolean
  /** P(this is what the clause says), 0..1; what is missing to one says nothing. */
  readonly share: number
}

export interface ReadClause {
  readonly text: string
  /** Number of the turn. */
  readonly turn: number
  readonly fromResult: boolean
  /** Falling; at most `mostShares`. */
  readonly shares: readonly ReadShare[]
}

/** Reports are written in set words: they are read where they nearly are the set words. */
const reportFrom = 0.85
const reportTrust = 0.95
const mostShares = 12
const leastShare = 0.02

/** Parts of a report that can be read on their own, without the name of what was examined. */
export const reportParts = (text: string): readonly string[] =>
  text.split(/\n+/).flatMap((line) => {
    const colon = line.indexOf(': ')
    return (colon > 0 ? line.slice(colon + 2) : line)
      .split(/(?<=[.;])\s+/)
      .filter((part) => /[\p{L}\d]/u.test(part))
  })

export class ClauseReader {
  readonly #base: KnowledgeBase
  readonly #index: FindingIndex
  readonly #encoder: SentenceEncoder
  readonly #askedAbout: (question: string) => readonly string[]

  /** @param askedAbout findings whose words a question holds */
  constructor(
    base: KnowledgeBase,
    index: FindingIndex,
    encoder: SentenceEncoder,
    askedAbout: (question: string) => readonly string[],
  ) {
    this.#base = base
    this.#index = index
    this.#encoder = encoder
    this.#askedAbout = askedAbout
  }

  async read(turns: readonly RecordTurn[], person: Person): Promise<readonly ReadClause[]> {
    const read: ReadClause[] = []
    let question = ''
    for (const { number, speaker, text } of turns) {
      if (speaker === 'doctor') {
        question = text
        continue
      }
      const fromResult = speaker === 'result'
      const parts = fromResult ? reportParts(text) : clauses(text).filter((clause) => !isBare(clause))
      const asked = fromResult ? new Set<string>() : askedFindings(question, this.#askedAbout(question))
      const vectors = await this.#encoder.encode(parts)
      for (const [at, part] of parts.entries()) {
        const vector = vectors[at]
        if (!vector) continue
        const shares = fromResult ? this.#reported(vector, person) : this.#spoken(vector, person, asked)
        read.push({ text: part, turn: number, fromResult, shares })
      }
    }
    return read
  }

  #spoken(vector: Float32Array, person: Person, asked: ReadonlySet<string>): readonly ReadShare[] {
    return this.#index
      .read(vector, asked)
      .filter(({ finding }) => this.#possible(finding, person))
      .flatMap(({ finding, share, denied }) => [
        { finding, present: true, share },
        { finding, present: false, share: denied },
      ])
      .filter(({ share }) => share >= leastShare)
      .toSorted((a, b) => b.share - a.share)
      .slice(0, mostShares)
  }

  #reported(vector: Float32Array, person: Person): readonly ReadShare[] {
    let best = { finding: '', present: false, cosine: reportFrom }
    for (const finding of this.#base.findings.values()) {
      if (!('order' in finding) || !applies(finding, person)) continue
      const { yes, no } = this.#index.sides(finding.id, vector)
      const cosine = Math.max(yes, no)
      if (cosine > best.cosine) best = { finding: finding.id, present: yes >= no, cosine }
    }
    return best.finding === '' ? [] : [{ finding: best.finding, present: best.present, share: reportTrust }]
  }

  #possible(id: string, person: Person): boolean {
    const finding = this.#base.findings.get(id)
    return finding !== undefined && applies(finding, person)
  }
}
