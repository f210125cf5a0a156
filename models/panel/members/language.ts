/** A member that speaks: a language model on this computer or behind a named address. */
import type { Cancellation } from '../../core/cancellation.ts'
import { fail } from '../../core/failure.ts'
import type { LanguageModels, Message } from '../../decoding/language-model.ts'
import { possiblePersons, type CaseReader } from '../clinical/case-reading.ts'
import {
  longestReply,
  type Ask,
  type Contribution,
  type DecidingFinding,
  type Member,
  type MemberDescription,
  type MemberModel,
  type OwnStatement,
  type PeerStatement,
} from '../member.ts'
import { laterMessages, openingMessages, openingWords } from '../prompt.ts'
import type { PanelQuestion } from '../question.ts'

export interface Speech {
  readonly messages: readonly Message[]
  /** First words of the reply, already decided; '' for none. */
  readonly opening: string
  readonly maxTokens: number
  readonly seed: number
  /** 0 is greedy. */
  readonly temperature: number
  readonly signal: Cancellation
  readonly onText: (text: string) => void
  /** Once the model has the messages; a server, once it was let have them. */
  readonly onAsked: () => void
}

export interface Spoken {
  readonly text: string
  readonly promptTokens: number
  readonly tokens: number
  readonly model: MemberModel
}

export type Speak = (speech: Speech) => Promise<Spoken>

/** What a member says of itself when it says nothing of its confidence. */
const unsaid = 0.5

export function statedConfidence(text: string): number {
  const found =
    /\bconfiden\w*\W{0,4}(?:is\W+)?(?:about\W+)?(\d{1,3}(?:\.\d+)?)\s*(%|percent|\/\s*100)?/i.exec(text)
  if (!found) return unsaid
  const value = Number(found[1])
  const share = found[2] !== undefined || value > 1 ? value / 100 : value
  return share >= 0 && share <= 1 ? share : unsaid
}

/** The reasons, without the answer, the confidence and the marks of the form. */
export function statedReasons(text: string): string {
  const because = /\b(?:because|reasons?|rationale)\s*:?\s*([\s\S]*)/i.exec(text)?.[1]
  return (because ?? text)
    .replace(/\bconfiden\w*\W{0,4}.*$/is, '')
    .replace(/^(?:answer|diagnosis)\s*:.*$/gim, '')
    .replace(/\s+/g, ' ')
    .trim()
}

export class LanguageMember implements Member {
  readonly description: MemberDescription
  readonly #speak: Speak
  readonly #reader: CaseReader
  readonly #findingName: (finding: string) => string
  readonly #temperature: number

  constructor(
    description: MemberDescription,
    speak: Speak,
    reader: CaseReader,
    findingName: (finding: string) => string,
    temperature = 0,
  ) {
    this.description = description
    this.#speak = speak
    this.#reader = reader
    this.#findingName = findingName
    this.#temperature = temperature
  }

  open(question: PanelQuestion, ask: Ask): Promise<Contribution> {
    const messages = openingMessages(question, this.description.role, ask.maxPromptTokens)
    return this.#answer(question, messages, 0, ask)
  }

  reconsider(
    question: PanelQuestion,
    own: readonly OwnStatement[],
    peers: readonly PeerStatement[],
    ask: Ask,
  ): Promise<Contribution> {
    const { role } = this.description
    const { messages, ownLeftOut } = laterMessages(question, role, own, peers, ask.maxPromptTokens)
    return this.#answer(question, messages, ownLeftOut, ask)
  }

  async #answer(
    question: PanelQuestion,
    messages: readonly Message[],
    ownAnswersLeftOut: number,
    ask: Ask,
  ): Promise<Contribution> {
    const spoken = await this.#speak({
      messages,
      opening: openingWords(question),
      maxTokens: ask.maxTokens,
      seed: ask.seed,
      temperature: this.#temperature,
      signal: ask.signal,
      onText: ask.onText,
      onAsked: () => ask.onAsked?.({ messages, ownAnswersLeftOut }),
    })
    const { promptTokens, tokens, model } = spoken
    const text = spoken.text.slice(0, longestReply)
    const reasons = statedReasons(text)
    return {
      opinion: {
        said: text,
        reasons,
        confidence: statedConfidence(text),
        differential: [],
        alone: [],
        deciding: question.kind === 'diagnosis' ? this.#deciding(question, reasons) : null,
        findings: [],
        cases: [],
      },
      exchanges: [{ messages, reply: text, promptTokens, tokens, model, seed: ask.seed, ownAnswersLeftOut }],
    }
  }

  #deciding(question: PanelQuestion, reasons: string): DecidingFinding | null {
    const [person] = possiblePersons(question.patient)
    const [first] = person ? this.#reader.findingsIn(reasons, person) : []
    return first
      ? { finding: first.finding, name: this.#findingName(first.finding), present: first.present }
      : null
  }
}

const turns = new WeakMap<LanguageModels, Promise<unknown>>()

/**
 * One at a time, in the order of asking. One model is held at once: members that asked for theirs together
 * would take it from each other between its loading and its first word.
 */
function inTurn<T>(models: LanguageModels, work: () => Promise<T>): Promise<T> {
  const mine = (turns.get(models) ?? Promise.resolve()).then(work)
  turns.set(
    models,
    mine.catch(() => undefined),
  )
  return mine
}

/** A model of this computer as a voice. A prompt that the context cannot hold is refused, not cut. */
export const speakLocally =
  (models: LanguageModels, model: string): Speak =>
  async ({ messages, opening, maxTokens, seed, temperature, signal, onText, onAsked }) => {
    const generation = await inTurn(models, () => {
      signal.throwIfAborted()
      onAsked()
      return models.generate(
        {
          model,
          precision: null,
          decoder: 'plain',
          conversation: null,
          messages,
          opening,
          sampling: { temperature, topP: 1, seed },
          maxTokens,
        },
        ({ text }) => onText(text),
        () => undefined,
        signal,
      )
    })
    if (generation.dropped !== null)
      fail('prompt-too-long', 'The question does not fit into what this model can read, and it is never cut.')
    if (generation.finish === 'cancelled') fail('cancelled', 'Stopped.')
    const { name, weightsHash, adapterHash, precision } = generation.model
    return {
      text: generation.text,
      promptTokens: generation.promptTokens,
      tokens: generation.tokens.length,
      model: { name, hash: weightsHash, adapterHash, precision },
    }
  }
