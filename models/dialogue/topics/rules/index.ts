/** The rules of every standard topic. */
import { backgroundRules } from './background.ts'
import { bodyRules } from './body.ts'
import { complaintRules } from './complaint.ts'
import { mindRules } from './mind.ts'
import type { StandardTopic, TopicRules } from './rule.ts'

export type { StandardTopic } from './rule.ts'

export const topicRules: TopicRules<StandardTopic> = {
  ...complaintRules,
  ...backgroundRules,
  ...bodyRules,
  ...mindRules,
}
