/** What the knowledge base reads in a consultation. */
import * as v from 'valibot'
import type { Guidance } from '../consult/guidance.ts'
import type { Id } from '../session/session.ts'

export type { SessionProcess, SessionProcessNode, SessionRule } from '../consult/process.ts'
export type { CitedFinding, DifferentialEntry, GuidedNext, Guidance } from '../consult/guidance.ts'

export interface ReadingOperations {
  /** Reads the turns so far. Needs consent for text; what is seen or heard of a mood never enters. */
  'consult.reading': { request: { session: Id }; reply: Guidance }
}

export const readingNames = { 'consult.reading': true } as const

export const readingSchemas = {
  'consult.reading': v.strictObject({
    session: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'must be an id')),
  }),
}
