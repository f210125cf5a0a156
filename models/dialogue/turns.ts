/** What a doctor's turn does, written and read in one place: questions, orders, and the closing diagnosis. */
import { readClosing } from './closing.ts'
import { isOrder } from './orders.ts'

export interface DoctorTurn {
  /** Each question sentence. */
  readonly questions: readonly string[]
  /** Names of the examinations and tests asked for; `orderKind` tells which is which. */
  readonly orders: readonly string[]
  /** Only from a closing statement, the leading one first. */
  readonly diagnoses: readonly string[]
  readonly closing: boolean
}

/** "I would like to examine: abdomen." or "I would like to order: ECG, troponin." */
export const writeOrder = (kind: 'examination' | 'test', names: readonly string[]): string =>
  `I would like to ${kind === 'examination' ? 'examine' : 'order'}: ${names.join(', ')}.`

/** Both kinds of orders in one turn, the examination first. */
export const writeOrders = ({
  examinations,
  tests,
}: {
  readonly examinations: readonly string[]
  readonly tests: readonly string[]
}): string =>
  [
    examinations.length > 0 ? writeOrder('examination', examinations) : '',
    tests.length > 0 ? writeOrder('test', tests) : '',
  ]
    .filter(Boolean)
    .join(' ')

const ended = (text: string): string => text.replace(/[.\s]+$/, '')

/**
 * The canonical closing statement; empty parts are left out. What was found stands before what it means: whoever
 * hears it can follow, and a language model that says it has the findings in view when it names the diagnosis.
 */
export function writeClosing(
  diagnosis: string,
  alternatives: readonly string[],
  grounds: readonly string[],
  plan: readonly string[],
  safetyNet: string,
): string {
  return [
    grounds.length > 0 ? `Findings: ${grounds.map(ended).join('; ')}.` : '',
    `Diagnosis: ${ended(diagnosis)}.`,
    alternatives.length > 0 ? `Also considered: ${alternatives.map(ended).join('; ')}.` : '',
    plan.length > 0 ? `Plan: ${plan.map(ended).join('; ')}.` : '',
    safetyNet ? `Safety net: ${ended(safetyNet)}.` : '',
  ]
    .filter(Boolean)
    .join(' ')
}

/** Sentences with their marks; "Dr.", "e.g." and decimals do not end one. */
export const turnSentences = (text: string): readonly string[] =>
  text
    .split(/(?<=[.?!…])(?<!\b(?:Dr|Mr|Mrs|Ms|St|vs|e\.g|i\.e)\.)\s+|\n+/i)
    .map((sentence) => sentence.trim())
    .filter(Boolean)

const canonicalOrder = /^I would like to (?:examine|order):\s*(.+?)[.]?$/i

const lead = String.raw`(?:(?:now|next|so|then|first|ok(?:ay)?|right|well|good|thank you|thanks|and|before that|if you don(?:'|’)t mind|in that case|meanwhile|all right|alright|to be safe)[,.]?\s+)*`
const will = String.raw`(?:let(?:'|’)?s|let me|let us|i(?:'|’)d(?: also)? like to|i would(?: also)? like to|i(?:'|’)?ll|i will|i(?:'|’)m going to|i am going to|we(?:'|’)?ll|we will|we(?:'|’)re going to|we(?:'|’)d better|we need(?: to)?|we should|we(?:'|’)d like to|i want(?: to)?|i need(?: to)?|i think we should|i think we need(?: to)?|i should|can i|could i|may i|can we|could we|shall we|would you mind if i|is it (?:ok(?:ay)?|all right) if i|do you mind if i|i(?:'|’)m|i am|you need|you(?:'|’)ll need|please)`
const adverbs = String.raw`(?:(?:also|just|quickly|now|first|next|go ahead and|gently|please|then|start by|start with|both)\s+)*`
const looking = String.raw`examin(?:e|ing)|listen(?:ing)? to|have a listen (?:to|of)|feel(?:ing)?|palpate|press(?:ing)? on|look(?:ing)? (?:at|in|into|inside)|have a (?:quick |good |proper )?look (?:at|in|into|inside)|take a (?:quick |good |closer )?look (?:at|in|into|inside)|inspect|tap on`
const doing = String.raw`check(?:ing)?|order(?:ing)?|do(?:ing)?|get(?:ting)?|tak(?:e|ing)|arrang(?:e|ing)|request(?:ing)?|perform|run(?:ning)?|organi[sz]e|book|have|send(?:ing)?(?: off)?(?: you)?(?: for)?|measur(?:e|ing)|test(?:ing)?|start by|begin with|x-ray|scan`
const order = new RegExp(`^${lead}${will}\\s+${adverbs}(?:(${looking})|(${doing}))?\\s*(.+?)[.?!…]?$`, 'i')

