/**
 * What a dialogue says so far, as evidence: every patient's sentence and every result read once, with the
 * turn it stands in.
 */
import type { Evidence, Mention } from '../../knowledge/belief.ts'
import { applies, type KnowledgeBase, type Person } from '../../knowledge/knowledge-base.ts'
import type { DialogueTurn } from '../dialogue.ts'
import { matchCues, type Cue, type Cues } from '../reading/cues.ts'
import { laboratoryFindings } from '../reading/laboratory.ts'
import { measuredFindings } from '../reading/measurements.ts'
import { openingPolarity } from '../reading/polarity.ts'
import { ReportLines } from '../reading/report-lines.ts'
import { plainWords, reportSentences, spokenSentences } from '../reading/sentences.ts'

export interface HeardFinding extends Evidence {
  /** Index of the turn that says so. */
  readonly turn: number
  /** Heard in words that hardly come near and that nobody asked for: it moves the belief, and a note leaves it out. */
  readonly loose?: boolean
}

export interface HeardMention extends Mention {
  /** Index of the turn that says so. */
  readonly turn: number
}

export interface Heard {
  readonly evidence: readonly HeardFinding[]
  /** Conditions that a report names by their germ, tissue or picture. */
  readonly reported: ReadonlyMap<string, number>
  /** What the patient's words may name besides, from sentence vectors; empty where there are none. */
  readonly mentions: readonly HeardMention[]
}

/** How far a cue is trusted, by what it rests on. */
const trust = {
  spoken: 0.9,
  denied: 0.85,
  /** A term that only the question meets. */
  borrowed: 0.7,
  /** A cue of one term. */
  single: 0.9,
  answeredNo: 0.9,
  answeredYes: 0.9,
  /** Of reports nothing usual is heard as a finding; what they say in words is rarely misread. */
  report: 0.97,
  /** A number, or a plain word on a test that looks for one thing. */
  measured: 0.99,
} as const

const shortAnswer = 60

/** Words that name one finding at least so likely are taken to say it: of held-out wordings four in five are right. */
const saysFrom = 0.5
const mentioned = 0.75

/** What was heard, with what the patient's words most likely name besides. */
export const heardFindings = ({
  evidence,
  mentions,
}: Pick<Heard, 'evidence' | 'mentions'>): readonly HeardFinding[] => [
  ...evidence,
  ...mentions.flatMap(({ shares: [likeliest], turn }) =>
    likeliest && likeliest.share >= saysFrom
      ? [{ finding: likeliest.finding, present: true, certainty: mentioned, turn }]
      : [],
  ),
]

/** Of that, what can be noted as said. */
export const surelyHeard = (heard: Pick<Heard, 'evidence' | 'mentions'>): readonly HeardFinding[] =>
  heardFindings(heard).filter(({ loose }) => loose !== true)

/** The name of an examination or test and what it showed. */
const namedResult = /^([^:.]{2,48}): (.+)$/

export class Listener {
  readonly #base: KnowledgeBase
  readonly #spoken: readonly Cue[]
  readonly #ordered: readonly Cue[]
  readonly #conditions: readonly Cue[]
  readonly #lines: ReportLines
  readonly #asked = new Map<string, readonly string[]>()

  constructor(base: KnowledgeBase, cues: Cues) {
    this.#base = base
    this.#lines = new ReportLines(base)
    const isOrdered = ({ id }: Cue): boolean => {
      const finding = base.findings.get(id)
      return finding !== undefined && 'order' in finding
    }
    this.#spoken = cues.findings.filter((cue) => !isOrdered(cue))
    this.#ordered = cues.findings.filter(isOrdered)
    this.#conditions = cues.conditions
  }

  /** @param turns the whole dialogue, in order */
  hear(turns: readonly DialogueTurn[], person: Person): Heard {
    const evidence = new Map<string, HeardFinding>()
    const reported = new Map<string, number>()
    const keep = (heard: HeardFinding): void => {
      const finding = this.#base.findings.get(heard.finding)
      if (!finding || !applies(finding, person)) return
      const known = evidence.get(heard.finding)
      if (
        !known ||
        known.certainty < heard.certainty ||
        (known.certainty === heard.certainty && heard.present)
      )
        evidence.set(heard.finding, heard)
    }
    let question = ''
    for (const [turn, { speaker, text }] of turns.entries()) {
      if (speaker === 'doctor') question = text
      else if (speaker === 'result') this.#report(text, person, turn, keep, reported)
      else this.#answer(question, text, turn, keep)
    }
    return { evidence: [...evidence.values()], reported, mentions: [] }
  }

  /** The findings that a question asks about. */
  askedAbout(question: string): readonly string[] {
    const known = this.#asked.get(question)
    if (known) return known
    const found = [
      ...new Set(
        spokenSentences(question).flatMap((sentence) =>
          matchCues(this.#spoken, sentence).map(({ id }) => id),
        ),
      ),
    ]
    this.#asked.set(question, found)
    return found
  }

  #answer(question: string, answer: string, turn: number, keep: (heard: HeardFinding) => void): void {
    const context = question === '' ? ' ' : plainWords(question)
    const affirmed = new Set<string>()
    for (const sentence of spokenSentences(answer))
      for (const match of matchCues(this.#spoken, sentence, context)) {
        const present = match.polarity === 'present'
        if (present) affirmed.add(match.id)
        keep({
          finding: match.id,
          present,
          certainty:
            (present ? trust.spoken : trust.denied) *
            (match.own < 1 ? trust.borrowed : 1) *
            (match.terms === 1 ? trust.single : 1),
          turn,
        })
      }
    if (question === '') return
    const opening = openingPolarity(answer)
    if (opening !== 'no' && opening !== 'yes') return
    const asked = this.askedAbout(question)
    // "Yes" to a list says that something of it is so, not what.
    if (opening === 'yes' && asked.length !== 1) return
    if (opening === 'no' && asked.length > 1 && answer.length > shortAnswer) return
    for (const finding of asked)
      if (!affirmed.has(finding))
        keep({
          finding,
          present: opening === 'yes',
          certainty: opening === 'yes' ? trust.answeredYes : trust.answeredNo,
          turn,
        })
  }

  #report(
    text: string,
    person: Person,
    turn: number,
    keep: (heard: HeardFinding) => void,
    reported: Map<string, number>,
  ): void {
    for (const line of text.split('\n')) {
      for (const { finding, present } of [
        ...measuredFindings(line, person.age),
        ...laboratoryFindings(line, person),
      ])
        keep({ finding, present, certainty: trust.measured, turn })
      // The name of a test says what a result is about, not what was found: "Depression questionnaire: 2 of 27."
      const [, name = '', result = line] = namedResult.exec(line) ?? []
      const about = plainWords(name)
      const verdict = this.#lines.verdict(about, result)
      if (verdict) keep({ ...verdict, certainty: trust.measured, turn })
      for (const sentence of reportSentences(result)) {
        for (const match of matchCues(this.#ordered, sentence, about)) {
          const finding = this.#base.findings.get(match.id)
          if (finding && this.#lines.shows(finding, about))
            keep({ finding: match.id, present: match.polarity === 'present', certainty: trust.report, turn })
        }
        for (const match of matchCues(this.#conditions, sentence, about))
          if (match.polarity === 'present') reported.set(match.id, turn)
      }
    }
  }
}
