/**
 * Limits for texts that a browser would lay out as a whole, in time that grows with the square of
 * their length: a pasted megabyte would hold the window for minutes.
 */

/** Longest text, in UTF-16 units, that is put into a field to be changed. */
export const longestEditable = 20_000

/** Part of a held text, in UTF-16 units, that a field shows in its stead. */
export const shownOfHeld = 600

/** Longest stretch, in UTF-16 units, that is laid out at once where a text is only read. */
const longestPiece = 4000

/**
 * A text in stretches that are laid out one by one; joined they are the text again. A stretch ends
 * after a line break, else after a space, else where it has to, but never inside a character.
 */
export function pieces(text: string): readonly string[] {
  const found: string[] = []
  for (let from = 0; from < text.length;) {
    const to = endOfPiece(text, from)
    found.push(text.slice(from, to))
    from = to
  }
  return found
}

function endOfPiece(text: string, from: number): number {
  const limit = from + longestPiece
  if (limit >= text.length) return text.length
  for (const separator of ['\n', ' ']) {
    const at = text.lastIndexOf(separator, limit - 1)
    if (at >= from) return at + 1
  }
  const isHighSurrogate = (text.charCodeAt(limit - 1) & 0xfc00) === 0xd800
  return isHighSurrogate ? limit - 1 : limit
}

/** Why a turn cannot be changed in place, or null. */
export function tooLongToEdit({ text }: { readonly text: string }): string | null {
  return text.length > longestEditable
    ? 'This turn is too long to change here. Remove it and add it again.'
    : null
}
