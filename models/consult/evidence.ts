/**
 * Points each sentence of a drafted note at the turn that says it, or at none.
 *
 * Lexical support, so that it is checkable by eye: the share of a sentence's content words (weighted
 * by rarity in this consultation) that one turn contains. A model's own claim about its source is
 * not used.
 */
import type { Turn } from '../session/session.ts'
import { sentences } from './sentences.ts'

export interface SupportedSentence {
  readonly text: string
  /** Number of the turn that says it; null when no turn does. */
  readonly turn: number | null
}

/** Weighted share of a sentence's content words that a turn must hold to count as saying it. */
const enough = 0.5

const commonWords = new Set(
  'a an and are as at be been being but by can could did do does for from had has have he her him his how i if in into is it its may me might more my no not of on or our over she should so some such than that the their them then there these they this those to too under up was we were what when which who will with would you your patient patients doctor reports reported says states describes notes mentions symptoms suggest suggests likely possible next steps measured observed'.split(
    ' ',
  ),
)

/** Lower-case word stems without common words: "coughing" and "cough" are one. */
function contentWords(text: string): string[] {
  return (text.toLowerCase().match(/\p{L}+|\p{N}+(?:[.,]\p{N}+)?/gu) ?? [])
    .filter((word) => !commonWords.has(word))
    .map((word) => (word.length > 4 ? word.replace(/(?:ing|ed|es|s|ly)$/, '') : word))
    .filter((word) => word.length > 1)
}

export function linkEvidence(text: string, turns: readonly Turn[]): SupportedSentence[] {
  const turnWords = turns.map((turn) => new Set(contentWords(turn.text)))
  const rarity = (word: string): number =>
    Math.log(1 + turns.length / (1 + turnWords.filter((words) => words.has(word)).length))
  return sentences(text).map((sentence) => {
    const words = [...new Set(contentWords(sentence))]
    const total = words.reduce((sum, word) => sum + rarity(word), 0)
    let best: number | null = null
    let bestShare = enough
    turns.forEach((turn, index) => {
      const held = words.filter((word) => turnWords[index]?.has(word))
      const share = held.reduce((sum, word) => sum + rarity(word), 0) / total
      if (held.length >= 2 && share >= bestShare) {
        best = turn.number
        bestShare = share
      }
    })
    return { text: sentence, turn: best }
  })
}

/** The same text with `[n]` after each sentence that a turn supports. */
export function withTurnNumbers(text: string, turns: readonly Turn[]): string {
  return linkEvidence(text, turns)
    .map((sentence) => (sentence.turn === null ? sentence.text : `${sentence.text} [${sentence.turn}]`))
    .join(' ')
}
