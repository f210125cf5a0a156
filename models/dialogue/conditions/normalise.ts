/**
 * Reads a free-text diagnosis as one condition of the knowledge base, or as unreadable. It never
 * guesses: a word that is left over, two answers of equal weight, a rejection or a doubt that leaves
 * nothing standing make it unreadable.
 */
import type { ConditionName } from '../../knowledge/schema.ts'
import { claimsOf, type Claim } from './clauses.ts'
import { ConditionIndex } from './condition-index.ts'
import { undecided, type Firmness } from './wording.ts'
import { noWordings, type ConditionWordings } from './wordings.ts'

export const unreadable = 'unreadable'
export type ReadCondition = (text: string) => string

/** Longest answer that is read, characters; what comes later is reasons. */
const longestAnswer = 6000
/** Percentage points by which one answer must lead where shares are given. */
const clearLead = 15

/** @returns a function from an answer to a condition's id or `unreadable` */
export function conditionNormaliser(
  names: readonly ConditionName[],
  wordings: ConditionWordings = noWordings,
): ReadCondition {
  const index = new ConditionIndex(names, wordings)
  const context = { index, causeMatters: new Set(wordings.causeMatters) }
  return (text) => {
    const answer = withoutContractions(withoutMarkup(text).slice(0, longestAnswer))
    const whole = index.named(answer.replace(/^\?+|\?+$/g, ''))
    if (whole.kind !== 'none') return whole.kind === 'one' ? whole.id : unreadable
    const code = index.coded(answer.replace(/[.\s]+$/, ''))
    if (code.kind === 'one') return code.id
    return decide(
      sentencesOf(answer).flatMap(({ sentence, rank }) => ranked(claimsOf(sentence, context), rank)),
      undecided.test(answer),
    )
  }
}

const withoutMarkup = (text: string): string =>
  text
    .replace(/[*_`#"“”{}<>|]+/g, ' ')
    .replace(/[ \t]+/g, ' ')
    .trim()

/** "It's" as "it is", "isn't" as "is not"; a possessive follows other words and stays. */
const withoutContractions = (text: string): string =>
  text
    .replace(/\b(it|that|this|there|here|he|she|what)['’]s\b(?! (?:got|been|had)\b)/gi, '$1 is')
    .replace(/\b(i)['’]m\b/gi, '$1 am')
    .replace(/\b(is|was|does|do|are|has)n['’]t\b/gi, '$1 not')

interface RankedSentence {
  readonly sentence: string
  /** Place in a numbered list, from 1, or null. */
  readonly rank: number | null
}

const listed = /^\(?(\d{1,2})[.):]\s+/

/** Sentences, and the items of lists with their number. */
function sentencesOf(text: string): readonly RankedSentence[] {
  return text
    .replace(/\s+(?=\(?[1-9][.)]\s+\p{L})/gu, '\n')
    .split(/\n+|(?<=[.;!?])\s+(?=\S)/)
    .reduce<string[]>((lines, line) => {
      // "1." alone was parted from its item by its full stop.
      if (/^\(?\d{1,2}[.):]$/.test(lines.at(-1) ?? '')) lines.push(`${lines.pop()} ${line}`)
      else lines.push(line.trim())
      return lines
    }, [])
    .filter((line) => line !== '')
    .map((line) => {
      const number = listed.exec(line)
      const bullet = line.replace(/^[•·–-]\s+/, '')
      return number
        ? { sentence: line.slice(number[0].length), rank: Number(number[1]) }
        : { sentence: bullet, rank: null }
    })
}

/** The first of a numbered list leads, the others are alternatives. */
function ranked(claims: readonly Claim[], rank: number | null): readonly Claim[] {
  if (rank === null) return claims
  return claims.map((claim) =>
    claim.firmness === 'plain' || claim.firmness === 'possible'
      ? { ...claim, firmness: rank === 1 ? 'leading' : 'alternative' }
      : claim,
  )
}

const answering: readonly Firmness[] = ['leading', 'plain', 'possible']

/** The one condition that stands out among the claims, if one does. */
function decide(claims: readonly Claim[], doubtful: boolean): string {
  const rejected = new Set(
    claims.flatMap(({ firmness, condition }) => (firmness === 'rejected' ? [condition] : [])),
  )
  const standing = claims.filter(({ firmness }) => answering.includes(firmness))
  const firmest = answering.find((firmness) => standing.some((claim) => claim.firmness === firmness))
  if (firmest === undefined || (doubtful && firmest !== 'leading')) return unreadable
  const foremost = byShare(standing.filter(({ firmness }) => firmness === firmest))
  const [condition, ...others] = new Set(foremost.map((claim) => claim.condition))
  if (condition === undefined || condition === null || others.length > 0 || rejected.has(condition))
    return unreadable
  return condition
}

/** Where shares are given, the claim that clearly leads by them; otherwise all claims. */
function byShare(claims: readonly Claim[]): readonly Claim[] {
  const falling = claims.toSorted((a, b) => (b.percent ?? -1) - (a.percent ?? -1))
  const [first, second] = falling
  if (first?.percent === undefined || second?.percent === undefined) return claims
  return first.percent - second.percent >= clearLead ? [first] : claims
}
