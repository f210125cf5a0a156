/**
 * A member that reckons: it weighs every condition by its own reading of the record, names the finding on
 * which that rests, and in later rounds takes up what others read and weighs what they make of it.
 */
import type { ClinicalTools } from '../clinical/tools.ts'
import { fail } from '../../core/failure.ts'
import { explain, type Evidence } from '../../knowledge/belief.ts'
import { unreadable } from '../answers.ts'
import { unmeasuredTrust } from '../decide.ts'
import { measuredFor, poolWeights } from '../calibration.ts'
import { asBeliefs, priorBelief } from '../clinical/beliefs.ts'
import { familiarity, type CaseReading } from '../clinical/case-reading.ts'
import { mostDangerous } from '../clinical/danger.ts'
import { beliefOf, beliefOfAnswer, normalised, pool, ranking, type LogBelief } from '../clinical/pool.ts'
import type {
  Ask,
  Contribution,
  DecidingFinding,
  Member,
  MemberDescription,
  MemberModel,
  OwnStatement,
  PeerStatement,
  ReadFinding,
  SolvedCase,
} from '../member.ts'
import type { PanelQuestion } from '../question.ts'

/** What one kind of reckoning makes of a record. */
export interface Reckoning {
  /** All conditions. */
  readonly belief: LogBelief
  /** The findings it goes by. */
  readonly evidence: readonly Evidence[]
  readonly cases: readonly SolvedCase[]
}

/** @param heard findings that others read in the record and this member did not */
export type Reckon = (reading: CaseReading, heard: readonly ReadFinding[]) => Reckoning

/** Of the whole belief, the answers that are told to others. */
const mostRanked = 20
const mostReasons = 3
/** Below this share a read finding is not offered to others. */
const worthTelling = 0.3
/**
 * How far an answer that comes without a belief over all conditions moves the scale: it rests on the same record as
 * everybody else's and tips it only where it is nearly even. With a measured member at full weight the panel fell from
 * .97 of the development cases to .78.
 */
const speakersWeight = 0.1

export class ReckoningMember implements Member {
  readonly description: MemberDescription
  readonly #tools: ClinicalTools
  readonly #model: MemberModel
  readonly #reckon: Reckon

  constructor(description: MemberDescription, model: MemberModel, tools: ClinicalTools, reckon: Reckon) {
    this.description = description
    this.#tools = tools
    this.#model = model
    this.#reckon = reckon
  }

  async open(question: PanelQuestion, ask: Ask): Promise<Contribution> {
    const asked = this.#answersOf(question)
    const reading = await this.#tools.reader.read(question)
    const own = this.#reckon(reading, [])
    return this.#contribute(asked, own, own.belief, [], ask)
  }

  async reconsider(
    question: PanelQuestion,
    _own: readonly OwnStatement[],
    peers: readonly PeerStatement[],
    ask: Ask,
  ): Promise<Contribution> {
    const { base, calibration } = this.#tools
    const asked = this.#answersOf(question)
    const reading = await this.#tools.reader.read(question)
    const own = this.#reckon(reading, takenUp(peers))
    const conditions = [...base.conditions.keys()]
    const reckoners = peers.filter(({ opinion }) => opinion.alone.length > 0)
    const weights = poolWeights(
      measuredFor(calibration, familiarity(reading)),
      [this.description.id, ...reckoners.map(({ member }) => member)].toSorted(),
    )
    const weightOf = (member: string): number => weights.weights[member] ?? 0
    const together = pool(weights.rule, conditions, [
      { belief: priorBelief(base, reading), weight: weights.prior },
      // Others tell what they make of the choices only, and shares of a linear pool are of the same whole.
      { belief: asked.among(own.belief), weight: weightOf(this.description.id) },
      ...reckoners.map(({ member, opinion }) => ({
        belief: this.#conditionBelief(opinion.alone, asked, conditions),
        weight: weightOf(member),
      })),
      ...peers
        .filter(({ opinion, role }) => opinion.alone.length === 0 && role !== 'challenger')
        .map((peer) => ({
          belief: beliefOfAnswer(asked.conditionOf(peer.answer), trustIn(peer), conditions),
          weight: speakersWeight,
        })),
    ])
    return this.#contribute(asked, own, together, peers, ask)
  }

