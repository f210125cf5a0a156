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
  /** What a patient makes of a turn beyond its words. */
  readonly understand: (turn: string) => Promise<Understanding>
}

export interface Understanding {
  /** Topics that the turn asks about so surely that a patient answers where its words say nothing. */
  readonly sure: readonly StandardTopic[]
  /** Topics that it hardly asks about: a patient does not answer to them though a word of the turn may name one. */
  readonly unlikely: ReadonlySet<StandardTopic>
}

/** Where no sentence encoder runs, a patient goes by the words alone. */
export const byWordsAlone: Understanding = { sure: [], unlikely: new Set() }

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
/** Below this probability a word that names a topic does not ask about it. */
const hardly = 0.3

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
  const asked = ({ asks, whole, parts }: HeardTurn): readonly HeadMatch[] =>
    asks ? head.topics(whole, parts) : []
  return {
    topics: async (turn) => asked(await hear(turn, encoder)),
    understand: async (turn) => {
      const heard = await hear(turn, encoder)
      return {
        sure: asked(heard)
          .filter(({ score }) => score >= sureEnough)
          .map(({ topic }) => topic),
        unlikely: new Set(
          [...head.likely(heard.whole, heard.parts)].flatMap(([topic, likely]) =>
            likely < hardly ? [topic] : [],
          ),
        ),
      }
    },
  }
}
