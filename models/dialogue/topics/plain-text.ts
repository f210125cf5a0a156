/** Spoken or typed English reduced to plain lower-case words, one sentence at a time. */
const spellings: readonly (readonly [RegExp, string])[] = [
  [/[‘’`´]/g, "'"],
  [/\b(?:can't|cannot|cant)\b/g, 'can not'],
  [/\b(?:won't|wont)\b/g, 'will not'],
  [/\b(do|does|did|is|are|was|were|have|has|had|would|could|should)n'?t\b/g, '$1 not'],
  [/\b(?:d'you|d'ya|d'ye|dya|do ya|do ye)\b/g, 'do you'],
  [/\b(you|they|we|i)'ve\b/g, '$1 have'],
  [/\b(you|they|we)'re\b/g, '$1 are'],
  [/\byouve\b/g, 'you have'],
  [/\byoure\b/g, 'you are'],
  [/\bi'm\b/g, 'i am'],
  [/\b(you|they|we|i|he|she|it|that)'d\b/g, '$1 would'],
  [/\b(you|they|we|i|he|she|it|that)'ll\b/g, '$1 will'],
  [/\b(what|where|when|how|who)'d\b/g, '$1 did'],
  [/\b(what|where|when|how|who|that|there|it|he|she|everything|anything)'s\b/g, '$1 is'],
  [/\b(what|where|when|how)s\b/g, '$1 is'],
  [/\b(what|where|when|how)'re\b/g, '$1 are'],
  [/\b(ya|yous|u)\b/g, 'you'],
  [/\b(yer|ur)\b/g, 'your'],
  [/\b(\w+in)'(?!\w)/g, '$1g'],
  [/\b(?:somethin|anythin|nothin)\b/g, '$&g'],
  [/\b(?:any one|any body)\b/g, 'anyone'],
  [/\b(?:um+|uh+|er+|erm+|hmm+|like,|you know,|i mean,|sort of,|kind of,)(?= |,|$)/g, ' '],
]

/** Lower case, no contractions, no punctuation but hyphens and apostrophes within words. */
export function plainText(text: string): string {
  let plain = text.toLowerCase()
  for (const [from, to] of spellings) plain = plain.replace(from, to)
  return plain
    .replace(/[^\p{L}\p{N}' -]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

export interface Sentence {
  /** As written, without its mark. */
  readonly words: string
  readonly plain: string
  /** What ended it; empty at the end of the text. */
  readonly mark: string
}

/** The sentences of an utterance. */
export function sentences(text: string): readonly Sentence[] {
  return [...text.matchAll(/([^.?!;\n…]+)([.?!;\n…]*)/g)]
    .map(([, words = '', marks = '']) => ({
      words: words.trim(),
      plain: plainText(words),
      mark: marks.includes('?') ? '?' : marks.slice(0, 1),
    }))
    .filter(({ plain }) => plain !== '')
}