  #conditionBelief(
    ranked: readonly { readonly answer: string; readonly probability: number }[],
    asked: AskedAnswers,
    conditions: readonly string[],
  ): LogBelief {
    return beliefOf(
      ranked.map(({ answer, probability }) => ({ answer: asked.conditionOf(answer), probability })),
      conditions,
    )
  }

  #contribute(
    asked: AskedAnswers,
    own: Reckoning,
    concluded: LogBelief,
    peers: readonly PeerStatement[],
    ask: Ask,
  ): Contribution {
    const alone = asked.among(own.belief)
    const belief = asked.among(concluded)
    const challenge = this.description.role === 'challenger' ? this.#challenge(belief, own, peers) : null
    if (this.description.role === 'challenger' && challenge === null)
      fail('not-found', 'No dangerous diagnosis is left that the record does not exclude.')
    const [leader] = ranking(belief, 1)
    const condition = challenge?.condition ?? (leader ? asked.conditionOf(leader.answer) : '')
    const confidence = challenge?.probability ?? leader?.probability ?? 0
    const reasons = challenge?.reasons ?? this.#reasons(own, concluded, condition, peers)
    const said = asked.say(condition)
    ask.onText(`${said}. ${reasons}`)
    return {
      opinion: {
        said,
        reasons,
        confidence: Math.min(1, confidence),
        differential: ranking(belief, mostRanked).map((each) => ({
          ...each,
          answer: asked.answerFor(each.answer),
        })),
        alone: ranking(alone, mostRanked).map((each) => ({ ...each, answer: asked.answerFor(each.answer) })),
        deciding: challenge?.deciding ?? this.#deciding(own, concluded, condition),
        findings: own.evidence.filter(({ certainty }) => certainty >= worthTelling),
        cases: own.cases,
      },
      exchanges: [
        {
          messages: [],
          reply: `${said}. ${reasons}`,
          promptTokens: 0,
          tokens: 0,
          model: this.#model,
          seed: ask.seed,
          ownAnswersLeftOut: 0,
        },
      ],
    }
  }

  #nameOf(condition: string): string {
    return this.#tools.base.names.get(condition)?.name ?? condition
  }

  #finding(id: string): string {
    return this.#tools.base.findings.get(id)?.name ?? id
  }

  #supporting(own: Reckoning, belief: LogBelief, condition: string) {
    const knowledge = this.#tools.base.conditions.get(condition)
    if (!knowledge) return []
    return explain(this.#tools.base, asBeliefs(belief), own.evidence, knowledge).supporting
  }

  #deciding(own: Reckoning, belief: LogBelief, condition: string): DecidingFinding | null {
    const [first] = this.#supporting(own, belief, condition)
    const item = first && own.evidence.find(({ finding }) => finding === first.finding)
    return item ? { finding: item.finding, name: this.#finding(item.finding), present: item.present } : null
  }

  #reasons(own: Reckoning, belief: LogBelief, condition: string, peers: readonly PeerStatement[]): string {
    const grounds = this.#supporting(own, belief, condition)
      .slice(0, mostReasons)
      .map(({ finding, bits }) => {
        const present = own.evidence.find((item) => item.finding === finding)?.present ?? true
        return `${this.#finding(finding)} is ${present ? 'present' : 'absent'} (${bits.toFixed(1)} bits for it)`
      })
    const alike = own.cases.filter(({ answer }) => answer === condition).length
    const parts = [
      grounds.length > 0 ? `${grounds.join('; ')}.` : 'No single finding decides it.',
      own.cases.length > 0
        ? `${alike} of the ${own.cases.length} solved cases most alike had ${this.#nameOf(condition)}.`
        : '',
      peers.length > 0 ? movedBy(peers, condition, this.#nameOf(condition)) : '',
    ]
    return parts.filter((part) => part !== '').join(' ')
  }

  #challenge(
    belief: LogBelief,
    own: Reckoning,
    peers: readonly PeerStatement[],
  ): {
    readonly condition: string
    readonly probability: number
    readonly reasons: string
    readonly deciding: DecidingFinding | null
  } | null {
    const standing = peers.filter(({ role }) => role !== 'challenger').map(({ answer }) => answer)
    const leading = standing.length > 0 ? standing : ranking(belief, 1).map(({ answer }) => answer)
    const known = new Set(own.evidence.map(({ finding }) => finding))
    const danger = mostDangerous(this.#tools.base, belief, leading, known)
    if (!danger) return null
    const open = danger.toldApartBy.slice(0, mostReasons).map((finding) => this.#finding(finding))
    const name = this.#nameOf(danger.condition)
    return {
      condition: danger.condition,
      probability: danger.probability,
      deciding: this.#deciding(own, belief, danger.condition),
      reasons: [
        `${name} is dangerous and not excluded (${Math.round(danger.probability * 100)} %).`,
        danger.hiddenBehind.length > 0
          ? `It can look like ${danger.hiddenBehind.map((id) => this.#nameOf(id)).join(' and ')}.`
          : '',
        open.length > 0 ? `Still open: ${open.join('; ')}.` : '',
      ]
        .filter((part) => part !== '')
        .join(' '),
    }
  }

  #answersOf(question: PanelQuestion): AskedAnswers {
    const { readCondition } = this.#tools
    if (question.kind === 'diagnosis')
      return {
        conditionOf: (answer) => answer,
        answerFor: (condition) => condition,
        among: (belief) => normalised(belief),
        say: (condition) => this.#nameOf(condition),
      }
    const named = question.choices.map((choice) => readCondition(choice))
    if (question.kind !== 'choice' || named.some((id) => id === unreadable) || new Set(named).size < 2)
      fail('model-unsupported', 'It answers questions for a diagnosis only. Ask a language model as well.')
    const letterOf = (condition: string): string => String.fromCharCode(65 + named.indexOf(condition))
    return {
      conditionOf: (answer) => named[answer.charCodeAt(0) - 65] ?? answer,
      answerFor: letterOf,
      among: (belief) => normalised(new Map([...belief].filter(([condition]) => named.includes(condition)))),
      say: letterOf,
    }
  }
}

