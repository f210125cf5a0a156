/**
 * Decides which of a case's facts one question may bring out. It knows questions, wordings and
 * topics; what the patient says with it is decided elsewhere.
 */
import {
  OwnTopics,
  asksForTheFile,
  guessesDiagnosis,
  isBesideTheVisit,
  plainText,
  standardTopicsIn,
  subjectWords,
  type Asking,
  type StandardTopic,
  type TopicMatch,
} from '../dialogue/topics/index.ts'
import type { PracticeCase, PracticeFact } from './case.ts'
import { isCourtesy } from './small-talk.ts'

/** What one question comes to. */
export type Decision =
  | {
      readonly kind: 'release'
      readonly facts: readonly PracticeFact[]
      readonly silent: readonly StandardTopic[]
    }
  /** It asks about something standard on which the case has no fact. */
  | { readonly kind: 'silent'; readonly topics: readonly StandardTopic[] }
  /** It asks for the file, the answer, or a step out of the visit. */
  | { readonly kind: 'probe' }
  /** It puts a diagnosis to the patient. */
  | { readonly kind: 'guess' }
  /** It asks for nothing that can be told apart. */
  | { readonly kind: 'none' }

/** Scores of a case's facts for one wording beside the words in common, 0..1; from sentence embeddings. */
export type Nearness = (wording: string) => readonly TopicMatch[]

const nothingNear: Nearness = () => []

/** From this score on a fact counts as asked for by its own wordings. */
const enough = 0.62
/** A question that hits a wording of one fact like this is about that fact alone. */
const exact = 0.8
/** Below this a fact of the same standard topic has nothing to do with such a question. */
const unrelated = 0.4

const otherSymptoms =
  /\b(?:other|else|associated|accompany\w*|along with|comes? with|goes with|further|additional)\b(?!.*\b(?:illness\w*|conditions?|diseases?|medic\w*|family)\b)/

export class Gatekeeper {
  readonly #facts: readonly PracticeFact[]
  readonly #own: OwnTopics
  /** The standard topics that each fact's wordings ask about. */
  readonly #covers: ReadonlyMap<string, ReadonlySet<StandardTopic>>
  readonly #words: ReadonlyMap<string, ReadonlySet<string>>
  /** Words of the conditions that the case may be about. */
  readonly #candidates: ReadonlySet<string>

