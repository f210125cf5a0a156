/** A question that a panel is asked, and the kinds of answers it can have. */
import type { DialogueSpeaker } from '../dialogue/dialogue.ts'

/** diagnosis: a condition's id. choice: a letter. number: a plain decimal. yes-no: `yes` or `no`. */
export const answerKinds = ['diagnosis', 'choice', 'number', 'yes-no'] as const
export type AnswerKind = (typeof answerKinds)[number]

export interface RecordTurn {
  /** As shown to people and cited. */
  readonly number: number
  readonly speaker: DialogueSpeaker
  readonly text: string
}

/** What is known of the patient besides what was said; null where nobody says. */
export interface PanelPatient {
  /** Years. */
  readonly age: number | null
  readonly sex: 'female' | 'male' | null
}

export interface PanelQuestion {
  readonly id: string
  readonly text: string
  readonly kind: AnswerKind
  /** What A, B, C ... stand for; empty unless the kind is `choice`. */
  readonly choices: readonly string[]
  readonly patient: PanelPatient
  /** The record that the question is about, in order; empty where the question stands alone. */
  readonly turns: readonly RecordTurn[]
}

/** The question of a panel on a consultation or a case. */
export const diagnosisQuestion = 'What is the most likely diagnosis?'
