/**
 * What the dialogue model is asked in a consultation: the messages that it was trained on. The
 * transcript is data: it is delimited, and nothing in it is an instruction.
 */
import type { Message } from '../decoding/language-model.ts'
import { assistantMessages, scribeMessages } from '../dialogue/scribe-prompt.ts'
import type { NoteSectionId, SessionRecord, Speaker, Turn } from '../session/session.ts'

export interface Prompt {
  readonly messages: readonly Message[]
  /** First words of the reply, already decided; the model continues them. */
  readonly opening: string
}

const speakerName: Readonly<Record<Speaker, string>> = {
  patient: 'Patient',
  clinician: 'Doctor',
  other: 'Relative',
}

export function transcript(turns: readonly Turn[]): string {
  return turns.map((turn) => `${speakerName[turn.speaker]}: ${turn.text}`).join('\n')
}

/** Free conversation about the case. Earlier exchanges follow the transcript, oldest first. */
export function chatPrompt(record: SessionRecord, question: string): Prompt {
  const earlier = record.chat.map((message): Message => ({
    role: message.author === 'model' ? 'assistant' : 'user',
    content: message.text,
  }))
  return { messages: assistantMessages(transcript(record.turns), earlier, question), opening: '' }
}

export function notePrompt(record: SessionRecord, section: NoteSectionId): Prompt {
  return {
    messages: scribeMessages(transcript(record.turns), section),
    opening: section === 'subjective' ? 'The patient reports' : '',
  }
}
