/** What reading and weighing a clinical case takes: knowledge, readers, measured reliability. */
import type { ReadCondition } from '../../dialogue/conditions/index.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { Calibration } from '../calibration.ts'
import type { CaseReader } from './case-reading.ts'

export interface ClinicalTools {
  readonly base: KnowledgeBase
  readonly reader: CaseReader
  readonly calibration: Calibration
  readonly readCondition: ReadCondition
}
