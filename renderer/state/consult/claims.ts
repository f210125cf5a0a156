/**
 * Reads a note section as claims: sentences, each with the turns it points at. A reference is `[3]`
 * or `[3, 5]` directly after its sentence.
 */
import { sentences } from '../../../models/contract/consult.ts'

export interface Claim {
  readonly text: string
  /** Turn numbers in the order written; empty when no turn is named. */
  readonly turns: readonly number[]
  /** Index of the paragraph that the claim stands in. */
  readonly paragraph: number
}

const reference = /\s*\[(\d{1,6}(?:\s*,\s*\d{1,6})*)\]([.!?]?)/g

export function readClaims(text: string): readonly Claim[] {
  return text
    .split(/\n+/)
    .filter((paragraph) => paragraph.trim() !== '')
    .flatMap((paragraph, index) => readParagraph(paragraph, index))
}

function readParagraph(paragraph: string, index: number): Claim[] {
  const claims: Claim[] = []
  let from = 0
  for (const match of paragraph.matchAll(reference)) {
    const numbers = (match[1] ?? '').split(',').map(Number)
    const before = sentences(paragraph.slice(from, match.index) + (match[2] ?? ''))
    from = match.index + match[0].length
    const last = claims.at(-1)
    if (before.length === 0 && last) {
      claims[claims.length - 1] = { ...last, turns: [...last.turns, ...numbers] }
      continue
    }
    before.forEach((sentence, position) => {
      const turns = position === before.length - 1 ? numbers : []
      claims.push({ text: sentence, turns, paragraph: index })
    })
  }
  for (const sentence of sentences(paragraph.slice(from)))
    claims.push({ text: sentence, turns: [], paragraph: index })
  return claims.filter((claim) => claim.text !== '' || claim.turns.length > 0)
}

/** The same section without one of its claims. */
export function withoutClaim(text: string, removed: number): string {
  const kept = readClaims(text).filter((_, index) => index !== removed)
  return joinClaims(kept)
}

/** Claims as text again: references after their sentence, a line per paragraph. */
export function joinClaims(claims: readonly Claim[]): string {
  let paragraph = claims[0]?.paragraph
  let text = ''
  for (const claim of claims) {
    if (text !== '') text += claim.paragraph === paragraph ? ' ' : '\n'
    paragraph = claim.paragraph
    text += claim.turns.length > 0 ? `${claim.text} [${claim.turns.join(', ')}]`.trimStart() : claim.text
  }
  return text
}
