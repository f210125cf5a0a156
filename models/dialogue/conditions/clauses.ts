/**
 * What each clause of an answer says of conditions: which one it puts forward and how firmly, what it
 * rejects, and whether it holds something that could be an answer but cannot be read.
 */
import type { ConditionIndex } from './condition-index.ts'
import {
  causes,
  connectors,
  endings,
  introductions,
  reasonOpening,
  reasons,
  rejections,
  type Firmness,
} from './wording.ts'

export interface Claim {
  readonly firmness: Firmness
  /** The condition, or null for words that could be an answer and cannot be read as one condition. */
  readonly condition: string | null
  /** Share that the answer gives it, 0..100, where it names one. */
  readonly percent?: number
}

export interface ClauseContext {
  readonly index: ConditionIndex
  readonly causeMatters: ReadonlySet<string>
}

const firmer: readonly Firmness[] = ['leading', 'plain', 'possible', 'alternative', 'aside', 'rejected']
/** The weaker of two: "most likely" does not lift what is "excluded". */
const weaker = (a: Firmness | null, b: Firmness): Firmness => {
  if (a === null) return b
  if (a === 'leading' && b === 'plain') return 'leading'
  if (a === 'plain' && b === 'leading') return 'leading'
  return firmer.indexOf(a) > firmer.indexOf(b) ? a : b
}

/** Removes introductions and endings and says how firmly they put forward the rest. */
function unwrap(clause: string): { readonly rest: string; readonly firmness: Firmness | null } {
  let rest = clause.trim()
  let firmness: Firmness | null = null
  for (let step = 0; step < 6; step += 1) {
    const before = rest
    const opening = introductions.find(({ pattern }) => pattern.test(rest))
    if (opening) {
      rest = rest.replace(opening.pattern, '').replace(/^[\s:,=>-]+/, '')
      firmness = weaker(firmness, opening.firmness)
    }
    const ending = endings.find(({ pattern }) => pattern.test(rest))
    if (ending) {
      rest = rest.replace(ending.pattern, '')
      firmness = weaker(firmness, ending.firmness)
    }
    if (rest === before) break
  }
  return { rest: rest.trim(), firmness }
}

