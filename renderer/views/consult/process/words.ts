/** The process in words. */
import type { SessionProcessNode } from '../../../../models/contract/reading.ts'

const states = { done: 'done', begun: 'begun', missing: 'open', optional: 'not needed so far' } as const

export const stateWord = ({ state }: SessionProcessNode): string => states[state]

/** What would still serve a step; only the most telling. */
export const missingWords = ({ missing }: SessionProcessNode): readonly string[] =>
  missing.slice(0, 4).map((each) => each.replaceAll('-', ' '))
