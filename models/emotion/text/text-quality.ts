/** How far a text can be read for emotion, and the pieces in which the network reads it. */
import type { Quality } from '../reading.ts'
import { guessLanguage, wordsOf } from './language.ts'

export type TextFlaw =
  | 'empty'
  | 'emoji-only'
  | 'no-words'
  | 'few-words'
  | 'other-language'
  | 'unsure-language'
  | 'not-prose'
  | 'long'

/** Quality below which nothing is said about the emotion. */
export const textReadableFrom = 0.35

/** Words per window: the network was trained on single sentences and short comments. */
const windowWords = 40

/** Signs of markup, formulas and addresses per word from which a text is no speech. */
const signsPerWord = 0.12

const signsOf = (text: string): number => text.match(/[=<>{}\\|^_]|:\/\//g)?.length ?? 0

export interface JudgedText {
  readonly quality: Quality
  /** Whole sentences put together up to the window's size, in order; longer sentences are cut at words. */
  readonly windows: readonly string[]
}

/** Judges a turn or caption line. A text below the floor has no windows: nothing needs to be computed. */
export function judgeText(text: string): JudgedText {
  const trimmed = text.trim()
  const count = wordsOf(trimmed).length
  if (trimmed === '') return unreadable('empty')
  if (count === 0) return unreadable(/\p{Extended_Pictographic}/u.test(trimmed) ? 'emoji-only' : 'no-words')
  const language = guessLanguage(trimmed)
  if (language === 'other') return unreadable('other-language')
  const windows = textWindows(trimmed)
  const shares: readonly (readonly [TextFlaw, number])[] = [
    ['few-words', count === 1 ? 0.4 : count === 2 ? 0.6 : 1],
    ['not-prose', signsOf(trimmed) > signsPerWord * count ? 0.45 : 1],
    ['unsure-language', language === 'unsure' ? 0.45 : 1],
    // A mean over many moods says little about any moment.
    ['long', 1 / (1 + (windows.length - 1) / 12)],
  ]
  const quality: Quality = {
    score: Math.min(...shares.map(([, share]) => share)),
    reasons: shares.filter(([, share]) => share < 0.95).map(([flaw]) => flaw),
  }
  return { quality, windows: quality.score < textReadableFrom ? [] : windows }
}

const unreadable = (flaw: TextFlaw): JudgedText => ({ quality: { score: 0, reasons: [flaw] }, windows: [] })

function textWindows(text: string): readonly string[] {
  const sentences = text.match(/[^.!?。！？\n]+[.!?。！？]*/gu) ?? [text]
  const windows: string[] = []
  let current: string[] = []
  const close = (): void => {
    if (current.length > 0) windows.push(current.join(' '))
    current = []
  }
  for (const sentence of sentences) {
    const pieces = sentence
      .trim()
      .split(/\s+/)
      .filter((piece) => piece !== '')
    if (current.length + pieces.length > windowWords) close()
    for (let start = 0; start < pieces.length; start += windowWords) {
      const part = pieces.slice(start, start + windowWords)
      if (current.length + part.length > windowWords) close()
      current.push(...part)
    }
  }
  close()
  return windows
}
