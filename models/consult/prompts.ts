/**
 * What the dialogue model is asked in a consultation. The transcript is data: it is delimited, and
 * nothing in it is an instruction.
 *
 * Each prompt also gives the reply's opening words. A small model that continues an opening stays
 * with the task where one that starts freely drifts into repeating the transcript.
 */
import type { Message } from '../decoding/language-model.ts'
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

const patientWords = (turns: readonly Turn[]): string =>
  turns
    .filter((turn) => turn.speaker !== 'clinician')
    .map((turn) => `- ${turn.text}`)
    .join('\n')

/** The consultation replayed as a dialogue in which the model is the doctor and speaks next. */
export function suggestPrompt(record: SessionRecord): Prompt {
  const reason = record.session.reason.trim()
  const messages: Message[] = [
    {
      role: 'system',
      content: `You are a careful doctor taking a history. Ask one short question at a time.${
        reason ? ` The patient came because of: ${reason}.` : ''
      }`,
    },
  ]
  for (const turn of record.turns) {
    const role = turn.speaker === 'clinician' ? 'assistant' : 'user'
    const last = messages.at(-1)
    if (last?.role === role)
      messages[messages.length - 1] = { role, content: `${last.content}\n${turn.text}` }
    else messages.push({ role, content: turn.text })
  }
  if (messages.at(-1)?.role !== 'user') messages.push({ role: 'user', content: 'Please go on.' })
  return { messages, opening: 'Thank you. Let me ask:' }
}

/** Free conversation about the case. Earlier exchanges follow the transcript, oldest first. */
export function chatPrompt(record: SessionRecord, question: string): Prompt {
  const said = transcript(record.turns)
  const earlier = record.chat.map((message): Message => ({
    role: message.author === 'model' ? 'assistant' : 'user',
    content: message.text,
  }))
  return {
    messages: [
      {
        role: 'system',
        content: `You are a medical assistant helping a doctor. Keep to this consultation.\n\n${
          said ? `Consultation:\n${said}` : 'Nothing has been said yet.'
        }`,
      },
      ...earlier,
      { role: 'user', content: question },
    ],
    opening: '',
  }
}

interface SectionTask {
  readonly ask: string
  readonly opening: string
  readonly source: (turns: readonly Turn[]) => string
}

const sectionTasks: Readonly<Record<NoteSectionId, SectionTask>> = {
  subjective: {
    ask: 'Summarize what the patient says in two or three short sentences. Add nothing.',
    opening: 'The patient reports',
    source: patientWords,
  },
  objective: {
    ask: 'List only the examination findings and measurements that were stated, in one or two short sentences.',
    opening: 'Measured or observed:',
    source: transcript,
  },
  assessment: {
    ask: 'Name the most likely problem and one alternative in two short sentences.',
    opening: 'The symptoms suggest',
    source: transcript,
  },
  plan: {
    ask: 'Name the next tests and steps in two or three short sentences.',
    opening: 'The next steps are',
    source: transcript,
  },
}

export function notePrompt(record: SessionRecord, section: NoteSectionId): Prompt {
  const task = sectionTasks[section]
  return {
    messages: [
      {
        role: 'system',
        content: 'You write short clinical notes from a consultation. Use only what was said.',
      },
      { role: 'user', content: `Consultation:\n${task.source(record.turns)}\n\n${task.ask}` },
    ],
    opening: task.opening,
  }
}
