/**
 * Reads what a patient or a result says into findings of the knowledge base, with how sure that is and
 * the words it rests on. Polarity words decide where they stand; otherwise the nearest wordings do.
 */
import type { SentenceEncoder } from '../../embedding/sentence-encoder.ts'
import type { Mention } from '../../knowledge/belief.ts'
import { applies, type KnowledgeBase, type Person } from '../../knowledge/knowledge-base.ts'
import type { Finding } from '../../knowledge/schema.ts'
import type { FindingIndex } from './finding-index.ts'
import { measuredFindings } from './measurements.ts'
import { clauses, denies, isBare, openingPolarity } from './polarity.ts'

export interface FindingReading {
  readonly finding: string
  readonly present: boolean
  /** 0..1, as `Evidence` takes it. */
  readonly certainty: number
  /** The words that say so. */
  readonly quote: string
}

export interface ReaderLimits {
  /** Similarity from which a sentence may name a finding nobody asked about. */
  readonly volunteered: number
  /** The same for the complaint, which is all there is at first. */
  readonly complaint: number
  /** By how much yes must come nearer than no, or the other way round. */
  readonly margin: number
  /** Similarity from which an examination's or test's words state a result. */
  readonly result: number
}

export const readerLimits: ReaderLimits = { volunteered: 0.7, complaint: 0.6, margin: 0.03, result: 0.55 }

const normalWords =
  /\b(?:normal|unremarkable|nil|negative|clear|no abnormalit\w*|within normal|not raised|nothing abnormal|satisfactory)\b/i

/** 0.5 at the limit, 0.95 at a near-exact match. */
const certaintyOf = (similarity: number, limit: number): number =>
  Math.min(0.95, 0.5 + (0.45 * (similarity - limit)) / Math.max(0.05, 0.92 - limit))

export class FindingReader {
  readonly #base: KnowledgeBase
  readonly #index: FindingIndex
  readonly #encoder: SentenceEncoder
  readonly #limits: ReaderLimits

  constructor(
    base: KnowledgeBase,
    index: FindingIndex,
    encoder: SentenceEncoder,
    limits: ReaderLimits = readerLimits,
  ) {
    this.#base = base
    this.#index = index
    this.#encoder = encoder
    this.#limits = limits
  }

  /** The findings that a question asks about, nearest first. */
  async askedAbout(question: string, most = 3): Promise<readonly string[]> {
    const [vector] = await this.#encoder.encode([question])
    if (!vector) return []
    return this.#index
      .nearest(vector, most, ['ask'])
      .filter(({ similarity, wording }) => {
        const finding = this.#base.findings.get(wording.finding)
        return similarity > 0.62 && finding !== undefined && !('order' in finding)
      })
      .map(({ wording }) => wording.finding)
  }

