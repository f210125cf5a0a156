/**
 * The question for a larger language model, imported or served: explain the cues first, then give the label
 * (after the text branch of arXiv 2409.07078), and the strict reading of its reply.
 */
import { emotions, normalised, distribution, type Distribution, type Emotion } from '../reading.ts'

export interface EmotionPrompt {
  readonly system: string
  readonly user: string
}

/** Share of the probability that the named label gets; the rest is spread evenly. Models do not say how sure they are. */
const trusted = 0.75

const system = [
  'You read how a speaker feels from what is said in a medical conversation. You never diagnose.',
  'First explain the cues in one or two sentences: words, denial, understatement, what is left unsaid.',
  'Then give one label on a line of its own.',
  'neutral: facts or questions without feeling. angry: anger, annoyance, reproach, also when polite or sarcastic.',
  'happy: joy, relief, gratitude, pride, hope. sad: grief, loneliness, disappointment, shame, hopelessness.',
  'worried: fear, anxiety, unease, also when played down. surprise: astonishment, disbelief.',
  'Reply exactly in this form:',
  'Cues: …',
  `Label: one of ${emotions.join(', ')}`,
].join('\n')

/** @param before earlier turns, oldest first, each as "Doctor: …" or "Patient: …" */
export function emotionPrompt(text: string, before: readonly string[] = []): EmotionPrompt {
  const context = before.length > 0 ? `Before it:\n${before.join('\n')}\n\n` : ''
  return { system, user: `${context}The speaker says:\n"""\n${text.replaceAll('"""', '"')}\n"""` }
}

export interface PromptedEmotion {
  readonly cues: string
  readonly label: Emotion
  readonly scores: Distribution
}

/** Null unless the reply explains cues and then names exactly one known label on one line. */
export function readEmotionReply(reply: string): PromptedEmotion | null {
  const found = /^\s*cues:\s*([\s\S]*?\S)\s*\n\s*label:\s*([a-z]+)\.?\s*$/i.exec(reply)
  const [, cues, name] = found ?? []
  const label = emotions.find((emotion) => emotion === name?.toLowerCase())
  if (cues === undefined || label === undefined || /^\s*label:/im.test(cues)) return null
  const rest = (1 - trusted) / (emotions.length - 1)
  return {
    cues,
    label,
    scores: normalised(distribution((emotion) => (emotion === label ? trusted : rest))),
  }
}
