/** What the practice operations carry. */
import type { PracticeCase } from '../practice/case.ts'
import type { Debrief } from '../practice/encounter.ts'
import type { Id, SessionRecord, Turn } from '../session/session.ts'

/** A case as it may be shown before it is played: nothing of its facts, results or diagnosis. */
export interface CaseSummary {
  readonly id: string
  readonly title: string
  readonly specialty: string
  readonly difficulty: PracticeCase['difficulty']
  readonly patient: Pick<
    PracticeCase['patient'],
    'name' | 'age' | 'ageUnit' | 'sex' | 'occupation' | 'speaker'
  >
}

export interface PracticeRecord {
  readonly record: SessionRecord
  readonly practice: CaseSummary
  /** True once a diagnosis was named. */
  readonly finished: boolean
}

export interface DebriefWithNames extends Debrief {
  /** Names of every condition that the debrief mentions, by id. */
  readonly names: Readonly<Record<string, string>>
}

export interface PracticeOperations {
  'practice.cases': { request: Readonly<Record<string, never>>; reply: readonly CaseSummary[] }
  /** A new session of the case, opened by the patient's complaint. */
  'practice.start': { request: { case: string }; reply: PracticeRecord }
  /** Opens a practice session and supplies a reply that a killed app could not store. */
  'practice.open': { request: { session: Id }; reply: PracticeRecord }
  /** Stores the learner's turn and what came back. */
  'practice.say': {
    request: { session: Id; text: string; atMs: number }
    reply: { turns: readonly Turn[]; finished: boolean }
  }
  'practice.debrief': { request: { session: Id }; reply: DebriefWithNames }
}
