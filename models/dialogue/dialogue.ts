/** A consultation as turns of doctor, patient and results. File format `consilium-dialogue/1`. */
import * as v from 'valibot'
import { fail } from '../core/failure.ts'

/** `result` is the finding of an examination or test that was ordered. */
export type DialogueSpeaker = 'doctor' | 'patient' | 'result'

export interface DialogueTurn {
  readonly speaker: DialogueSpeaker
  readonly text: string
}

export interface DialoguePatient {
  /** Years. */
  readonly age: number
  readonly sex: 'female' | 'male'
}

export interface Dialogue {
  readonly patient?: DialoguePatient
  /** The most doctor turns there may be; `usualTurnBudget` where it is absent. */
  readonly turnBudget?: number
  readonly turns: readonly DialogueTurn[]
}

export const usualTurnBudget = 12

/** Below this many doctor turns a consultation is short and its goals ask for less. */
const shortBelow = 8

export const turnBudgetOf = ({ turnBudget }: Dialogue): number => turnBudget ?? usualTurnBudget
export const isShort = (dialogue: Dialogue): boolean => turnBudgetOf(dialogue) < shortBelow

const schema = v.strictObject({
  schema: v.literal('consilium-dialogue/1'),
  patient: v.exactOptional(
    v.strictObject({
      age: v.pipe(v.number(), v.minValue(0), v.maxValue(120)),
      sex: v.picklist(['female', 'male']),
    }),
  ),
  turnBudget: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200))),
  turns: v.pipe(
    v.array(
      v.strictObject({
        speaker: v.picklist(['doctor', 'patient', 'result']),
        text: v.pipe(
          v.string(),
          v.check((text) => text.trim() !== '', 'must not be empty'),
          v.maxLength(8000),
        ),
      }),
    ),
    v.minLength(1),
    v.maxLength(1000),
  ),
})

/**
 * Checks one dialogue file. Fails with `invalid-request`, naming file, field and reason.
 *
 * @param input the parsed JSON of the file
 */
export function parseDialogue(input: unknown, file: string): Dialogue {
  const parsed = v.safeParse(schema, input, { abortEarly: true })
  if (!parsed.success) {
    const issue = parsed.issues[0]
    const field = v.getDotPath(issue) ?? 'file'
    fail(
      'invalid-request',
      `${file} is no usable dialogue: ${field}: ${issue.message}. Correct it and try again.`,
      { file, field, reason: issue.message },
    )
  }
  const { patient, turnBudget, turns } = parsed.output
  return { ...(patient ? { patient } : {}), ...(turnBudget === undefined ? {} : { turnBudget }), turns }
}
