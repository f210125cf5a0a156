/** Reads topics by the rules and, where they may be wrong or silent, by what a sentence means. */
import type { SentenceEncoder } from '../../embedding/sentence-encoder.ts'
import { guessesDiagnosis } from './guesses.ts'
import { askings } from './questions.ts'
import { asksForTheFile } from './standard-topics.ts'
import type { StandardTopic } from './rules/index.ts'
import type { HeadMatch, TopicHead } from './topic-head.ts'
import type { TopicMatch } from './topic-match.ts'
import { topicReader } from './topic-reader.ts'

export interface AttentiveTopicReader {
  /** The standard topics that a turn asks about, the likeliest first; empty where it asks for none. */
  readonly topics: (turn: string) => Promise<readonly TopicMatch[]>
  /** Those that are sure enough for a patient to answer to. */
  readonly understood: (turn: string) => Promise<readonly StandardTopic[]>
}

/** A patient who guesses tells what was not asked. */
const sureEnough = 0.7

export function attentiveTopicReader(head: TopicHead, encoder: SentenceEncoder): AttentiveTopicReader {
  const rules = topicReader()
  const topics = async (turn: string): Promise<readonly HeadMatch[]> => {
    const asked = askings(turn).filter(({ plain }) => !asksForTheFile(plain) && !guessesDiagnosis(plain))
    if (asked.length === 0) return []
    const read = new Set(rules.topics(turn).map(({ topic }) => topic))
    const [vector] = await encoder.encode([turn])
    return vector ? head.topics(vector, read) : []
  }
  return {
    topics,
    understood: async (turn) =>
      (await topics(turn)).filter(({ score }) => score >= sureEnough).map(({ topic }) => topic),
  }
}
