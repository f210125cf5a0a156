/** The standard topics that one question asks about, read by rules alone. */
import { topicRules, type StandardTopic } from './rules/index.ts'
import { probes } from './rules/probes.ts'

const whole = (patterns: readonly string[]): string =>
  patterns.map((pattern) => `\\b(?:${pattern})\\b`).join('|')

const rules = (Object.keys(topicRules) as StandardTopic[]).map((topic) => {
  const { cues, unless } = topicRules[topic]
  return {
    topic,
    cue: new RegExp(whole(cues)),
    unless: unless ? new RegExp(whole(unless), 'g') : null,
  }
})

const probe = new RegExp(whole(probes))

/** @param asking one sentence as `plainText` gives it */
export function standardTopicsIn(asking: string): readonly StandardTopic[] {
  return rules
    .filter(({ cue, unless }) => cue.test(unless ? asking.replace(unless, ' # ') : asking))
    .map(({ topic }) => topic)
}

/** Whether a sentence asks for the file, the answer or a step out of the visit instead of a topic. */
export const asksForTheFile = (asking: string): boolean => probe.test(asking)
