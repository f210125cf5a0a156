/** Which topics one doctor's turn asks about. */
import { OwnTopics, type TopicWordings } from './own-topics.ts'
import { askings } from './questions.ts'
import { guessesDiagnosis } from './guesses.ts'
import { asksForTheFile, standardTopicsIn } from './standard-topics.ts'
import type { TopicMatch } from './topic-match.ts'

export interface TopicOptions {
  /** A case's topics with its author's wordings of the question, standard and own ones alike. */
  readonly extra?: TopicWordings
}

export interface TopicReader {
  /**
   * The topics that a turn asks about, best first, each once. A turn of several questions asks about
   * all of theirs; a turn that asks for no topic gives an empty list.
   */
  topics(turn: string, options?: TopicOptions): readonly TopicMatch[]
}

/** From this score on, a wording of the case counts as asked. */
const ownEnough = 0.62

/** Shorter parts lose what they belong to: "or wander", "anything else". */
export const standsAlone = (piece: string): boolean => piece.split(' ').length >= 3

/** A reader that goes by rules and by words in common. */
export function topicReader(): TopicReader {
  const own = new WeakMap<TopicWordings, OwnTopics>()
  const ownTopics = (wordings: TopicWordings): OwnTopics => {
    const known = own.get(wordings) ?? new OwnTopics(wordings)
    own.set(wordings, known)
    return known
  }
  return {
    topics: (turn, { extra } = {}) => {
      const best = new Map<string, number>()
      const add = (topic: string, score: number): void => {
        best.set(topic, Math.max(score, best.get(topic) ?? 0))
      }
      for (const { plain, pieces } of askings(turn)) {
        if (asksForTheFile(plain) || guessesDiagnosis(plain)) continue
        // A rule's exceptions look at the whole sentence; what one part asks must not hide what another does.
        for (const part of [plain, ...pieces.filter(standsAlone)])
          for (const topic of standardTopicsIn(part)) add(topic, 1)
        if (extra)
          for (const piece of [plain, ...pieces])
            for (const { topic, score } of ownTopics(extra).match(piece))
              if (score >= ownEnough) add(topic, score)
      }
      return [...best].map(([topic, score]) => ({ topic, score })).sort((a, b) => b.score - a.score)
    },
  }
}
