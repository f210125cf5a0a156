/** A judge that reads answers by the normaliser and checks findings against the record with the knowledge base. */
import type { ClinicalTools } from './clinical/tools.ts'
import { explain, inquiryValues } from '../knowledge/belief.ts'
import { answerName, readAnswer } from './answers.ts'
import { chanceOfRight, measuredFor, poolWeights } from './calibration.ts'
import { asBeliefs, evidenceBelief, priorBelief } from './clinical/beliefs.ts'
import { familiarity, type CaseReading } from './clinical/case-reading.ts'
import { mostDangerous } from './clinical/danger.ts'
import { beliefOf, pool, ranking, type LogBelief } from './clinical/pool.ts'
import type { Judge } from './judge.ts'
import type { EvidenceCheck, MemberDescription, Opinion, PeerStatement } from './member.ts'
import type { PanelQuestion } from './question.ts'
import type { AskNext, PanelRecord } from './record.ts'

const mostNamed = 6
const mostAsked = 4
/** Answers that share this much of the belief are what the next question should tell apart. */
const inQuestion = 0.02
/** A clause says a finding from this share on. */
const saysFrom = 0.5

interface Stated {
  readonly present: boolean
  readonly turn: number
}

/** What the record says of a finding; plain words before what vectors make of it. */
function stated({ evidence, clauses }: CaseReading, finding: string): Stated | null {
  const plain = evidence.find((item) => item.finding === finding)
  if (plain) return { present: plain.present, turn: plain.turn }
  let best: (Stated & { readonly share: number }) | null = null
  for (const { shares, turn } of clauses)
    for (const share of shares)
      if (share.finding === finding && share.share >= saysFrom && share.share > (best?.share ?? 0))
        best = { present: share.present, turn, share: share.share }
  return best
}

export class ClinicalJudge implements Judge {
  readonly #tools: ClinicalTools

  constructor(tools: ClinicalTools) {
    this.#tools = tools
  }

