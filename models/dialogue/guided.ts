/**
 * The guided doctor: reads what was said into findings, lets the expert policy choose the next step, and
 * says it in plain words. No language model takes part.
 */
import type { Belief, Evidence, Mention } from '../knowledge/belief.ts'
import type { KnowledgeBase, Person } from '../knowledge/knowledge-base.ts'
import { chooseNext, type NextAction, type PolicyState } from './policy/choose-next.ts'
import { topicQuestions } from './policy/topic-questions.ts'
import type { FindingReader, FindingReading } from './reading/reader.ts'
import { writeClosing, writeOrder } from './turns.ts'

export interface GuidedTurn {
  readonly text: string
  readonly action: NextAction
}

const lowered = (text: string): string =>
  /^[A-Z]{2}/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1)

/** A dialogue from the doctor's side; hear everything in order, then ask for the next turn. */
export class GuidedDoctor {
  readonly #base: KnowledgeBase
  readonly #reader: FindingReader
  readonly #person: Person
  readonly #budget: number
  readonly #evidence = new Map<string, Evidence>()
  readonly #mentions: Mention[] = []
  readonly #heard = new Set<string>()
  readonly #asked = new Set<string>()
  readonly #topics = new Set<string>()
  readonly #ordered = new Set<string>()
  #turns = 0
  #pending: NextAction | null = null

  constructor(base: KnowledgeBase, reader: FindingReader, person: Person, budget: number) {
    this.#base = base
    this.#reader = reader
    this.#person = person
    this.#budget = budget
  }

  get evidence(): readonly Evidence[] {
    return [...this.#evidence.values()]
  }

  async hearComplaint(text: string): Promise<void> {
    this.#note(await this.#reader.complaint(text, this.#person))
    await this.#mention(text, [])
  }

  /** The patient's answer to the last turn; `known` false when they only said that nothing is known. */
  async hearAnswer(text: string, known: boolean): Promise<void> {
    const asked = this.#pending?.kind === 'ask-finding' ? [this.#pending.finding] : []
    const readings = await this.#reader.answer(asked, text, this.#person)
    this.#note(known ? readings : readings.map((each) => ({ ...each, certainty: each.certainty * 0.7 })))
    if (known) await this.#mention(text, asked)
  }

  /** Results of what the last turn ordered. */
  async hearResults(text: string): Promise<void> {
    const expected = this.#pending?.kind === 'order' ? this.#pending.findings : []
    this.#note(await this.#reader.result(expected, text, this.#person))
  }

  next(): GuidedTurn {
    const state: PolicyState = {
      person: this.#person,
      evidence: this.evidence,
      mentions: this.#mentions,
      asked: this.#asked,
      topics: this.#topics,
      ordered: this.#ordered,
      turns: this.#turns,
      budget: this.#budget,
    }
    const action = chooseNext(this.#base, state)
    this.#pending = action
    this.#turns += 1
    return { action, text: this.#say(action) }
  }

  #say(action: NextAction): string {
    switch (action.kind) {
      case 'ask-topic':
        this.#topics.add(action.topic)
        return topicQuestions[action.topic]?.[0] ?? `Can you tell me about ${action.topic.replaceAll('-', ' ')}?`
      case 'ask-finding': {
        this.#asked.add(action.finding)
        this.#topics.add(action.topic)
        const finding = this.#base.findings.get(action.finding)
        return finding && 'ask' in finding ? finding.ask : 'Is there anything else?'
      }
      case 'order': {
        const names = new Set<string>()
        for (const id of action.findings) {
          this.#asked.add(id)
          const finding = this.#base.findings.get(id)
          if (finding && 'order' in finding) names.add(finding.order)
        }
        for (const name of names) this.#ordered.add(`${action.of}:${name}`)
        return writeOrder(action.of, [...names].map(lowered))
      }
      case 'close':
        return this.#close(action.ranked, action.grounds)
    }
  }

  #close(ranked: readonly Belief[], grounds: readonly string[]): string {
    const [leader, ...others] = ranked
    const knowledge = leader && this.#base.conditions.get(leader.condition)
    if (!leader || !knowledge) return 'I cannot name a diagnosis yet.'
    const name = (id: string): string => this.#base.names.get(id)?.name ?? id
    return writeClosing(
      name(leader.condition),
      others.slice(0, 2).map(({ condition }) => name(condition)),
      grounds.slice(0, 3).map((id) => lowered(this.#base.findings.get(id)?.name ?? id)),
      knowledge.firstManagement.slice(0, 2),
      knowledge.safetyNet,
    )
  }

  /** Adds what new words may mean; a repeated answer counts once. */
  async #mention(text: string, asked: readonly string[]): Promise<void> {
    const fresh = text.split(/(?<=[.?!])\s+/).filter((sentence) => !this.#heard.has(sentence))
    for (const sentence of fresh) this.#heard.add(sentence)
    const known = new Set([...this.#evidence.keys(), ...asked])
    this.#mentions.push(...(await this.#reader.mentions(fresh.join(' '), this.#person, known)))
  }

  #note(readings: readonly FindingReading[]): void {
    for (const { finding, present, certainty } of readings) {
      const known = this.#evidence.get(finding)
      if (known && known.certainty > certainty) continue
      this.#evidence.set(finding, { finding, present, certainty })
      this.#asked.add(finding)
    }
  }
}