/** Conditions, and the answers in which they are asked for. */
interface AskedAnswers {
  readonly conditionOf: (answer: string) => string
  readonly answerFor: (condition: string) => string
  readonly among: (belief: LogBelief) => LogBelief
  readonly say: (condition: string) => string
}

/** What others read, each finding once, at its most certain. */
export function takenUp(peers: readonly PeerStatement[]): readonly ReadFinding[] {
  const best = new Map<string, ReadFinding>()
  for (const { opinion } of peers)
    for (const item of opinion.findings)
      if ((best.get(item.finding)?.certainty ?? 0) < item.certainty) best.set(item.finding, item)
  return [...best.values()]
}

/** An opinion that names a finding which the record does not bear is heard and not believed. */
function trustIn({ check, reliability, opinion }: PeerStatement): number {
  if (check && !check.holds) return 0
  return reliability ?? Math.min(unmeasuredTrust, opinion.confidence)
}

function movedBy(peers: readonly PeerStatement[], condition: string, name: string): string {
  const agreeing = peers.filter(({ answer, role }) => answer === condition && role !== 'challenger')
  const with_ = agreeing.map((peer) => peer.name).join(' and ')
  return with_ === ''
    ? `Nobody else says ${name}.`
    : `${with_} ${agreeing.length > 1 ? 'say' : 'says'} so too.`
}
