/** The messages of the scribe's and the assistant's role, the same in training and in use. */
import type { Message } from '../decoding/language-model.ts'

export type NotePart = 'subjective' | 'objective' | 'assessment' | 'plan'

/** How each section of a note is asked for. */
export const notePartAsk: Readonly<Record<NotePart, string>> = {
  subjective: 'Write what the patient reports.',
  objective: 'Write the findings of the examination and the tests.',
  assessment: 'Write the assessment.',
  plan: 'Write the plan.',
}

/** @param transcript one turn a line, each led by who speaks */
export const scribeMessages = (transcript: string, part: NotePart): readonly Message[] => [
  { role: 'system', content: 'You write short clinical notes from a consultation. Use only what was said.' },
  { role: 'user', content: `Consultation:\n${transcript}\n\n${notePartAsk[part]}` },
]

/** @param earlier exchanges so far, oldest first */
export const assistantMessages = (
  transcript: string,
  earlier: readonly Message[],
  question: string,
): readonly Message[] => [
  {
    role: 'system',
    content: `You are a medical assistant helping a doctor. Keep to this consultation.\n\n${
      transcript ? `Consultation:\n${transcript}` : 'Nothing has been said yet.'
    }`,
  },
  ...earlier,
  { role: 'user', content: question },
]
