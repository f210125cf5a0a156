/** A dialogue of the expert policy, or of one with a flaw, with a simulated person. */
import type { Random } from '../../core/random.ts'
import { believe, inquiryValues, type Belief, type Evidence } from '../../knowledge/belief.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import { ruleReader, type ProcessReader } from '../acts.ts'
import type { Heard } from '../courtesy/courtesy.ts'
import { asksForDanger } from '../danger.ts'
import { nextWords } from '../doctor/note.ts'
import type { DoctorPromptTurn } from '../doctor/prompt.ts'
import { chooseNext, type NextAction } from '../policy/choose-next.ts'
import { topicQuestions } from '../policy/topic-questions.ts'
import { writeClosing } from '../turns.ts'
import { drawAgenda } from './agenda.ts'
import { closingParts } from './closing-parts.ts'
import { closingWordings, type ClosingParts } from './closing-wording.ts'
import { firstWithoutFault, leastFaulty, rememberingReader } from '../compliance.ts'
import {
  alreadySaid,
  brushOffs,
  crowdedQuestion,
  idleNext,
  idleQuestion,
  jargonQuestion,
  type Flaw,
} from './flaws.ts'
import { report, wordedOrder, type Reported } from './order-wording.ts'
import { rephrased } from './question-wording.ts'
import { Manners } from './manners.ts'
import { nextStep, type Thought } from './noted-turns.ts'
import { pick, type SimulatedPerson } from './simulated-person.ts'
import { drawTemper, withTemper, type Temper } from './temper.ts'
import { complaint, openAnswer, type Silence, type Told } from './told.ts'
import { answerTogether, listedWith, screensToo, topicsWith, type AskTogether } from './together.ts'
import { answerAbout, bareNo, type Wordings } from './wordings.ts'
import { worseClosings, worseQuestions, type Moment, type WorseTurn } from './worse-turns.ts'
import { lowered } from '../lowered.ts'

export interface GeneratedDialogue {
  readonly who: SimulatedPerson
  readonly turns: readonly DoctorPromptTurn[]
  readonly evidence: readonly Evidence[]
  readonly ranked: readonly Belief[]
  /** Findings that speak for the leading condition, strongest first. */
  readonly grounds: readonly string[]
  /** Worse turns in place of some of the doctor's. */
  readonly worse: readonly PlacedWorseTurn[]
  /** What the doctor thought, by the position of the turn that followed. */
  readonly thoughts: ReadonlyMap<number, Thought>
  /** Position of the doctor's turn that asked about a finding. */
  readonly askedAt: ReadonlyMap<string, number>
  /** Answers to open questions by their topic, without what was added in worry. */
  readonly told: ReadonlyMap<string, string>
}

/** A worse turn and the position of the doctor's turn that is better. */
export type PlacedWorseTurn = WorseTurn & { readonly at: number }

let shared: ProcessReader | null = null
const reader = (): ProcessReader => (shared ??= rememberingReader(ruleReader()))

/** How often things that belong together are asked in one question, 0..1: who follows a plan does so more often. */
const togetherShare = { expert: 0.75, flawed: 0.25 } as const
/** Turns at the end of a visit in which concluding and ordering are not early any more. */
const lateTurns = 3
/** Wordings tried before a question is given up. */
const attempts = 5

/** @returns null when the person has nothing typical to complain of */
export function expertDialogue(
  base: KnowledgeBase,
  random: Random,
  who: SimulatedPerson,
  wordings: Wordings,
  budget: number,
  flaw: Flaw | null = null,
): GeneratedDialogue | null {
  const opening = complaint(base, random, who, wordings)
  return opening && new Conversation(base, random, who, wordings, budget, flaw, opening).hold()
}

/** One dialogue while it is being made. */
class Conversation {
  readonly #base: KnowledgeBase
  readonly #random: Random
  readonly #who: SimulatedPerson
  readonly #wordings: Wordings
  readonly #budget: number
  readonly #flaw: Flaw | null
  readonly #temper: Temper
  readonly #manner: Silence
  readonly #agenda
  readonly #turns: DoctorPromptTurn[]
  readonly #evidence: Evidence[]
  readonly #asked: Set<string>
  readonly #topics = new Set<string>()
  readonly #ordered = new Set<string>()
  readonly #thoughts = new Map<number, Thought>()
  readonly #askedAt = new Map<string, number>()
  readonly #told = new Map<string, string>()
  readonly #worse: PlacedWorseTurn[] = []
  readonly #manners: Manners
  readonly #opening: Told
  #thought: Thought = { known: 0, suspected: [], next: '' }
  #screened = false
  #last: Heard = 'anything'
  #taken = 0