  read(text: string, question: PanelQuestion): string {
    return readAnswer(text, question, this.#tools.readCondition)
  }

  name(answer: string, question: PanelQuestion): string {
    return answerName(answer, question, (id) => this.#tools.base.names.get(id)?.name ?? id)
  }

  async check({ deciding }: Opinion, answer: string, question: PanelQuestion): Promise<EvidenceCheck | null> {
    if (deciding === null) return null
    const { base, reader } = this.#tools
    const reading = await reader.read(question)
    const said = stated(reading, deciding.finding)
    const knowledge = base.conditions.get(answer)
    const explained =
      knowledge &&
      explain(
        base,
        asBeliefs(priorBelief(base, reading)),
        [{ finding: deciding.finding, present: deciding.present, certainty: 1 }],
        knowledge,
      )
    const bits = explained
      ? ([...explained.supporting, ...explained.opposing].find(({ finding }) => finding === deciding.finding)
          ?.bits ?? 0)
      : null
    return {
      ...deciding,
      record: said === null ? 'not-asked' : said.present ? 'present' : 'absent',
      turn: said?.turn ?? null,
      bits,
      holds: said?.present === deciding.present && (bits === null || bits > 0),
    }
  }

  async reliability(
    { id, kind }: MemberDescription,
    confidence: number,
    round: number,
    question: PanelQuestion,
  ): Promise<number | null> {
    if (question.kind !== 'diagnosis') return null
    const reading = await this.#tools.reader.read(question)
    const measurement = measuredFor(this.#tools.calibration, familiarity(reading))
    const measured = measurement.members[id]
    if (!measured) return null
    const pools = kind === 'knowledge' || kind === 'retrieval' || kind === 'guided'
    return chanceOfRight(pools && round > 0 ? measurement.together : measured.alone, confidence)
  }

  /**
   * The condition that is likeliest when what members make of the record by themselves is pooled, without a word
   * between them; null where no diagnosis is asked for or fewer than two tell what they believe.
   */
  async likeliestAlone(
    question: PanelQuestion,
    statements: readonly PeerStatement[],
  ): Promise<string | null> {
    const believing = statements.filter(
      ({ opinion, role }) => opinion.alone.length > 0 && role !== 'challenger',
    )
    if (question.kind !== 'diagnosis' || believing.length < 2) return null
    const reading = await this.#tools.reader.read(question)
    return ranking(this.#together(reading, believing), 1)[0]?.answer ?? null
  }

  async conclude(
    question: PanelQuestion,
    statements: readonly PeerStatement[],
  ): Promise<Pick<PanelRecord, 'differential' | 'mustNotMiss' | 'askNext'>> {
    const nothing = { differential: [], mustNotMiss: null, askNext: [] }
    if (question.kind !== 'diagnosis') return nothing
    const { base, reader } = this.#tools
    const reading = await reader.read(question)
    const belief = this.#together(reading, statements)
    const name = (id: string): string => base.names.get(id)?.name ?? id
    const known = new Set([
      ...reading.evidence.map(({ finding }) => finding),
      ...reading.clauses.flatMap(({ shares }) =>
        shares.flatMap(({ finding, share }) => (share >= saysFrom ? [finding] : [])),
      ),
    ])
    const leading = [...new Set(statements.map(({ answer }) => answer))]
    const voted = [
      ...new Set(statements.flatMap(({ answer, role }) => (role === 'challenger' ? [] : [answer]))),
    ]
    const danger = mostDangerous(base, belief, voted, known)
    return {
      differential: ranking(belief, mostNamed).map((each) => ({ ...each, name: name(each.answer) })),
      mustNotMiss: danger && {
        condition: danger.condition,
        name: name(danger.condition),
        why:
          danger.hiddenBehind.length > 0
            ? `It can look like ${danger.hiddenBehind.map(name).join(' and ')}, and the record does not exclude it.`
            : 'It is dangerous, and the record does not exclude it.',
      },
      askNext: this.#askNext(reading, belief, leading, known),
    }
  }

  #together(reading: CaseReading, statements: readonly PeerStatement[]): LogBelief {
    const { base, calibration } = this.#tools
    const conditions = [...base.conditions.keys()]
    const reckoners = statements.filter(({ opinion }) => opinion.alone.length > 0)
    if (reckoners.length === 0) return evidenceBelief(base, reading, reading.evidence)
    const weights = poolWeights(
      measuredFor(calibration, familiarity(reading)),
      reckoners.map(({ member }) => member),
    )
    return pool(weights.rule, conditions, [
      { belief: priorBelief(base, reading), weight: weights.prior },
      ...reckoners.map(({ member, opinion }) => ({
        belief: beliefOf(opinion.alone, conditions),
        weight: weights.weights[member] ?? 0,
      })),
    ])
  }

  #askNext(
    reading: CaseReading,
    belief: LogBelief,
    answers: readonly string[],
    known: ReadonlySet<string>,
  ): readonly AskNext[] {
    const { base } = this.#tools
    const [person] = reading.persons
    if (!person) return []
    const open = asBeliefs(belief).filter(
      ({ condition, probability }) => probability >= inQuestion || answers.includes(condition),
    )
    const total = open.reduce((sum, { probability }) => sum + probability, 0)
    const among = open.map(({ condition, probability }) => ({ condition, probability: probability / total }))
    return inquiryValues(base, person, among, known, () => true)
      .filter(({ bits }) => bits > 0.01)
      .slice(0, mostAsked)
      .flatMap(({ finding: id, bits }): readonly AskNext[] => {
        const finding = base.findings.get(id)
        if (!finding) return []
        return [
          {
            finding: id,
            name: finding.name,
            ask: 'order' in finding ? finding.order : finding.ask,
            kind: finding.kind === 'test' ? 'test' : finding.kind === 'sign' ? 'examination' : 'question',
            bits,
            between: among.slice(0, 3).map(({ condition }) => base.names.get(condition)?.name ?? condition),
          },
        ]
      })
  }
}
