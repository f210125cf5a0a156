/** The messages of the doctor's role, the same in training and in use. */
import type { Message } from '../../decoding/language-model.ts'

export interface DoctorPromptTurn {
  readonly speaker: 'doctor' | 'patient' | 'result'
  readonly text: string
  /** Of a doctor's turn: what was thought before it, see `writeNote`. */
  readonly note?: string
}

export interface Presented {
  /** Years; left out when not known. */
  readonly age?: number
  readonly sex?: 'female' | 'male'
}

/** The frame of a visit, as far as it is known. */
export interface Visit extends Presented {
  /** The most turns that the doctor may take. */
  readonly turnBudget?: number
}

/** " The patient is a 54-year-old woman.", empty where it is not known. */
export const personWords = ({ age, sex }: Presented): string => {
  if (age === undefined || sex === undefined) return ''
  const noun = age < 16 ? (sex === 'female' ? 'girl' : 'boy') : sex === 'female' ? 'woman' : 'man'
  if (age < 2) {
    const months = Math.max(1, Math.round(age * 12))
    return ` The patient is a ${months}-month-old ${noun}.`
  }
  return ` The patient is a ${Math.floor(age)}-year-old ${noun}.`
}

/** What the doctor is told before the first turn. */
export const doctorSystem = (visit: Visit): string =>
  `You are a careful doctor taking a history. Ask one short question at a time. Examine and order tests when there is a reason. Close with a diagnosis when enough is known.${personWords(visit)}${visit.turnBudget === undefined ? '' : ` You have ${visit.turnBudget} turns.`}`

/** The dialogue as chat messages in which the model speaks next as the doctor. */
export function doctorMessages(visit: Visit, turns: readonly DoctorPromptTurn[]): readonly Message[] {
  const messages: { role: Message['role']; content: string }[] = [
    { role: 'system', content: doctorSystem(visit) },
  ]
  for (const { speaker, text, note } of turns) {
    const role = speaker === 'doctor' ? 'assistant' : 'user'
    const content = speaker === 'result' ? `Result: ${text}` : note ? `${note}\n${text}` : text
    const last = messages.at(-1)
    if (last?.role === role) last.content += `\n${content}`
    else messages.push({ role, content })
  }
  return messages
}

/** A story told at once, answered by the likely diagnosis and what else to consider. */
export const vignetteMessages = (person: Presented, story: string): readonly Message[] => [
  { role: 'system', content: `You are a careful doctor. Name the likely diagnosis.${personWords(person)}` },
  { role: 'user', content: story },
]

/** A list of findings as such a story. */
export const listStory = (known: readonly string[]): string => `Findings: ${known.join('; ')}.`
