/**
 * The simulated patient: hears one doctor's turn, tells only what was asked, and brings the results of
 * what was ordered. The case's own words are the answer; how they are said belongs to the persona.
 */
import { seededRandom, type Random } from '../core/random.ts'
import { readDoctorTurn } from '../dialogue/turns.ts'
import { askings, byWordsAlone, plainText, type Understanding } from '../dialogue/topics/index.ts'
import type { PracticeCase } from './case.ts'
import { Gatekeeper } from './gatekeeper.ts'
import { Orders, resultLines, type OrderResult } from './orders/orders.ts'
import { again, say, unspokenWorry, voiceOf, type Voice } from './persona.ts'
import { needsPlainWords } from './plain-words.ts'
import { otherSilence, silence } from './silence.ts'
import { smallTalk } from './small-talk.ts'

export type ReplyKind =
  'fact' | 'unclear' | 'small-talk' | 'repeat' | 'nothing-known' | 'result' | 'refusal' | 'goodbye'

export interface PatientReply {
  /** What the patient says; empty when only results come back. */
  readonly text: string
  /** Topics of the facts that were told. */
  readonly released: readonly string[]
  readonly kind: ReplyKind
  /** What examinations and tests showed, in the order of the orders. */
  readonly results: readonly OrderResult[]
}

export interface PatientOptions {
  /** The same seed gives the same words. */
  readonly seed: number
}

export class SimulatedPatient {
  readonly #practice: PracticeCase
  readonly #gatekeeper: Gatekeeper
  readonly #orders: Orders
  readonly #voice: Voice
  readonly #random: Random
  readonly #told = new Set<string>()

  constructor(practice: PracticeCase, { seed }: PatientOptions) {
    this.#practice = practice
    this.#gatekeeper = new Gatekeeper(practice)
    this.#orders = new Orders(practice)
    this.#voice = voiceOf(practice.persona)
    this.#random = seededRandom(seed)
  }

  /** The first words, before any question. */
  get complaint(): string {
    return this.#practice.chiefComplaint
  }

  /** Topics of all facts told so far. */
  get told(): ReadonlySet<string> {
    return this.#told
  }

  /** @param understood what the patient makes of the turn beyond its words */
  reply(turn: string, understood: Understanding = byWordsAlone): PatientReply {
    const read = readDoctorTurn(turn)
    const results = read.orders.flatMap((order) => this.#orders.result(order))
    if (read.closing) return { text: this.#farewell(), released: [], kind: 'goodbye', results }
    const heard = read.questions.length > 0 ? read.questions.join(' ') : results.length > 0 ? '' : turn
    if (heard === '') return { text: '', released: [], kind: 'result', results }
    return { ...this.#answer(heard, understood), results }
  }

  #answer(turn: string, understood: Understanding): Omit<PatientReply, 'results'> {
    const parts: string[] = []
    const released = new Set<string>()
    let kind: ReplyKind | null = null
    for (const { asking, decision } of this.#decided(turn, understood)) {
      switch (decision.kind) {
        case 'release': {
          if (needsPlainWords(turn, this.#practice.persona.healthLiteracy)) {
            parts.push(say(this.#voice, 'jargon', this.#random))
            kind ??= 'unclear'
            break
          }
          for (const { topic, answer } of decision.facts) {
            if (released.has(topic)) continue
            const repeated = this.#told.has(topic)
            parts.push(repeated ? `${again(this.#voice, this.#random)} ${answer}` : answer)
            released.add(topic)
            this.#told.add(topic)
            kind = kind === 'fact' || !repeated ? 'fact' : 'repeat'
          }
          break
        }
        case 'silent': {
          const [topic] = decision.topics
          parts.push(this.#pick(topic === undefined ? otherSilence : silence[topic]))
          kind ??= 'nothing-known'
          break
        }
        case 'guess':
          parts.push(say(this.#voice, 'guess', this.#random))
          kind ??= 'refusal'
          break
        case 'probe':
          parts.push(say(this.#voice, 'refusal', this.#random))
          kind ??= 'refusal'
          break
        case 'none': {
          const talk = smallTalk(asking.plain)
          if (!talk) break
          parts.push(this.#smallTalk(talk))
          kind ??= 'small-talk'
        }
      }
    }
    if (kind === null)
      return {
        // A clear question about something the case leaves out is answered; anything else is asked back.
        text: /\?\s*$/.test(turn) ? this.#pick(otherSilence) : say(this.#voice, 'unclear', this.#random),
        released: [],
        kind: /\?\s*$/.test(turn) ? 'nothing-known' : 'unclear',
      }
    return { text: [...new Set(parts)].join(' '), released: [...released], kind }
  }

  /** What each asking of a turn comes to; where none comes to anything, what the turn was understood to ask about. */
  #decided(turn: string, { sure, unlikely }: Understanding) {
    const decided = askings(turn).map((asking) => ({
      asking,
      decision: this.#gatekeeper.decide(asking, undefined, unlikely),
    }))
    const [first] = decided
    const said = decided.some(({ asking, decision }) => decision.kind !== 'none' || smallTalk(asking.plain))
    if (!first || said) return decided
    return [{ asking: first.asking, decision: this.#gatekeeper.understand(plainText(turn), sure) }]
  }

  #smallTalk(talk: NonNullable<ReturnType<typeof smallTalk>>): string {
    const { patient } = this.#practice
    switch (talk.kind) {
      case 'complaint':
        return this.#practice.chiefComplaint
      case 'name':
        return `${patient.name}.`
      case 'age':
        return `${patient.age} ${patient.age === 1 ? patient.ageUnit.replace(/s$/, '') : patient.ageUnit}.`
      case 'occupation':
        return `${patient.occupation.charAt(0).toUpperCase()}${patient.occupation.slice(1)}.`
      case 'say':
        return say(this.#voice, talk.occasion, this.#random)
    }
  }

  /** Someone whose worry was never asked about hints at it once, without saying what it is. */
  #farewell(): string {
    const worried =
      this.#practice.facts.some(({ topic }) => topic === 'concern') && !this.#told.has('concern')
    return worried ? unspokenWorry(this.#voice) : say(this.#voice, 'goodbye', this.#random)
  }

  #pick(ways: readonly string[]): string {
    return ways[this.#random.below(ways.length)] ?? ''
  }
}

/** Results as they stand in the dialogue. */
export const resultTurn = (results: readonly OrderResult[]): string => resultLines(results)
