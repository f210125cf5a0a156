/** Own wordings of every standard topic: what the nearest neighbours of a question are sought among. */
import type { StandardTopic } from '../rules/index.ts'
import { backgroundWordings } from './background.ts'
import { bodyWordings } from './body.ts'
import { complaintWordings } from './complaint.ts'
import { mindWordings } from './mind.ts'

export const topicBank: Readonly<Record<StandardTopic, readonly string[]>> = {
  ...complaintWordings,
  ...backgroundWordings,
  ...bodyWordings,
  ...mindWordings,
}