const tidy = (text: string): string =>
  text.replace(/^[\s"'“”([{:,;-]+|[\s"'“”)\]}:,;.!-]+$/g, '').replace(/\s+/g, ' ')

/** Claims of one sentence, in order. */
export function claimsOf(sentence: string, context: ClauseContext): readonly Claim[] {
  return read(tidy(sentence), null, context, 0)
}

function read(
  clause: string,
  inherited: Firmness | null,
  context: ClauseContext,
  depth: number,
): readonly Claim[] {
  const { index } = context
  if (clause === '' || depth > 8) return []
  const whole = index.named(clause.replace(/\?+$/, ''))
  if (whole.kind === 'one' && !/\?/.test(clause))
    return [{ firmness: inherited ?? 'plain', condition: whole.id }]

  const share =
    /[\s(:,-]*(?:about |around |~|probability |chance )?(\d{1,3}(?:\.\d+)?) ?%\)?(?: (?:likely|probability|chance|confidence|sure))?$/.exec(
      clause,
    )
  if (share && Number(share[1]) <= 100 && share.index > 0) {
    const percent = Number(share[1])
    return read(tidy(clause.slice(0, share.index)), inherited, context, depth + 1).map((claim) => ({
      ...claim,
      percent: claim.percent ?? percent,
    }))
  }

  const coded = /^(.*?)[\s(,:[-]+(?:icd[ -]?10(?:-?cm)?:? ?)?([A-Z]\d[\dA-Z](?:\.[\dA-Z]{1,4})?)\)?$/.exec(
    clause,
  )
  if (coded) {
    const named = index.named(coded[1]!)
    const code = index.coded(coded[2]!)
    if (named.kind === 'one' && (code.kind === 'none' || (code.kind === 'one' && code.id === named.id)))
      return [{ firmness: inherited ?? 'plain', condition: named.id }]
  }

  // "Not migraine but cluster headache" names the second; "I do not think it is migraine" names none.
  const contrast =
    /^(.*\b(?:not|no|isn't|unlikely|excluded|ruled out)\b.*?)[,;]?\s+(?:but(?: rather)?|(?<!\b(?:that|whether|if|how|why|think|believe|agree|feel|say|sure|certain|convinced|likely)\s+)it is|instead,?)\s+(?!not\b)(.+)$/i.exec(
      clause,
    )
  if (contrast)
    return [
      ...read(tidy(contrast[1]!), inherited, context, depth + 1),
      ...read(tidy(contrast[2]!), inherited, context, depth + 1),
    ]

  const parts = splitOutsideNames(clause, index)
  if (parts.length > 1) return readParts(parts, inherited, context, depth)

  // "It is not migraine" rejects from its first word on: nothing before the turn is an answer.
  const opening = introductions.find(({ pattern }) => pattern.test(clause))
  const turn = opening?.firmness === 'rejected' ? null : rejections.exec(clause)
  if (turn && turn.index > 0)
    return [
      ...read(tidy(clause.slice(0, turn.index)), inherited, context, depth + 1),
      ...rejectedIn(clause.slice(turn.index + turn[0].length), index),
    ]

  const reason = reasons.exec(clause)
  if (reason && reason.index > 0)
    return read(tidy(clause.slice(0, reason.index)), inherited, context, depth + 1)

  const { rest, firmness } = unwrap(clause)
  if (firmness === 'rejected') return rejectedIn(clause, index)
  if (firmness === 'aside') return [...index.mentioned(clause)].map((condition) => ({ firmness, condition }))
  const stance = firmness === null ? inherited : inherited === null ? firmness : weaker(inherited, firmness)
  if (firmness !== null && rest !== clause)
    return rest === '' ? [] : read(tidy(rest), stance, context, depth + 1)

  const cause = causes.exec(rest) ?? /\s+(?:with|in)\s+/i.exec(rest)
  if (cause && cause.index > 0) {
    const before = index.named(rest.slice(0, cause.index))
    const after = index.mentioned(rest.slice(cause.index))
    if (
      before.kind === 'one' &&
      [...after].every((id) => id === before.id) &&
      !(causes.test(rest) && context.causeMatters.has(before.id)) &&
      !connectors.test(rest.slice(cause.index))
    )
      return [{ firmness: stance ?? 'plain', condition: before.id }]
  }
  return joined(rest, stance, context)
}

/** Several answers joined by "or", "and" or a slash count as one only where all are the same. */
function joined(text: string, stance: Firmness | null, { index }: ClauseContext): readonly Claim[] {
  const parts = text.split(new RegExp(connectors.source, 'gi')).map(tidy).filter(Boolean)
  const firmness = stance ?? 'plain'
  if (parts.length > 1) {
    const ids = new Set(
      parts.map((part) => {
        const named = index.named(unwrap(part).rest)
        return named.kind === 'one' ? named.id : null
      }),
    )
    const [id] = ids
    if (ids.size === 1 && id !== undefined && id !== null) return [{ firmness, condition: id }]
    if (isNarrative(text, stance, index)) return []
    return [{ firmness, condition: null }]
  }
  const named = index.named(text)
  if (named.kind === 'one') return [{ firmness, condition: named.id }]
  return isNarrative(text, stance, index) ? [] : [{ firmness, condition: null }]
}

/** A sentence of reasons: longer than any name, nothing introduces it as an answer, no condition in it. */
const isNarrative = (text: string, stance: Firmness | null, index: ConditionIndex): boolean =>
  reasonOpening.test(text) ||
  (stance === null && text.split(' ').length > 5 && index.mentioned(text).size === 0)

const rejectedIn = (text: string, index: ConditionIndex): readonly Claim[] =>
  [...index.mentioned(text)].map((condition) => ({ firmness: 'rejected', condition }))

/** Parts between commas, colons, dashes and brackets, unless the words belong to one name together. */
function splitOutsideNames(clause: string, index: ConditionIndex): readonly string[] {
  const inBrackets = /^(.*?)\s*[([]([^()[\]]*)[)\]]\s*(.*)$/.exec(clause)
  if (inBrackets) {
    const [, before = '', inside = '', after = ''] = inBrackets
    // An acronym or another name of the same condition in brackets says nothing new.
    const outer = unwrap(tidy(`${before} ${after}`))
    const a = index.named(outer.rest)
    const b = index.named(inside)
    if (a.kind === 'one' && b.kind === 'one' && a.id === b.id) return [`${before} ${after}`.trim(), '']
    if (a.kind === 'none' && b.kind === 'one' && before !== '' && after === '') return [clause]
    // "Gout (80 %), cellulitis (15 %)": a share belongs to what stands before it.
    if (/^[~\s]*\d{1,3}(?:\.\d+)? ?%$/.test(inside) && /^,/.test(after))
      return [`${before} ${inside}`, ...splitOutsideNames(after.replace(/^,\s*/, ''), index)]
    return [before, `(${inside}`, after].filter((part) => tidy(part) !== '')
  }
  return clause.split(/\s*(?:,|:|;|\s[-–—>]+\s|→)\s*/)
}

function readParts(
  parts: readonly string[],
  inherited: Firmness | null,
  context: ClauseContext,
  depth: number,
): readonly Claim[] {
  const claims: Claim[] = []
  let stance = inherited
  for (const [at, part] of parts.entries()) {
    const bracketed = part.startsWith('(')
    const text = tidy(part)
    if (text === '') continue
    if (reasonOpening.test(text)) {
      // After an opening of reasons the rest of the sentence is reasons, unless it puts something forward.
      const later = tidy(parts.slice(at + 1).join(', '))
      if (at === 0) continue
      if (later !== '' && unwrap(later).firmness === 'leading')
        claims.push(...read(later, inherited, context, depth + 1))
      break
    }
    const { rest, firmness } = unwrap(text)
    // "Most likely: migraine" introduces what follows the colon.
    if (rest === '' && firmness !== null) {
      stance = inherited === null ? firmness : weaker(inherited, firmness)
      continue
    }
    const read_ = read(text, stance, context, depth + 1)
    if (bracketed && read_.every(({ condition }) => condition === null)) {
      claims.push({ firmness: claims.at(-1)?.firmness ?? 'plain', condition: null })
      continue
    }
    claims.push(...read_)
    if (firmness === 'alternative') stance = 'alternative'
  }
  return claims
}
