/** Notices when a model has begun to repeat itself, so that it is stopped instead of filling the page. */

const copies = 3
const fewestWords = 12
const longestPeriod = 80

/**
 * Where the second copy begins when a text ends in three copies of the same run of words (at least
 * 12 words in all); null when it does not. Figures and punctuation do not count: a list that goes
 * on with new numbers and the same words is a loop.
 *
 * @returns an index into `text`, at the start of a word
 */
export function loopStart(text: string): number | null {
  const matches = [...text.matchAll(/\p{L}+/gu)]
  const words = matches.map(([word]) => word.toLowerCase())
  for (let period = 1; period <= longestPeriod && period * copies <= words.length; period++) {
    if (period * copies < fewestWords) continue
    const first = words.length - period * copies
    const second = first + period
    if (words.slice(second).every((word, index) => word === words[first + index]))
      return matches[second]?.index ?? null
  }
  return null
}

/** The text up to its loop, without the list mark or space before the second copy. */
export function withoutLoop(text: string): string {
  const start = loopStart(text)
  return start === null
    ? text
    : text.slice(0, start).replace(/[\s\p{N}\p{P}]*$/u, (end) => /^[.!?…]/.exec(end)?.[0] ?? '')
}
