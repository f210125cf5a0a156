/** Splits a search excerpt at its match marks, U+0002 (start) and U+0003 (end). */
export interface Part {
  readonly text: string
  readonly match: boolean
}

export function marked(excerpt: string): readonly Part[] {
  return excerpt
    .split('\u0002')
    .flatMap((piece, index): Part[] => {
      if (index === 0) return [{ text: piece, match: false }]
      const [match = '', ...rest] = piece.split('\u0003')
      return [
        { text: match, match: true },
        { text: rest.join(''), match: false },
      ]
    })
    .filter(({ text }) => text !== '')
}