  /** What somebody says unasked: the complaint, or an answer that tells more than the question wanted. */
  async volunteered(
    text: string,
    person: Person,
    limit = this.#limits.volunteered,
  ): Promise<readonly FindingReading[]> {
    const parts = clauses(text).filter((clause) => !isBare(clause))
    const vectors = await this.#encoder.encode(parts)
    const readings = new Map<string, FindingReading>()
    for (const [at, vector] of vectors.entries()) {
      const quote = parts[at]!
      for (const { wording, similarity } of this.#index.nearest(vector, 4, ['yes', 'no'])) {
        if (similarity < limit) continue
        const finding = this.#base.findings.get(wording.finding)
        if (!finding || 'order' in finding || !applies(finding, person)) continue
        const sides = this.#index.sides(finding.id, vector)
        const present = sides.yes >= sides.no
        if (Math.abs(sides.yes - sides.no) < this.#limits.margin) continue
        // A denial near a wording that denies nothing names the finding only to say it is not there.
        const against = present && denies(quote) && !denies(wording.text)
        this.#keep(readings, {
          finding: finding.id,
          present: present && !against,
          certainty: certaintyOf(similarity, limit) * (against ? 0.6 : 1),
          quote,
        })
      }
    }
    return [...readings.values()]
  }

  /**
   * What the words may mean, clause by clause: each affirmed clause as a mention of one finding or none.
   * The finding that a question was about is read by `answer` and left out here.
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

  /** The opening complaint. */
  complaint(text: string, person: Person): Promise<readonly FindingReading[]> {
    return this.volunteered(text, person, this.#limits.complaint)
  }

  /**
   * An answer to a question about known findings, and what it tells besides.
   *
   * @param asked findings that the question is about
   */
  async answer(asked: readonly string[], answer: string, person: Person): Promise<readonly FindingReading[]> {
    const readings = new Map<string, FindingReading>()
    for (const reading of await this.volunteered(answer, person)) this.#keep(readings, reading)
    const parts = clauses(answer)
    const vectors = await this.#encoder.encode(parts)
    const opening = openingPolarity(answer)
    for (const id of asked) {
      const sides = vectors.map((vector) => this.#index.sides(id, vector))
      const yes = Math.max(-1, ...sides.map((side) => side.yes))
      const no = Math.max(-1, ...sides.map((side) => side.no))
      const decided = this.#decide(opening, answer, yes, no)
      if (decided) readings.set(id, { finding: id, ...decided, quote: answer })
    }
    return [...readings.values()]
  }

  /**
   * What an examination or test shows.
   *
   * @param expected the findings that were ordered; for these a normal result speaks against
   */
  async result(
    expected: readonly string[],
    text: string,
    person: Person,
  ): Promise<readonly FindingReading[]> {
    const readings = new Map<string, FindingReading>()
    for (const { finding, present } of measuredFindings(text, person.age))
      readings.set(finding, { finding, present, certainty: 0.97, quote: text })
    const parts = clauses(text.replace(/^[^:]{2,40}:\s*/gm, ''))
    const vectors = await this.#encoder.encode(parts)
    for (const [at, vector] of vectors.entries()) {
      for (const { wording, similarity } of this.#index.nearest(vector, 6, ['yes'])) {
        const finding = this.#base.findings.get(wording.finding)
        if (!finding || !('order' in finding) || similarity < this.#limits.result) continue
        const sides = this.#index.sides(finding.id, vector)
        if (sides.yes < sides.no + this.#limits.margin) continue
        if (denies(parts[at]!) && !denies(wording.text)) continue
        if (normalWords.test(parts[at]!) && !normalWords.test(wording.text)) continue
        this.#keep(readings, {
          finding: finding.id,
          present: true,
          certainty: certaintyOf(similarity, this.#limits.result),
          quote: parts[at]!,
        })
      }
    }
    const normal = normalWords.test(text)
    for (const id of expected) {
      if (readings.has(id)) continue
      const best = vectors.map((vector) => this.#index.sides(id, vector))
      const yes = Math.max(-1, ...best.map((side) => side.yes))
      const no = Math.max(-1, ...best.map((side) => side.no))
      const against = no > yes ? Math.max(0.6, certaintyOf(no, this.#limits.result)) : normal ? 0.75 : 0.5
      readings.set(id, { finding: id, present: false, certainty: Math.min(0.92, against), quote: text })
    }
    return [...readings.values()]
  }

  /** The findings whose result an order brings, by the order's name. */
  findingsOfOrder(order: string): readonly Finding[] {
    return [...this.#base.findings.values()].filter(
      (finding) => 'order' in finding && finding.order.toLowerCase() === order.toLowerCase(),
    )
  }

  #decide(
    opening: ReturnType<typeof openingPolarity>,
    answer: string,
    yes: number,
    no: number,
  ): { readonly present: boolean; readonly certainty: number } | null {
    const lead = yes - no
    if (opening === 'unsure') return null
    if (opening === 'yes') return { present: true, certainty: lead < -0.2 && no > 0.7 ? 0.55 : 0.95 }
    if (opening === 'no') {
      // "No, it's worse lying down" answers another question than the one that a yes is near to.
      if (yes > 0.8 && lead > 0.15) return { present: true, certainty: 0.7 }
      return { present: false, certainty: 0.93 }
    }
    const nearest = Math.max(yes, no)
    if (nearest > 0.45 && Math.abs(lead) > this.#limits.margin)
      return { present: lead > 0, certainty: Math.min(0.93, 0.55 + Math.abs(lead) + (nearest - 0.45) / 2) }
    if (denies(answer)) return { present: false, certainty: 0.7 }
    return nearest > 0.3 ? { present: true, certainty: 0.6 } : null
  }

  #keep(readings: Map<string, FindingReading>, reading: FindingReading): void {
    const known = readings.get(reading.finding)
    if (!known || known.certainty < reading.certainty) readings.set(reading.finding, reading)
  }
}
