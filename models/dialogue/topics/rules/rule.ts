import type { standardTopics } from '../../../knowledge/schema.ts'

export type StandardTopic = (typeof standardTopics)[number]

/**
 * How one topic is asked for, over plain lower-case text without contractions (see `plainText`): the
 * cues read `what is`, `do not`, `you have`. Both are regular expressions.
 */
export interface TopicRule {
  /** Any one of these asks for the topic. */
  readonly cues: readonly string[]
  /** Phrases that merely look like it; blanked before the cues are tried. */
  readonly unless?: readonly string[]
}

export type TopicRules<Topic extends StandardTopic> = Readonly<Record<Topic, TopicRule>>