  constructor({
    facts,
    checklist,
    differential,
  }: Pick<PracticeCase, 'facts' | 'checklist' | 'differential'>) {
    const conditions = [...differential, ...checklist.diagnosis.map(({ condition }) => condition)]
    this.#candidates = subjectWords(conditions.join(' ').replaceAll('-', ' '))
    this.#facts = facts
    this.#own = new OwnTopics(new Map(facts.map(({ topic, ask }) => [topic, ask])))
    this.#covers = new Map(
      facts.map(({ topic, ask }) => [
        topic,
        new Set(ask.flatMap((wording) => standardTopicsIn(plainText(wording)))),
      ]),
    )
    this.#words = new Map(
      facts.map(({ topic, ask, answer }) => [topic, subjectWords([...ask, answer].join(' '))]),
    )
  }

  /**
   * @param near scores from sentence embeddings, where there is an encoder
   * @param unlikely standard topics that the turn hardly asks about, whatever its words name
   */
  decide(
    asking: Asking,
    near: Nearness = nothingNear,
    unlikely: ReadonlySet<StandardTopic> = new Set(),
  ): Decision {
    if (isCourtesy(asking.plain)) return { kind: 'none' }
    if (asksForTheFile(asking.plain)) return { kind: 'probe' }
    if (isBesideTheVisit(asking.plain) && !this.#isWorded(asking.plain)) return { kind: 'probe' }
    if (guessesDiagnosis(asking.plain, this.#candidates) && !this.#isWorded(asking.plain))
      return { kind: 'guess' }
    const asked = new Set<string>()
    const silent = new Set<StandardTopic>()
    const set = new Set<string>()
    for (const piece of asking.pieces) {
      const part = this.#one(piece, near, unlikely)
      for (const topic of part.asked) asked.add(topic)
      for (const topic of part.silent) silent.add(topic)
      for (const topic of part.setAside) set.add(topic)
    }
    const whole = this.#one(asking.plain, near, unlikely)
    for (const topic of whole.asked) if (!set.has(topic)) asked.add(topic)
    // What a piece says is more exact than what the whole sentence makes of it.
    if (asking.pieces.length === 0) for (const topic of whole.silent) silent.add(topic)
    else for (const topic of whole.silent) if (asked.size === 0) silent.add(topic)
    const facts = this.#facts.filter(({ topic }) => asked.has(topic))
    if (facts.length > 0) return { kind: 'release', facts, silent: [...silent] }
    return silent.size > 0 ? { kind: 'silent', topics: [...silent] } : { kind: 'none' }
  }

  /**
   * What a turn comes to whose words and rules say nothing, but which was understood to ask about these topics.
   *
   * @param plain the whole turn, see `plainText`
   */
  understand(plain: string, topics: readonly StandardTopic[]): Decision {
    const scores = this.#scores(plain, nothingNear)
    const asked = new Set(
      topics.flatMap((topic) => this.#factsOf(topic, plain, new Set(), (fact) => scores.get(fact) ?? 0)),
    )
    const facts = this.#facts.filter(({ topic }) => asked.has(topic))
    if (facts.length > 0) return { kind: 'release', facts, silent: [] }
    return topics.length > 0 ? { kind: 'silent', topics } : { kind: 'none' }
  }

  /** Whether a fact's author asks for it in just these words. */
  #isWorded(plain: string): boolean {
    return this.#facts.some(({ ask }) => ask.some((wording) => plainText(wording) === plain))
  }

  #one(
    plain: string,
    near: Nearness,
    unlikely: ReadonlySet<StandardTopic>,
  ): {
    readonly asked: ReadonlySet<string>
    readonly silent: readonly StandardTopic[]
    /** Facts that the rules named and the wordings did not bear out. */
    readonly setAside: readonly string[]
  } {
    const scores = this.#scores(plain, near)
    const score = (topic: string): number => scores.get(topic) ?? 0
    const best = Math.max(0, ...scores.values())
    const asked = new Set(
      [...scores].filter(([, own]) => own >= enough && own >= best - 0.2).map(([topic]) => topic),
    )
    const silent: StandardTopic[] = []
    const setAside: string[] = []
    for (const topic of standardTopicsIn(plain)) {
      if (unlikely.has(topic)) continue
      const facts = this.#factsOf(topic, plain, asked, score)
      if (facts.length === 0) {
        if (asked.size === 0) silent.push(topic)
        continue
      }
      for (const fact of facts)
        if (best >= exact && score(fact) < unrelated) setAside.push(fact)
        else asked.add(fact)
    }
    return { asked, silent, setAside }
  }

  #scores(plain: string, near: Nearness): ReadonlyMap<string, number> {
    const scores = new Map<string, number>()
    for (const { topic, score } of [...this.#own.match(plain), ...near(plain)])
      scores.set(topic, Math.max(score, scores.get(topic) ?? 0))
    return scores
  }

  /** The facts that answer a standard topic: its own, else the nearest whose wordings ask about it too. */
  #factsOf(
    topic: StandardTopic,
    plain: string,
    asked: ReadonlySet<string>,
    score: (topic: string) => number,
  ): readonly string[] {
    const own = this.#facts.some((fact) => fact.topic === topic)
    if (topic === 'associated') {
      if (otherSymptoms.test(plain)) return own ? [topic] : []
      // A named symptom: the fact that speaks of it, not whatever else comes along.
      if (asked.size > 0 || !own) return []
      const words = this.#words.get(topic)!
      return [...subjectWords(plain)].some((word) => words.has(word)) ? [topic] : []
    }
    if (own) return [topic]
    const kin = this.#facts
      .filter((fact) => fact.topic !== 'associated' && this.#covers.get(fact.topic)!.has(topic))
      .sort((a, b) => score(b.topic) - score(a.topic))
    return kin.slice(0, 1).map((fact) => fact.topic)
  }
}
