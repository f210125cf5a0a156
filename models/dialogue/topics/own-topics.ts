/** The topics of one case, matched by the wordings its author gave: subject words in common. */
import { subjectWords } from './lexicon.ts'
import { pieces } from './questions.ts'
import type { TopicMatch } from './topic-match.ts'

/** Wordings by topic. */
export type TopicWordings = ReadonlyMap<string, readonly string[]>

interface Part {
  readonly topic: string
  readonly words: ReadonlySet<string>
}

/**
 * Matches one question against a case's wordings.
 *
 * The score of a topic is the best of its wordings: how much of the wording's subject the question
 * names times how much of the question's subject the wording explains, each weighted by how rare the
 * word is in the case (0..1).
 */
export class OwnTopics {
  readonly #parts: readonly Part[]
  readonly #weight: (word: string) => number

  constructor(wordings: TopicWordings) {
    this.#parts = [...wordings].flatMap(([topic, asks]) =>
      [topic.replaceAll('-', ' '), ...asks.flatMap((ask) => [ask, ...pieces(ask)])]
        .map((wording) => ({ topic, words: subjectWords(wording) }))
        .filter(({ words }) => words.size > 0),
    )
    const inTopics = new Map<string, Set<string>>()
    for (const { topic, words } of this.#parts)
      for (const word of words) inTopics.set(word, (inTopics.get(word) ?? new Set()).add(topic))
    const topics = Math.max(1, wordings.size)
    this.#weight = (word) => Math.log(1 + topics / (inTopics.get(word)?.size ?? 1))
  }

  /** @param asking one question, or a piece of one, in any wording */
  match(asking: string): readonly TopicMatch[] {
    const asked = subjectWords(asking)
    const best = new Map<string, number>()
    for (const { topic, words } of this.#parts) {
      const shared = [...words].filter((word) => asked.has(word))
      if (shared.length === 0) continue
      const common = this.#sum(shared)
      const score = Math.sqrt((common / this.#sum(words)) * (common / this.#sum(asked)))
      best.set(topic, Math.max(score, best.get(topic) ?? 0))
    }
    return [...best].map(([topic, score]) => ({ topic, score })).sort((a, b) => b.score - a.score)
  }

  #sum(words: Iterable<string>): number {
    let sum = 0
    for (const word of words) sum += this.#weight(word)
    return sum
  }
}
