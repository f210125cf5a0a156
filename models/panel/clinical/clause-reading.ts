/**
 * What each clause of a record may say, by the wordings of the knowledge base that lie nearest in sentence
 * vectors. A question that was asked draws its answers towards the findings that it is about.
 */
import type { SentenceEncoder } from '../../embedding/sentence-encoder.ts'
import { themesIn } from '../../dialogue/guide/listed-themes.ts'
import { questionsIn } from '../../dialogue/guide/questions.ts'
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

/** Fitted on training persons: the inverse temperature of cosines, and what a question adds to them. */
const sharpness = 12
const drawn = 0.2
/** Cosine at which a clause is as likely to name a finding as not. */
const namesFrom = 0.45
const namesWidth = 0.05
/** Reports are written in set words: they are read where they nearly are the set words. */
const reportFrom = 0.85
const reportTrust = 0.95
const mostShares = 12
const leastShare = 0.02

/** The findings that a question is about; `named` are those whose words it holds. */
export function askedFindings(question: string, named: readonly string[]): ReadonlySet<string> {
  const asked = new Set(named)
  const add = (findings: readonly string[]): void => findings.forEach((finding) => asked.add(finding))
  for (const { findings } of [...questionsIn(question), ...themesIn(question)]) add(findings)
  return asked
}

/** Parts of a report that can be read on their own, without the name of what was examined. */
export const reportParts = (text: string): readonly string[] =>
  text.split(/\n+/).flatMap((line) => {
    const colon = line.indexOf(': ')
    return (colon > 0 ? line.slice(colon + 2) : line)
      .split(/(?<=[.;])\s+/)
      .filter((part) => /[\p{L}\d]/u.test(part))
  })

const candidateSides = ['yes', 'no', 'vague'] as const
/** Wordings below this cosine are about something else. */
const farFrom = 0.2
const mostCandidates = 16

interface Candidate {
  readonly finding: string
  readonly side: (typeof candidateSides)[number]
  readonly cosine: number
}

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
        const candidates = this.#candidates(vector, fromResult, person, asked)
        const shares = fromResult ? reported(candidates) : spoken(candidates, asked)
        read.push({ text: part, turn: number, fromResult, shares })
      }
    }
    return read
  }

  #candidates(
    vector: Float32Array,
    ordered: boolean,
    person: Person,
    asked: ReadonlySet<string>,
  ): readonly Candidate[] {
    const all: Candidate[] = []
    for (const finding of this.#base.findings.values()) {
      if ('order' in finding !== ordered || !applies(finding, person)) continue
      const sides = this.#index.sides(finding.id, vector)
      for (const side of candidateSides)
        if (sides[side] > farFrom) all.push({ finding: finding.id, side, cosine: sides[side] })
    }
    all.sort((a, b) => b.cosine - a.cosine || (a.finding < b.finding ? -1 : 1))
    return all.filter(({ finding }, place) => place < mostCandidates || asked.has(finding))
  }
}

function reported(candidates: readonly Candidate[]): readonly ReadShare[] {
  const [best] = candidates
  if (!best || best.cosine < reportFrom || best.side === 'vague') return []
  return [{ finding: best.finding, present: best.side === 'yes', share: reportTrust }]
}

function spoken(candidates: readonly Candidate[], asked: ReadonlySet<string>): readonly ReadShare[] {
  const drawnCosine = ({ finding, cosine }: Candidate): number => cosine + (asked.has(finding) ? drawn : 0)
  const best = Math.max(...candidates.map(drawnCosine))
  const weighed = candidates.map((candidate) => ({
    candidate,
    weight: Math.exp(sharpness * (drawnCosine(candidate) - best)),
  }))
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0)
  const names = 1 / (1 + Math.exp(-(best - namesFrom) / namesWidth))
  return weighed
    .flatMap(({ candidate: { finding, side }, weight }) =>
      side === 'vague' ? [] : [{ finding, present: side === 'yes', share: (names * weight) / total }],
    )
    .filter(({ share }) => share >= leastShare)
    .toSorted((a, b) => b.share - a.share)
    .slice(0, mostShares)
}
