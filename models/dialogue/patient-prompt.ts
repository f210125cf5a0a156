/** The messages that ask for a patient's words, the same in training and in use. */
import type { Message } from '../decoding/language-model.ts'

export type PatientVoice = 'plain' | 'chatty' | 'short' | 'anxious' | 'evasive' | 'irritable'

/** @param fact the only thing the reply may tell, in plain words */
export const patientMessages = (voice: PatientVoice, question: string, fact: string): readonly Message[] => [
  {
    role: 'system',
    content: `You are the patient. Say the fact in your own words and nothing else. You sound ${voice}.`,
  },
  { role: 'user', content: `Doctor: ${question}\nFact: ${fact}` },
]
