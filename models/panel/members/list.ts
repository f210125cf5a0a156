/**
 * The dialogue model that is aligned to the diagnostic process, as a member: it judges the findings that are read in the
 * record, as a list, because that is what a small model judges best. What others read and it did not, it takes up in
 * later rounds and judges anew.
 */
import { explain, type Evidence } from '../../knowledge/belief.ts'
import { listToJudge } from '../../dialogue/doctor/note.ts'
import { surelyHeard } from '../../dialogue/guide/heard.ts'
import { listStory, vignetteMessages } from '../../dialogue/doctor/prompt.ts'
import { readDoctorTurn } from '../../dialogue/turns.ts'
import { fail } from '../../core/failure.ts'
import { asBeliefs, priorBelief } from '../clinical/beliefs.ts'
import type { CaseReading } from '../clinical/case-reading.ts'
import type { ClinicalTools } from '../clinical/tools.ts'
import type {
  Ask,
  Contribution,
  DecidingFinding,
  Member,
  MemberDescription,
  OwnStatement,
  PeerStatement,
  ReadFinding,
} from '../member.ts'
import { tokensAtMost, tooLong } from '../prompt.ts'
import type { PanelQuestion } from '../question.ts'
import { LanguageMember, type Speak } from './language.ts'
import { takenUp } from './reckoning.ts'

/** The bundled model that judges lists: a member's id, its name for people, and the model's id. */
export const aligned = { id: 'plpf', name: 'Aligned dialogue model', model: 'base+plpf' } as const

/** A member that speaks, in the form in which its model was taught to judge. */
export function speakingMember(
  description: MemberDescription,
  speak: Speak,
  tools: ClinicalTools,
  temperature = 0,
): Member {
  const nameOf = (finding: string): string => tools.base.findings.get(finding)?.name ?? finding
  const speaking = new LanguageMember(description, speak, tools.reader, nameOf, temperature)
  const judgesLists = description.kind === 'language' && description.id === aligned.id
  return judgesLists ? new ListMember(description, speak, tools, speaking, temperature) : speaking
}

/** A name says nothing of how sure it is; what such answers are worth is measured. */
const confidence = 0.5
const opening = 'Diagnosis:'

export class ListMember implements Member {
  readonly description: MemberDescription
  readonly #speak: Speak
  readonly #tools: ClinicalTools
  readonly #temperature: number
  /** How it argues what is most dangerous. */
  readonly #challenge: Member

  constructor(
    description: MemberDescription,
    speak: Speak,
    tools: ClinicalTools,
    challenge: Member,
    temperature = 0,
  ) {
    this.description = description
    this.#speak = speak
    this.#tools = tools
    this.#challenge = challenge
    this.#temperature = temperature
  }

  async open(question: PanelQuestion, ask: Ask): Promise<Contribution> {
    return this.#judges(question) ? this.#judge(question, [], ask) : this.#challenge.open(question, ask)
  }

  async reconsider(
    question: PanelQuestion,
    own: readonly OwnStatement[],
    peers: readonly PeerStatement[],
    ask: Ask,
  ): Promise<Contribution> {
    return this.#judges(question)
      ? this.#judge(question, takenUp(peers), ask)
      : this.#challenge.reconsider(question, own, peers, ask)
  }

  /**
   * A list asks for what is likeliest; whoever is to argue what is most dangerous must be told so in words.
   *
   * @throws FailureError `model-unsupported` for any other question, which it would answer as a doctor in a visit
   */
  #judges({ kind }: PanelQuestion): boolean {
    if (kind !== 'diagnosis')
      fail(
        'model-unsupported',
        'It judges findings for a diagnosis only. Ask another language model as well.',
      )
    return this.description.role !== 'challenger'
  }

  async #judge(question: PanelQuestion, heard: readonly ReadFinding[], ask: Ask): Promise<Contribution> {
    const { base, reader } = this.#tools
    const reading = await reader.read(question)
    const read = surelyHeard(reading)
    const known = new Set(read.map(({ finding }) => finding))
    const evidence: readonly Evidence[] = [...read, ...heard.filter(({ finding }) => !known.has(finding))]
    const list = listToJudge(base.findings, evidence)
    if (list.length === 0)
      fail('not-found', 'No finding can be read in the record, and it judges findings only.')
    const { age, sex } = question.patient
    const messages = vignetteMessages(age === null || sex === null ? {} : { age, sex }, listStory(list))
    if (tokensAtMost(messages) > ask.maxPromptTokens) tooLong(ask.maxPromptTokens)
    const { text, promptTokens, tokens, model } = await this.#speak({
      messages,
      opening,
      maxTokens: ask.maxTokens,
      seed: ask.seed,
      temperature: this.#temperature,
      signal: ask.signal,
      onText: ask.onText,
      onAsked: () => ask.onAsked?.({ messages, ownAnswersLeftOut: 0 }),
    })
    const [leader = '', ...others] = readDoctorTurn(text).diagnoses
    return {
      opinion: {
        said: `${opening} ${leader}.`,
        reasons: [
          `By the list of ${list.join('; ')}.`,
          others.length > 0 ? `It also considered ${others.join(' and ')}.` : '',
        ]
          .filter(Boolean)
          .join(' '),
        confidence,
        differential: [],
        alone: [],
        deciding: this.#deciding(reading, evidence, leader),
        findings: [],
        cases: [],
      },
      exchanges: [
        { messages, reply: text, promptTokens, tokens, model, seed: ask.seed, ownAnswersLeftOut: 0 },
      ],
    }
  }

  /** Of the list, what speaks most for the name that the model gave. */
  #deciding(reading: CaseReading, evidence: readonly Evidence[], name: string): DecidingFinding | null {
    const { base, readCondition } = this.#tools
    const condition = base.conditions.get(readCondition(name))
    if (!condition) return null
    const [first] = explain(base, asBeliefs(priorBelief(base, reading)), evidence, condition).supporting
    const item = first && evidence.find(({ finding }) => finding === first.finding)
    return item
      ? {
          finding: item.finding,
          name: base.findings.get(item.finding)?.name ?? item.finding,
          present: item.present,
        }
      : null
  }
}
