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

const closed = /^(?:is|are|was|were|do|does|did|can|could|should|has|have|had|will|would|may|must)\b/i
const countable =
  /\b(?:how (?:many|much|old|long|far|often|tall|heavy|fast)|what (?:number|percentage|per ?cent|fraction|dose|rate) |calculate|compute)\b/i

/** Of a question that stands without choices and an expected answer, by its own words. */
export function kindOfQuestion(text: string): Exclude<AnswerKind, 'choice'> {
  // A story may come before the question and an instruction after it.
  const sentences = text.trim().split(/(?<=[.!?])\s+/)
  const asked = sentences.findLast((sentence) => sentence.endsWith('?')) ?? sentences.at(-1) ?? ''
  return closed.test(asked) ? 'yes-no' : countable.test(asked) ? 'number' : 'diagnosis'
}

/** The question of a panel on a consultation or a case. */
export const diagnosisQuestion = 'What is the most likely diagnosis?'
