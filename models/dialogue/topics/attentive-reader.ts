/** Reads topics by the rules and, where they may be wrong or silent, by what a sentence means. */
import type { SentenceEncoder } from '../../embedding/sentence-encoder.ts'
import { guessesDiagnosis } from './guesses.ts'
import { askings } from './questions.ts'
import { asksForTheFile, standardTopicsIn } from './standard-topics.ts'
import type { StandardTopic } from './rules/index.ts'
import type { HeadInput, HeadMatch, TopicHead } from './topic-head.ts'
import type { TopicMatch } from './topic-match.ts'
import { standsAlone, topicReader } from './topic-reader.ts'

export interface AttentiveTopicReader {
  /** The standard topics that a turn asks about, the likeliest first; empty where it asks for none. */
  readonly topics: (turn: string) => Promise<readonly TopicMatch[]>
  /** Those that are sure enough for a patient to answer to. */
  readonly understood: (turn: string) => Promise<readonly StandardTopic[]>
}

/** A turn as the head reads it. */
export interface HeardTurn {
  /** Whether it asks for anything that a patient can tell. */
  readonly asks: boolean
  readonly whole: HeadInput
  /** What may ask on its own; empty where that is the whole. */
  readonly parts: readonly HeadInput[]
}

/** A patient who guesses tells what was not asked. */
const sureEnough = 0.9

const rules = topicReader()

export async function hear(turn: string, encoder: SentenceEncoder): Promise<HeardTurn> {
  const asked = askings(turn).filter(({ plain }) => !asksForTheFile(plain) && !guessesDiagnosis(plain))
  const parts = asked.flatMap(({ plain, pieces }) => [plain, ...pieces.filter(standsAlone)])
  const apart = parts.length > 1 ? parts : []
  const vectors = await encoder.encode([turn, ...apart])
  const input = (at: number, read: readonly string[]): HeadInput => {
    const vector = vectors[at]
    if (!vector) throw new TypeError('The sentence encoder gave too few vectors.')
    return { vector, rules: new Set(read) }
  }
  return {
    asks: asked.length > 0,
    whole: input(
      0,
      rules.topics(turn).map(({ topic }) => topic),
    ),
    parts: apart.map((part, index) => input(index + 1, standardTopicsIn(part))),
  }
}

export function attentiveTopicReader(head: TopicHead, encoder: SentenceEncoder): AttentiveTopicReader {
  const topics = async (turn: string): Promise<readonly HeadMatch[]> => {
    const { asks, whole, parts } = await hear(turn, encoder)
    return asks ? head.topics(whole, parts) : []
  }
  return {
    topics,
    understood: async (turn) =>
      (await topics(turn)).filter(({ score }) => score >= sureEnough).map(({ topic }) => topic),
  }
}
