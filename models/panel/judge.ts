/** What a run needs to know of answers: how they are read, checked, trusted and summed up. */
import type { EvidenceCheck, MemberDescription, Opinion, PeerStatement } from './member.ts'
import type { PanelQuestion } from './question.ts'
import type { PanelRecord } from './record.ts'

export interface Judge {
  /** The answer in its one form, or `unreadable`. */
  read(text: string, question: PanelQuestion): string
  /** In words for people. */
  name(answer: string, question: PanelQuestion): string
  /** How the record stands to the finding on which an answer is said to rest; null where none is named. */
  check(opinion: Opinion, answer: string, question: PanelQuestion): Promise<EvidenceCheck | null>
  /** How often such a member is right when it is this sure, 0..1; null where that was never measured. */
  reliability(
    member: MemberDescription,
    confidence: number,
    round: number,
    question: PanelQuestion,
  ): Promise<number | null>
  /**
   * What follows from the last round.
   *
   * @param statements of everybody present, challengers included
   */
  conclude(
    question: PanelQuestion,
    statements: readonly PeerStatement[],
  ): Promise<Pick<PanelRecord, 'differential' | 'mustNotMiss' | 'askNext'>>
}
