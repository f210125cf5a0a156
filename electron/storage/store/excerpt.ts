/** Folding for comparison, and the excerpt of a text around what was searched. */

/** Accents of Latin, Greek and Cyrillic; the vowel signs of other scripts are letters of their own. */
const accents = /[\u0300-\u036f]/g
/** UTF-16 units shown before the first match, and in all. */
const leadLength = 40
const excerptLength = 160
/** Long texts are folded piece by piece until the first match. */
const pieceLength = 32 * 1024
const markStart = '\u0002'
const markEnd = '\u0003'

/** Lower case without accents. */
export function foldText(text: string): string {
  return text.normalize('NFD').replace(accents, '').normalize('NFC').toLowerCase()
}

/**
 * About 160 characters around the first word found, on one line, each match between U+0002 and
 * U+0003. `words` are folded. Where none is found, the text's beginning.
 */
export function excerptAround(text: string, words: readonly string[]): string {
  const longest = Math.max(0, ...words.map((word) => word.length))
  let first = 0
  for (let from = 0; from < text.length; from += pieceLength) {
    const piece = foldWithPositions(text, from, Math.min(text.length, from + pieceLength + 4 * longest))
    const found = words.map((word) => piece.folded.indexOf(word)).filter((position) => position >= 0)
    if (found.length > 0) {
      first = piece.positions[Math.min(...found)] ?? 0
      break
    }
  }
  const start = first <= leadLength ? 0 : whole(text, first - leadLength)
  const end = whole(text, Math.min(text.length, start + excerptLength))
  const marked = markMatches(text, start, end, words)
  return `${start > 0 ? '…' : ''}${marked}${end < text.length ? '…' : ''}`
}

/** The first `length` UTF-16 units of a text on one line, never cutting a character in two. */
export function firstWords(text: string, length: number): string {
  const line = oneLine(text).trim()
  return line.slice(0, whole(line, Math.min(line.length, length)))
}

interface Folded {
  readonly folded: string
  /** For each unit of `folded`, where it stands in the text. */
  readonly positions: readonly number[]
}

function foldWithPositions(text: string, from: number, to: number): Folded {
  const positions: number[] = []
  let folded = ''
  for (let index = from; index < to;) {
    const character = String.fromCodePoint(text.codePointAt(index) ?? 0)
    const fold = foldText(character)
    for (let unit = 0; unit < fold.length; unit++) positions.push(index)
    folded += fold
    index += character.length
  }
  positions.push(to)
  return { folded, positions }
}

function markMatches(text: string, start: number, end: number, words: readonly string[]): string {
  const { folded, positions } = foldWithPositions(text, start, end)
  const inside = new Array<boolean>(end - start).fill(false)
  for (const word of words)
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1))
      inside.fill(true, positions[at]! - start, (positions[at + word.length] ?? end) - start)
  let marked = ''
  for (let index = 0; index < inside.length; index++) {
    const open = inside[index] === true
    if (open && inside[index - 1] !== true) marked += markStart
    if (!open && inside[index - 1] === true) marked += markEnd
    marked +=
      text[start + index]! === markStart || text[start + index]! === markEnd ? ' ' : text[start + index]!
  }
  return oneLine(inside.at(-1) === true ? marked + markEnd : marked)
}

function oneLine(text: string): string {
  return text.replace(/[\s\0]+/gu, ' ')
}

/** The position itself, or the one before when it would cut a character in two. */
function whole(text: string, position: number): number {
  return isSecondHalf(text, position) ? position - 1 : position
}

function isSecondHalf(text: string, position: number): boolean {
  const unit = text.charCodeAt(position)
  return unit >= 0xdc00 && unit <= 0xdfff && position > 0
}
