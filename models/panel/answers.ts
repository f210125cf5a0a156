/**
 * Reads a member's answer strictly: one condition, letter, number, yes or no, or unreadable. Two answers,
 * none, or one that is not among the choices are unreadable; nothing is guessed.
 */
import { unreadable, type ReadCondition } from '../dialogue/conditions/index.ts'
import { kindOfQuestion, type AnswerKind, type PanelQuestion } from './question.ts'

export { unreadable }

/** Longest text that is read, characters. */
const longestText = 6000

const marker = /(?:^|[\s*_(])(?:final answer|answer|diagnosis|conclusion)\s*(?:is\b|:|=|->|[-–](?=\s))+\s*/gi

/** Where the answer of the form ends and its reasons begin. */
const endOfAnswer = /\n|\b(?:because|reasons?|confidence)\s*:/i

const negation = /\b(?:not|never|cannot|neither|nor|\w+n['’]t)\b/i

/** What stands before "answer:" in its clause where the answer is nobody's, another's, or one of several. */
const disowning =
  /\b(?:no|wrong|false|incorrect|exclu\w+|reject\w*|unlikely|improbable|ruled? out|eliminat\w+|discard\w*|differential|alternative|others?|another|secondary|second|peers?|previous|former|earlier|initial|if|whether|their)\b|^\W*(?:is|could|might|can)\b/i

/** The end of a clause, from where words no longer bear on what follows. */
const endOfClause = /[.,;:!?\n](?=[^.,;:!?\n]*$)/

const isDisowned = (before: string): boolean => {
  const clause = before.slice((endOfClause.exec(before)?.index ?? -1) + 1)
  return negation.test(clause) || disowning.test(clause)
}

/** What stands after the last "Answer:" that is meant, or the whole text; nothing where none of them is meant. */
function committed(text: string): string {
  // Models that were taught mathematics put their answer into a box.
  const plain = text.replace(/\$?\\boxed\{([^{}]*)\}\$?/g, '$1')
  const found = [...plain.matchAll(marker)]
  if (found.length === 0) return plain
  const meant = found.findLast(({ index, 0: words }) => !isDisowned(plain.slice(0, index) + (words[0] ?? '')))
  if (!meant) return ''
  return plain.slice(meant.index + meant[0].length).split(endOfAnswer)[0] ?? ''
}

const only = (values: readonly string[]): string => {
  const [first, ...others] = new Set(values)
  return first !== undefined && others.length === 0 ? first : unreadable
}

/** Where a letter that is named is not, or not surely, the answer. */
const notMeant =
  /\b(?:no idea|(?:any|every)thing but|all but|rather than|instead of|rule[sd]? out|except|wrong|incorrect|exclu\w+|reject\w*|eliminat\w+|unlikely|previous|earlier|others?)\b/i

/** Two letters offered together. */
const several = /(?<!\p{L})[A-Z]\)?\s*(?:\bor\b|\band\b|[/,&])\s*\(?[A-Z](?!\p{L})/u

/** How a letter is set apart from words: marked, first of all, or led up to. "Hepatitis B" is none. */
const letterForms = [
  /(?:^|[\s(["'*])([A-Z])(?=[):\]*])/g,
  /^\(?([a-z])(?=\)\s)/g,
  /^\W*([A-Z])(?=\.(?:\s|$)|\W*$|\s+[-–]\s)/g,
  /\b(?:[Oo]ption|[Cc]hoice|[Ll]etter)\s+[("'*]*([A-Z]\b|[a-z](?=\W*$|[.,;:)]))/g,
  /\b(?:is|for|with|choose|pick|select|say)\s+[("'*]*([A-Z])(?=\W*$|[.)]\s)/g,
] as const

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
  if (negation.test(answer) || notMeant.test(answer) || several.test(answer)) return unreadable
  const marked = letterForms
    .flatMap((form) => [...answer.matchAll(form)])
    .map(([, letter = '']) => letter.toUpperCase())
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

const units = [
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven'],
  ...['twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'],
]
const tens = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']

/** What one to three words of a number below a thousand say, or null. */
function numberInWords(text: string): number | null {
  const words = text
    .toLowerCase()
    .replace(/\.$/, '')
    .split(/[\s-]+/)
  const hundreds = words[1] === 'hundred' ? units.indexOf(words[0] ?? '') : 0
  if (hundreds < 0 || hundreds > 9) return null
  const rest = (words[1] === 'hundred' ? words.slice(2) : words).filter((word) => word !== 'and')
  const [first, second, ...more] = rest
  if (more.length > 0) return null
  if (first === undefined) return hundreds > 0 ? hundreds * 100 : null
  const ten = tens.indexOf(first)
  const unit = units.indexOf(second ?? first)
  if (ten < 0) return second === undefined && unit >= 0 ? hundreds * 100 + unit : null
  if (second === undefined) return hundreds * 100 + (ten + 2) * 10
  return unit > 0 && unit < 10 ? hundreds * 100 + (ten + 2) * 10 + unit : null
}

/** A quantity that a number alone does not say. */
const notAlone =
  /\d\s*(?:-|–|to|or|±)\s*\d|\d\/\d|\de[+-]?\d|\d\.\d+\.\d|\d\s*(?:\^|(?:hundred|thousand|million|billion|dozen|k)\b)/i

/** A bound, a denial or a doubt is no number. */
const notTheNumber =
  /[<>≤≥]\s*\d|\b(?:(?:less|more|fewer|greater|other) than|at (?:least|most)|up to|wrong|incorrect|no idea)\b|\b(?:not|never|cannot|\w+n['’]t)\b[^.;,]*\d/i

/** A plain decimal without thousands marks or needless zeros: "1,250.50 mg" is "1250.5". */
export function readNumber(text: string): string {
  const afterHashes = text.split('####')
  const said = (afterHashes.length > 1 ? (afterHashes.at(-1) ?? '') : committed(text)).trim()
  const word = numberInWords(said)
  if (word !== null) return String(word)
  // "3 x 4 = 12" and "12 (3 x 4)" show how, and say what.
  const result = said.slice(said.lastIndexOf('=') + 1)
  const answer = (/\d/.test(result) ? result : said)
    .replace(/(?<=\d.*)\([^()]*\)/g, ' ')
    .replace(/\bminus\s+(?=\d)/gi, '-')
  if (notAlone.test(answer) || notTheNumber.test(answer)) return unreadable
  const found = [
    ...answer.matchAll(/(?<![\w.,])([-−+]?)[$€£]?\s?(\d{1,3}(?:,\d{3})+|\d+|(?=\.\d))(\.\d+)?(?![\d,]*\d)/g),
  ]
  return only(found.map(([, sign = '', digits = '', fraction = '']) => plainDecimal(sign, digits, fraction)))
}

function plainDecimal(sign: string, digits: string, fraction: string): string {
  const whole = digits.replaceAll(',', '').replace(/^0+(?=\d)/, '') || '0'
  const rest = fraction.replace(/0+$/, '').replace(/^\.$/, '')
  const value = `${whole}${rest}`
  return (sign === '-' || sign === '−') && Number(value) !== 0 ? `-${value}` : value
}

const says = {
  yes: /^(?:yes|yeah|yep|true|correct|affirmative|definitely|certainly|y(?=\W*$))\b/i,
  no: /^(?:no(?! (?:idea|clue|answer|one|way|information|data|opinion|definite|clear|doubt|question|wonder|problem)\b)|nope|false|incorrect|negative|(?:definitely|certainly|absolutely) not|not (?:at all|true|correct)|n(?=\W*$))\b/i,
} as const

/** Said of neither. */
const openEnded = /\b(?:yes ?(?:and|or|\/) ?no|maybe|perhaps|unsure|not sure|depends)\b/i

export function readYesNo(text: string): string {
  const answer = committed(text)
    .trim()
    .replace(/^["'“*_(\s]+/, '')
  const no = says.no.test(answer)
  const yes = says.yes.test(answer) && !no
  if (yes === no || openEnded.test(answer)) return unreadable
  const other = yes ? /\b(?:no|false)\b/i : /\b(?:yes|true)\b/i
  const [first = '', second = ''] = answer.split(/[,.;:\n]/)
  // "Yes, no, I mean": taken back at once.
  const takenBack = yes ? /^\s*no\s*$/i : /^\s*yes\s*$/i
  return (other.test(first) && !/^not true\b/i.test(first)) || takenBack.test(second)
    ? unreadable
    : yes
      ? 'yes'
      : 'no'
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

/** What kind of answer is wanted, by the expected one or else by the question; files do not say it. */
export function kindOfAnswer(
  expected: string | null,
  choices: readonly string[],
  question: string,
): AnswerKind {
  if (choices.length > 0) return 'choice'
  if (expected === null) return kindOfQuestion(question)
  if (readYesNo(expected) !== unreadable && /^\W*\w+\W*$/.test(expected)) return 'yes-no'
  return /^[\s$€£+−-]*[\d.,]+(?:\s*\S{1,12})?$/.test(expected) && readNumber(expected) !== unreadable
    ? 'number'
    : 'diagnosis'
}

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
