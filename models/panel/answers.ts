/**
 * Reads a member's answer strictly: one condition, letter, number, yes or no, or unreadable. Two answers,
 * none, or one that is not among the choices are unreadable; nothing is guessed.
 */
import { unreadable, type ReadCondition } from '../dialogue/conditions/index.ts'
import { answerKinds, type AnswerKind, type PanelQuestion } from './question.ts'

export { unreadable }

/** Longest text that is read, characters. */
const longestText = 6000

const marker = /(?:^|[\s*_(])(?:final answer|answer|diagnosis|conclusion)\s*(?:is\b|:|=|->)+\s*/gi

/** Where the answer of the form ends and its reasons begin. */
const endOfAnswer = /\n|\b(?:because|reasons?|confidence)\s*:/i

/** What stands after the last "Answer:", or the whole text. */
function committed(text: string): string {
  const found = [...text.matchAll(marker)].at(-1)
  if (!found) return text
  return text.slice(found.index + found[0].length).split(endOfAnswer)[0] ?? ''
}

const only = (values: readonly string[]): string => {
  const [first, ...others] = new Set(values)
  return first !== undefined && others.length === 0 ? first : unreadable
}

const negated = /\b(?:not|isn't|rather than|instead of|rule[sd]? out|neither|nor|except)\b/i

/** Two letters offered together. */
const several = /(?<!\p{L})[A-Z]\)?\s*(?:\bor\b|\band\b|[/,&])\s*\(?[A-Z](?!\p{L})/u

/** The letter of a choice: alone, in brackets, before its text, or the text itself. */
export function readChoice(text: string, choices: readonly string[]): string {
  const answer = committed(text).trim()
  const letters = choices.map((_, index) => String.fromCharCode(65 + index))
  const plain = (words: string): string =>
    words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}.%]+/gu, ' ')
      .replace(/\.$/, '')
      .trim()
  const whole = plain(answer)
  const alone = /^\(?([a-z])\)?$/.exec(whole)?.[1]
  if (alone !== undefined) return letters.includes(alone.toUpperCase()) ? alone.toUpperCase() : unreadable
  const bySaying = letters.filter((_, index) => plain(choices[index] ?? '') === whole)
  if (bySaying.length > 0) return only(bySaying)
  if (negated.test(answer) || several.test(answer)) return unreadable
  const marked = [
    ...answer.matchAll(
      /(?:^|[\s(["'*])([A-Z])(?=[):\]*]|\.(?:\s|$)|\s*$)|\b(?:option|choice|answer is)\s+\(?([A-Za-z])\b/g,
    ),
  ].map((found) => (found[1] ?? found[2] ?? '').toUpperCase())
  if (marked.length === 0) return unreadable
  const letter = only(marked)
  if (!letters.includes(letter)) return unreadable
  // "B. cardiac failure" names a letter and a text: they must not contradict each other.
  const said = letters.filter(
    (each, index) =>
      each !== letter &&
      longEnough(choices[index]) &&
      ` ${whole} `.includes(` ${plain(choices[index] ?? '')} `),
  )
  const own = plain(choices[letters.indexOf(letter)] ?? '')
  return said.length > 0 && !whole.includes(own) ? unreadable : letter
}

const longEnough = (choice: string | undefined): boolean => (choice ?? '').trim().length > 3

const numberWords = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
] as const

/** A plain decimal without thousands marks or needless zeros: "1,250.50 mg" is "1250.5". */
export function readNumber(text: string): string {
  const afterHashes = text.split('####')
  const answer = (afterHashes.length > 1 ? (afterHashes.at(-1) ?? '') : committed(text)).trim()
  const whole = /^([a-z]+)\.?$/i.exec(answer)?.[1]?.toLowerCase()
  const word = numberWords.findIndex((each) => each === whole)
  if (word >= 0) return String(word)
  if (/\d\s*(?:-|–|to|or)\s*\d/.test(answer) || /\d\/\d/.test(answer)) return unreadable
  const found = [
    ...answer.matchAll(/(?<![\w.,])([-−+]?)[$€£]?\s?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?![\d,]*\d)/g),
  ]
  return only(found.map(([, sign = '', digits = '', fraction = '']) => plainDecimal(sign, digits, fraction)))
}

function plainDecimal(sign: string, digits: string, fraction: string): string {
  const whole = digits.replaceAll(',', '').replace(/^0+(?=\d)/, '')
  const rest = fraction.replace(/0+$/, '').replace(/^\.$/, '')
  const value = `${whole}${rest}`
  return (sign === '-' || sign === '−') && Number(value) !== 0 ? `-${value}` : value
}

const says = {
  yes: /^(?:yes|yeah|yep|true|correct|affirmative|definitely|certainly)\b/i,
  no: /^(?:no|nope|false|incorrect|negative|definitely not|certainly not|not)\b/i,
} as const

export function readYesNo(text: string): string {
  const answer = committed(text)
    .trim()
    .replace(/^["'“*_(\s]+/, '')
  const no = says.no.test(answer)
  const yes = says.yes.test(answer) && !no
  if (yes === no || /\b(?:yes (?:and|or) no|maybe|perhaps|unsure|not sure|depends)\b/i.test(answer))
    return unreadable
  const other = yes ? /\b(?:no|false)\b/i : /\b(?:yes|true)\b/i
  return other.test(answer.split(/[,.;:\n]/)[0] ?? '') ? unreadable : yes ? 'yes' : 'no'
}

/** @returns the answer in its one form, or `unreadable` */
export function readAnswer(
  text: string,
  { kind, choices }: Pick<PanelQuestion, 'kind' | 'choices'>,
  readCondition: ReadCondition,
): string {
  const said = text.slice(0, longestText)
  switch (kind) {
    case 'diagnosis': {
      const whole = readCondition(said)
      return whole === unreadable ? readCondition(committed(said)) : whole
    }
    case 'choice':
      return readChoice(said, choices)
    case 'number':
      return readNumber(said)
    case 'yes-no':
      return readYesNo(said)
  }
}

/** What kind of answer an expected answer is; for question files, which do not say it. */
export function kindOfAnswer(expected: string | null, choices: readonly string[]): AnswerKind {
  if (choices.length > 0) return 'choice'
  if (expected === null) return 'diagnosis'
  if (readYesNo(expected) !== unreadable && /^\W*\w+\W*$/.test(expected)) return 'yes-no'
  return /^[\s$€£+−-]*[\d.,]+(?:\s*\S{1,12})?$/.test(expected) && readNumber(expected) !== unreadable
    ? 'number'
    : 'diagnosis'
}

export const isAnswerKind = (value: unknown): value is AnswerKind =>
  answerKinds.some((kind) => kind === value)

/** An answer in words for people. */
export function answerName(
  answer: string,
  { kind, choices }: Pick<PanelQuestion, 'kind' | 'choices'>,
  conditionName: (id: string) => string,
): string {
  if (kind === 'diagnosis') return conditionName(answer)
  if (kind !== 'choice') return answer
  const choice = choices[answer.charCodeAt(0) - 65]
  return choice === undefined ? answer : `${answer} (${choice})`
}
