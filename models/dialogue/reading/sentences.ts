/** Spoken and clinical text cut into sentences of plain words, with the reach of every "no". */
import type { CueSentence } from './cues.ts'

/** Lower case; apostrophes closed ("can't" is "cant"), other marks but those inside numbers to blanks. */
export const plainWords = (text: string): string =>
  ` ${text
    .toLowerCase()
    .replace(/[’‘'`]/g, '')
    .replace(/(\d)[,.](?=\d)/g, '$1_')
    .replace(/[^\p{L}\p{N}_%+/]+/gu, ' ')
    .trim()} `.replaceAll('_', '.')

const idioms =
  / (?:no idea|no doubt|no wonder|no joke|no fun|not just|not only|not to mention|nothing but|no matter|cant help|dont know|dont get me wrong|cant complain|didnt want|dont want|no sleep|no good|not right|wont shift|wont go|wont stop|doesnt help|didnt help|not great|not good|not well|not myself|not himself|not herself|cant (?:catch|get) (?:my|his|her|a|enough) breath|cant breathe) /g
const negator =
  /^(?:no|not|never|none|nothing|without|cannot|neither|nor|denies|nobody|negative|(?:do|does|did|is|are|was|were|has|have|had|wo|wouldn?|could|ca|should|ai)nt)$/
const endsReach = new Set([
  'but',
  'though',
  'although',
  'except',
  'just',
  'only',
  'until',
  'till',
  'because',
  'since',
  'so',
  'when',
  'unless',
  'apart',
])
const newSubject = /^ ?(?:i|its|it|he|she|my|the|they|we|her|his|theres|now|then|just|only|more|mostly|bit) /

/** Where each "no" reaches: up to a turning word, a comma with a new subject, or the end. */
function reaches(raw: string): readonly (readonly [number, number])[] {
  // Commas are kept as their own word here, so that places agree with the plain words.
  const found: (readonly [number, number])[] = []
  let at = 0
  let open: number | null = null
  const parts = raw.split(/[,:–—]/)
  for (const part of parts) {
    const words = plainWords(part)
    if (open !== null && newSubject.test(words)) {
      found.push([open, at])
      open = null
    }
    const hidden = words.replace(idioms, (idiom) => ` ${'x'.repeat(idiom.length - 2)} `)
    for (const { 0: word, index } of hidden.matchAll(/(?<= )[^ ]+(?= )/g)) {
      if (open === null) {
        if (negator.test(word)) open = at + index
      } else if (endsReach.has(word)) {
        found.push([open, at + index])
        open = null
      }
    }
    at += words.length - 1
  }
  if (open !== null) found.push([open, Number.POSITIVE_INFINITY])
  return found
}

const sentence = (raw: string): CueSentence => {
  const denials = reaches(raw)
  return {
    words: ` ${raw
      .split(/[,:–—]/)
      .map((part) => plainWords(part).slice(1))
      .join('')}`,
    denied: (at) => denials.some(([from, to]) => at > from && at < to),
  }
}

/** The sentences of somebody's speech. */
export const spokenSentences = (text: string): readonly CueSentence[] =>
  text
    .split(/(?<=[.?!;…])\s+|\n+/)
    .filter((raw) => /[\p{L}\d]/u.test(raw))
    .map(sentence)

const clinicalNegator = /(?:^| )(?:no|none|not|without|nil|absence|never|neither) /
const normal =
  / (?:normal|unremarkable|clear|(?:uvula|trachea|mediastinum|palate) (?:[^ ]+ )?central|intact|symmetrical|negative|excluded|nil|supple|within limits) /
/** A last part that is no more than "normal" is said of all before it. */
const allNormal = /^ (?:all |both |entirely |completely )?(?:normal|unremarkable|within normal limits) $/

/**
 * The sentences of an examination or a report. A "no" reaches to the next comma, or over a list that
 * "or" closes; "normal" denies its own part, and the whole sentence where it stands alone at its end.
 */
export const reportSentences = (text: string): readonly CueSentence[] =>
  text
    .split(/(?<=[.;])\s+|\n+/)
    .filter((raw) => /[\p{L}\d]/u.test(raw))
    .map((raw) => {
      const parts = raw.split(/,(?!\d)|:(?=\s)/)
      const denials: (readonly [number, number])[] = []
      let words = ' '
      let open = false
      for (const [index, part] of parts.entries()) {
        const plain = plainWords(part)
        const start = words.length - 1
        const at = plain.search(clinicalNegator)
        if (at >= 0) {
          denials.push([start + at, start + plain.length])
          open = parts.slice(index + 1).some((later) => /\bor\b/.test(later))
        } else if (open || normal.test(plain)) denials.push([start - 1, start + plain.length])
        if (/\bor\b/.test(part)) open = false
        words += plain.slice(1)
      }
      if (allNormal.test(plainWords(parts.at(-1) ?? ''))) denials.push([-1, Number.POSITIVE_INFINITY])
      return {
        words,
        denied: (place: number) => denials.some(([from, to]) => place > from && place < to),
      }
    })