/** What follows an order in its sentence and names nothing more. */
const orderTail =
  /(?:,?\s+(?:if (?:that(?:'|’)s|that is|it(?:'|’)s|it is|i may|you don(?:'|’)t|you do not)|is that (?:ok|all right|alright)|please|to (?:see|look|check|rule|exclude|find|make|be|help|confirm|get)|so (?:that )?(?:we|i)|because|in case|before|while|when|and (?:then )?(?:see|talk|come|we|i|you)|just to|first|today|now|straight away|for you|right away|urgently|as well|too|with your permission|may i|ok(?:ay)?)\b.*)$/i
const notAnOrder =
  /^(?:if|how|why|what|whether|that|sure|more|through|about|with|when|where|who|up|on|it|this|a bit|you (?:a|to|some|about)\b|for you)/i
const determiner =
  /^(?:(?:an?|the|your|his|her|their|some|you|him|of|for|both|urgent|quick|few|set|a set|full set|and|off|simple|basic|plain|routine|then|also|test|check|measure|examine|feel|take|do|get)\s+)+/i
const listSplit = /\s*(?:,|;|\band\b(?! e\b)|\bplus\b|\bas well as\b|\+)\s*/i

const named = (list: string): readonly string[] =>
  list
    .split(listSplit)
    .map((name) => ended(name).replace(determiner, '').trim())
    .filter(Boolean)

function ordersIn(sentence: string): readonly string[] {
  const canonical = canonicalOrder.exec(sentence)?.[1]
  if (canonical !== undefined)
    return canonical
      .split(/\s*[,;]\s*/)
      .map(ended)
      .filter(Boolean)
  const [, look, act, object = ''] = order.exec(sentence) ?? []
  // "Can I check, do you smoke?" asks.
  if (object === '' || object.startsWith(',') || notAnOrder.test(object)) return []
  const what = object.replace(orderTail, '')
  if (look === undefined && act === undefined && !/^(?:an?|some|the)\b/i.test(what)) return []
  return named(what).filter(isOrder)
}

const asksWithoutMark =
  /^(?:(?:so|and|ok(?:ay)?|right|well|please)[,.]?\s+)*(?:(?:can|could) you )?(?:tell me|describe|talk me through|walk me through|let me know)\b/i

/**
 * Reads a turn strictly: a sentence that merely mentions a condition is no diagnosis, a question never
 * closes, and orders are only what is asked for in so many words.
 */
export function readDoctorTurn(text: string): DoctorTurn {
  const questions: string[] = []
  const orders: string[] = []
  const told: string[] = []
  for (const sentence of turnSentences(text)) {
    const found = ordersIn(sentence)
    if (found.length > 0) orders.push(...found)
    else if (sentence.endsWith('?') || asksWithoutMark.test(sentence)) questions.push(sentence)
    else told.push(sentence)
  }
  const diagnoses = readClosing(told, questions)
  return { questions, orders, diagnoses, closing: diagnoses.length > 0 }
}
