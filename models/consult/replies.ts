/** Reads what a model wrote, strictly: a sentence that is no question is not offered as one. */
import { splitNote } from '../dialogue/doctor/note.ts'
import { sentences } from './sentences.ts'

const longestQuestion = 240

/** The first sentence that asks something, without a speaker label; null when there is none. */
export function readQuestion(text: string): string | null {
  for (const sentence of sentences(splitNote(text).said)) {
    const question = sentence
      .replace(/^(?:doctor|clinician|assistant)\s*:\s*/i, '')
      .replace(/^(?:thank you\.?\s*)?let me ask:\s*/i, '')
      .replace(/^["“”'\s-]+|["“”'\s]+$/g, '')
    if (!question.endsWith('?') || question.length > longestQuestion) continue
    if (question.split(/\s+/).length < 2) continue
    return question.charAt(0).toUpperCase() + question.slice(1)
  }
  return null
}

/**
 * A note section as it may be kept: whole sentences, each once, list marks removed. A model that
 * loops repeats its sentences; the first of each is the content.
 */
export function readSection(text: string): string {
  const seen = new Set<string>()
  const kept: string[] = []
  for (const sentence of sentences(text.replace(/^\s*(?:[-*•]|\d+[.)])\s+/gm, ''))) {
    const key = sentence.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')
    if (key.trim() === '' || seen.has(key)) continue
    seen.add(key)
    kept.push(sentence)
  }
  const last = kept.at(-1)
  const cutOff = last !== undefined && !/[.!?…)]["”']?$/.test(last)
  if (cutOff && kept.length > 1) kept.pop()
  return kept.join(' ')
}