  constructor(
    base: KnowledgeBase,
    random: Random,
    who: SimulatedPerson,
    wordings: Wordings,
    budget: number,
    flaw: Flaw | null,
    opening: Told,
  ) {
    this.#base = base
    this.#random = random
    this.#who = who
    this.#wordings = wordings
    this.#budget = budget
    this.#flaw = flaw
    this.#manners = new Manners(random)
    // Who passes over fear has to meet some.
    this.#temper = flaw === 'dismissive' ? pick(random, ['anxious', 'suffering']) : drawTemper(random)
    this.#manner = random.uniform() < 0.5 ? 'talkative' : 'reticent'
    this.#agenda = drawAgenda(random, who.person, budget)
    this.#opening = opening
    this.#turns = [{ speaker: 'patient', text: this.#inTemper(opening.text) }]
    this.#evidence = opening.findings.map((finding) => ({ finding, present: true, certainty: 0.97 }))
    this.#asked = new Set(opening.findings)
  }

  hold(): GeneratedDialogue | null {
    while (this.#taken < this.#budget) {
      const action = this.#next()
      const before = this.#thought.next
      this.#thought = this.#think(action)
      if (this.#goesWrong(action, before)) continue
      if (action.kind === 'close') {
        const text = this.#close(action)
        if (text === null) return null
        this.#say(text)
        return this.#done(action.ranked, action.grounds)
      }
      if (action.kind === 'order') this.#order(action)
      else if (action.kind === 'ask-together') this.#askTogether(action)
      else this.#ask(action)
    }
    // The budget is gone without a diagnosis; the last answer teaches nothing.
    if (this.#flaw !== 'endless') return null
    this.#turns.pop()
    return this.#done(believe(this.#base, this.#who.person, this.#evidence), [])
  }

  #done(ranked: readonly Belief[], grounds: readonly string[]): GeneratedDialogue {
    return {
      who: this.#who,
      turns: this.#turns,
      evidence: this.#evidence,
      ranked,
      grounds,
      worse: this.#worse,
      thoughts: this.#thoughts,
      askedAt: this.#askedAt,
      told: this.#told,
    }
  }

  #next(): NextAction | AskTogether {
    if (this.#flaw === 'premature' && this.#taken >= 2)
      return {
        kind: 'close',
        ranked: believe(this.#base, this.#who.person, this.#evidence),
        grounds: this.#opening.findings,
      }
    const next = chooseNext(this.#base, {
      person: this.#who.person,
      evidence: this.#evidence,
      asked: this.#asked,
      topics: this.#topics,
      screened: this.#screened || this.#flaw === 'unsafe',
      ordered: this.#ordered,
      turns: this.#taken,
      budget: this.#budget,
      agenda: this.#agenda,
    })
    return this.#together(next) ?? next
  }

  /** The step with what belongs to it, where this doctor asks so and danger is still asked for. */
  #together(next: NextAction): AskTogether | null {
    if (next.kind !== 'ask-topic' && next.kind !== 'ask-finding') return null
    if (this.#random.uniform() >= togetherShare[this.#flaw === null ? 'expert' : 'flawed']) return null
    if (next.kind === 'ask-topic') return topicsWith(next.topic, this.#topics)
    const { person } = this.#who
    const ranked = believe(this.#base, person, this.#evidence)
    const values = inquiryValues(this.#base, person, ranked, this.#asked, () => true)
    const bits = new Map(values.map(({ finding, bits: expected }) => [finding, expected]))
    const found = listedWith(this.#base, this.#random, person, next.finding, this.#asked, bits)
    return found && (this.#screened || screensToo(next, found)) ? found : null
  }

  /**
   * Does what the flaw does in place of the next step, where it does.
   *
   * @param before what the last turn did, as its note said it
   */
  #goesWrong(action: NextAction | AskTogether, before: string): boolean {
    const random = this.#random
    const last = this.#turns.findLast(({ speaker }) => speaker === 'doctor')?.text
    if (
      this.#flaw === 'repetitive' &&
      this.#taken > 1 &&
      action.kind !== 'close' &&
      last &&
      random.uniform() < 0.35
    ) {
      this.#thought = { ...this.#thought, next: before }
      this.#say(last)
      this.#answer(pick(random, alreadySaid))
      return true
    }
    if (this.#flaw === 'endless' && action.kind === 'close') {
      this.#thought = { ...this.#thought, next: idleNext }
      this.#say(idleQuestion(this.#base, random, this.#asked) ?? 'Anything else?')
      this.#answer(pick(random, bareNo))
      return true
    }
    if (this.#flaw === 'unsafe' && action.kind === 'ask-topic' && action.topic !== 'onset') {
      this.#topics.add(action.topic)
      return true
    }
    return false
  }

  #ask(action: Extract<NextAction, { kind: 'ask-topic' | 'ask-finding' }>): void {
    const random = this.#random
    const finding = action.kind === 'ask-finding' ? this.#base.findings.get(action.finding) : undefined
    const patient = finding && !('order' in finding) ? finding : undefined
    const plain = (): string =>
      patient
        ? rephrased(random, patient.ask)
        : pick(random, topicQuestions[action.topic] ?? [`Tell me about ${action.topic}.`])
    const question = plain()
    const text = this.#worded(question, plain)
    this.#topics.add(action.topic)
    if (patient) this.#asked.add(patient.id)
    // A question that cannot be put without a fault is left out, and its turn goes to the next best.
    if (text === null) return
    if (this.#flaw === null && this.#taken > 0)
      this.#keepWorse(worseQuestions(this.#base, random, this.#moment(), question, patient?.id))
    if (patient) {
      if (asksForDanger(text)) this.#screened = true
      this.#askedAt.set(patient.id, this.#turns.length)
      const present = this.#who.present.has(patient.id)
      const { text: reply, certainty } = answerAbout(random, patient, present, this.#wordings)
      this.#say(text)
      this.#answer(this.#inTemper(reply))
      this.#evidence.push({ finding: patient.id, present, certainty })
      this.#last = patient.kind !== 'symptom' ? 'anything' : present ? 'symptom' : 'denial'
      return
    }
    const told = openAnswer(
      this.#base,
      random,
      this.#who,
      this.#asked,
      action.topic,
      this.#wordings,
      this.#manner,
    )
    for (const id of told.findings) {
      this.#asked.add(id)
      this.#evidence.push({ finding: id, present: true, certainty: 0.95 })
    }
    this.#told.set(action.topic, told.text)
    const symptoms = told.findings.some((id) => this.#base.findings.get(id)?.kind === 'symptom')
    this.#last = symptoms ? 'symptom' : 'anything'
    this.#say(text)
    this.#answer(this.#inTemper(told.text))
  }

  #askTogether(action: AskTogether): void {
    const random = this.#random
    const plain = (): string => pick(random, action.wordings)
    const question = plain()
    const text = this.#worded(question, plain)
    const findings = action.themes.flatMap((theme) => theme.findings)
    const known = new Set(this.#asked)
    for (const topic of action.topics) this.#topics.add(topic)
    for (const id of findings) this.#asked.add(id)
    if (text === null) return
    if (this.#flaw === null && this.#taken > 0)
      this.#keepWorse(worseQuestions(this.#base, random, this.#moment(), question, findings[0]))
    if (asksForDanger(text)) this.#screened = true
    const {
      text: reply,
      evidence,
      told,
    } = answerTogether(this.#base, random, this.#who, action, known, this.#wordings, this.#manner)
    for (const { finding } of evidence) {
      this.#asked.add(finding)
      this.#askedAt.set(finding, this.#turns.length)
    }
    for (const [topic, answer] of told) this.#told.set(topic, answer)
    this.#say(text)
    this.#answer(this.#inTemper(reply))
    this.#evidence.push(...evidence)
    const present = evidence.some(
      (item) => item.present && this.#base.findings.get(item.finding)?.kind === 'symptom',
    )
    this.#last = present ? 'symptom' : findings.length > 0 ? 'denial' : 'anything'
  }

  /** The question as this doctor puts it; null where every way of it breaks a rule. */
  #worded(question: string, again: () => string): string | null {
    const random = this.#random
    switch (this.#flaw) {
      case 'jargon':
        return this.#taken > 0 && random.uniform() < 0.7
          ? this.#politely(jargonQuestion(this.#base, random, pick(random, [...this.#base.findings.keys()])))
          : this.#politely(question)
      case 'crowded':
        return this.#taken > 0 && random.uniform() < 0.7
          ? this.#politely(crowdedQuestion(this.#base, random, question, this.#asked))
          : this.#politely(question)
      case 'dismissive':
        return random.uniform() < 0.5 && this.#taken > 0 ? `${pick(random, brushOffs)} ${question}` : question
      case null: {
        const candidates = function* (this: Conversation): Generator<string> {
          yield this.#politely(question)
          for (let attempt = 1; attempt < attempts; attempt++) yield this.#politely(again())
        }
        return firstWithoutFault(this.#soFar(), candidates.call(this), reader())
      }
      case 'premature':
      case 'endless':
      case 'repetitive':
      case 'unsafe':
        return this.#politely(question)
    }
  }

  #order(action: Extract<NextAction, { kind: 'order' }>): void {
    const early = this.#flaw === null ? this.#earlyClosing() : undefined
    if (early !== undefined)
      this.#keepWorse([{ flaw: 'premature', text: early, next: nextWords({ kind: 'conclude' }) }])
    const named = { examination: new Set<string>(), test: new Set<string>() }
    const positive: Reported[] = []
    const negative: Reported[] = []
    for (const kind of ['examination', 'test'] as const)
      for (const id of kind === 'test' ? action.tests : action.examinations) {
        const finding = this.#base.findings.get(id)
        if (!finding || !('order' in finding)) continue
        named[kind].add(finding.order)
        this.#ordered.add(`${kind}:${finding.order}`)
        this.#asked.add(id)
        const present = this.#who.present.has(id)
        const line = pick(this.#random, this.#wordings.result(finding, present))
        ;(present ? positive : negative).push({ order: finding.order, line })
        this.#evidence.push({ finding: id, present, certainty: 0.98 })
      }
    const worded = (): string =>
      this.#politely(
        wordedOrder(this.#random, [...named.examination].map(lowered), [...named.test].map(lowered)),
      )
    const candidates = Array.from({ length: attempts }, worded)
    const text = leastFaulty(this.#soFar(), candidates, reader())
    this.#say(text ?? candidates[0] ?? '')
    // The likeliest findings stand first; a report does not list everything that is not there.
    this.#last = 'results'
    const reported = [...positive, ...negative.slice(0, positive.length > 0 ? 2 : 4)]
    this.#turns.push({ speaker: 'result', text: report(reported) })
  }

  #close({ ranked, grounds }: Extract<NextAction, { kind: 'close' }>): string | null {
    const careful = this.#parts(ranked, grounds)
    if (!careful) return null
    if (this.#flaw === 'unsafe') return writeClosing(careful.diagnosis, [], careful.grounds, careful.plan, '')
    if (this.#flaw !== null) return closingWordings(this.#random, careful)[0] ?? null
    const wordings = closingWordings(this.#random, careful).flatMap((closing) => {
      const word = this.#manners.word(this.#heard(), null)
      return word === '' ? [closing] : [`${word} ${closing}`]
    })
    const text = leastFaulty(this.#soFar(), wordings, reader())
    this.#keepWorse(worseClosings(this.#base, this.#random, this.#asked, careful, text))
    return text
  }

  #parts(ranked: readonly Belief[], grounds: readonly string[]): ClosingParts | null {
    return closingParts(this.#base, ranked, grounds, this.#topics.has('allergies'))
  }

  /** The diagnosis that what is known so far would give. */
  #earlyClosing(): string | undefined {
    const early = this.#parts(believe(this.#base, this.#who.person, this.#evidence), this.#opening.findings)
    return early ? closingWordings(this.#random, early)[0] : undefined
  }

  /** Turns that could have stood in place of the one that comes. */
  #keepWorse(turns: readonly WorseTurn[]): void {
    for (const turn of turns) this.#worse.push({ ...turn, at: this.#turns.length })
  }

  #politely(text: string): string {
    return this.#flaw === 'dismissive' ? text : this.#manners.politely(text, this.#heard(), this.#lastHeard())
  }

  /** What the last turn was; null before the doctor has spoken. */
  #lastHeard(): Heard | null {
    return this.#turns.length > 1 ? this.#last : null
  }

  #moment(): Moment {
    return {
      heard: this.#heard(),
      said: this.#said(),
      asked: this.#asked,
      early:
        this.#taken < this.#budget - lateTurns
          ? { closing: this.#earlyClosing(), suspected: this.#thought.suspected[0] }
          : null,
    }
  }

  /** The last turn, and what it did. */
  #said(): Moment['said'] {
    const at = this.#turns.findLastIndex(({ speaker }) => speaker === 'doctor')
    const turn = this.#turns[at]
    return turn && { text: turn.text, next: this.#thoughts.get(at)?.next ?? '' }
  }

  #heard(): string {
    const last = this.#turns.at(-1)
    return last?.speaker === 'patient' ? last.text : ''
  }

  #soFar() {
    return { patient: this.#who.person, turnBudget: this.#budget, turns: this.#turns }
  }

  #inTemper(text: string): string {
    return withTemper(this.#random, this.#temper, this.#who.person, text, this.#wordings)
  }

  #think(action: NextAction | AskTogether): Thought {
    const ranked = believe(this.#base, this.#who.person, this.#evidence)
    return {
      known: this.#evidence.length,
      suspected: ranked.slice(0, 2).map(({ condition }) => condition),
      next: nextWords(nextStep(this.#base, action)),
    }
  }

  #say(text: string): void {
    this.#thoughts.set(this.#turns.length, this.#thought)
    this.#turns.push({ speaker: 'doctor', text })
    this.#taken++
  }

  #answer(text: string): void {
    this.#turns.push({ speaker: 'patient', text })
  }
}
