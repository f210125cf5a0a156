/** Whoever is tested: given a dialogue, says the next turn. */
import type { PracticeCase } from '../case.ts'
import type { DialogueTurn } from '../../dialogue/dialogue.ts'
import type { BoundedVisit } from '../../dialogue/doctor/noted-visit.ts'

export type Visit = BoundedVisit

export interface VisitingDoctor {
  /** @param turns everything said so far; the last turn is the patient's or a result */
  next(turns: readonly DialogueTurn[]): Promise<string>
}

export interface TestedDoctor {
  readonly id: string
  /** A doctor for one visit; nothing is carried over between visits. */
  meet(visit: Visit): VisitingDoctor
  /** For references only: a doctor who has read the whole case. */
  knowing?(practice: PracticeCase): VisitingDoctor
}
