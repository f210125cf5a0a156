/** What a doctor's turn does, written and read in one place: questions, orders, and the closing diagnosis. */

export interface DoctorTurn {
  /** Each question sentence. */
  readonly questions: readonly string[]
  /** Names of the examinations and tests asked for. */
  readonly orders: readonly string[]
  /** Only from a closing statement, the leading one first. */
  readonly diagnoses: readonly string[]
  readonly closing: boolean
}

const listed = (names: readonly string[]): string => names.join(', ')

/** "I would like to examine: abdomen." or "I would like to order: ECG, troponin." */
export const writeOrder = (kind: 'examination' | 'test', names: readonly string[]): string =>
  `I would like to ${kind === 'examination' ? 'examine' : 'order'}: ${listed(names)}.`

const ended = (text: string): string => text.replace(/[.\s]+$/, '')

/** The canonical closing statement; empty parts are left out. */
export function writeClosing(
  diagnosis: string,
  alternatives: readonly string[],
  grounds: readonly string[],
  plan: readonly string[],
  safetyNet: string,
): string {
  return [
    `Diagnosis: ${ended(diagnosis)}.`,
    alternatives.length > 0 ? `Also considered: ${alternatives.map(ended).join('; ')}.` : '',
    grounds.length > 0 ? `Because: ${grounds.map(ended).join('; ')}.` : '',
    plan.length > 0 ? `Plan: ${plan.map(ended).join('; ')}.` : '',
    safetyNet ? `Safety net: ${ended(safetyNet)}.` : '',
  ]
    .filter(Boolean)
    .join(' ')
}

const sentencesOf = (text: string): readonly string[] =>
  text
    .split(/(?<=[.?!])\s+|\n+/)
    .map((sentence) => sentence.trim())
    .filter(Boolean)

const canonicalOrder = /^I would like to (?:examine|order):\s*(.+?)[.]?$/i
const naturalOrder =
  /^(?:now,?\s+|next,?\s+|so,?\s+|then,?\s+|ok(?:ay)?,?\s+|right,?\s+)*(?:let(?:'|’)?s|let me|let us|i(?:'|’)?(?:d| would) like to|i(?:'|’)?ll|i will|i(?:'|’)?m going to|we(?:'|’)?ll|we will|we need to|i want to|i need to|can i|could i|may i|please)\s+(?:also\s+|just\s+|quickly\s+|now\s+|go ahead and\s+)*(examine|check|order|do|get|take|arrange|request|perform|run|send(?: off)?(?: for)?|look at|look in|feel|listen to|measure|have a look at|have a listen to)\s+(?:for\s+)?(?:an?\s+|the\s+|your\s+|his\s+|her\s+|some\s+|a set of\s+|you for\s+)*(.+?)[.?!]?$/i
const closingForms: readonly RegExp[] = [
  /^(?:final |working |leading |my )*diagnosis(?: is)?\s*:?\s+(?:is\s+)?(.+)$/i,
  /^(?:(?:so|well|okay|right),?\s+)*(?:the|my) (?:most likely|likeliest|leading|working|final) (?:diagnosis|explanation|cause)(?: (?:here|for this))?(?: is|:)\s+(.+)$/i,
  /^(?:(?:so|well|okay|right),?\s+)*(?:i (?:think|believe|am (?:fairly |quite )?(?:sure|confident)(?: that)?)|i(?:'|’)m (?:fairly |quite )?(?:sure|confident)(?: that)?)\s+(?:that\s+)?(?:you have|you(?:'|’)ve got|you are having|this is|it(?:'|’)s|it is|he has|she has|your \w+ has)\s+(.+)$/i,
  /^(?:(?:so|well|okay|right),?\s+)*(?:you have|this is most likely|this is likely|it is most likely|it(?:'|’)s most likely|most likely (?:this|it) is|most likely you have|this looks like|this sounds like|this is consistent with)\s+(.+)$/i,
]
const alternativeForms =
  /^(?:also considered|alternatives?(?: are)?|differential(?: diagnos[ei]s)?(?: includes)?|other possibilities(?: are)?|less likely)\s*:?\s+(.+)$/i

/** What stands after the diagnosis in the same sentence explains it and names nothing. */
const tail =
  /\s*(?:,? (?:because|since|given|based on|which|as you|so i|and i|but)\b|[;(]|,? due to the fact|\. ).*$/i
const article = /^(?:an?|the|some)\s+/i

function names(list: string): readonly string[] {
  return list
    .split(/\s*;\s*|\s*,\s*(?:and\s+|or\s+)?|\s+(?:or|and)\s+(?=[a-z]+ ?[a-z]*$)/i)
    .map((name) => ended(name).replace(article, ''))
    .filter(Boolean)
}

/**
 * Reads a turn strictly: a sentence that merely mentions a condition is no diagnosis, a question never
 * closes, and orders are only what is asked for in so many words.
 */
export function readDoctorTurn(text: string): DoctorTurn {
  const questions: string[] = []
  const orders: string[] = []
  const diagnoses: string[] = []
  for (const sentence of sentencesOf(text)) {
    const canonical = canonicalOrder.exec(sentence)
    if (canonical?.[1]) {
      orders.push(
        ...canonical[1]
          .split(/\s*[,;]\s*/)
          .map(ended)
          .filter(Boolean),
      )
      continue
    }
    const natural = naturalOrder.exec(sentence)
    if (
      natural?.[2] &&
      !/^(?:you|if|how|why|what|whether|that|sure|more|through|about)\b/i.test(natural[2])
    ) {
      orders.push(
        ...natural[2]
          .split(/\s*(?:,|\band\b)\s*(?:an?\s+|the\s+|your\s+)?/i)
          .map(ended)
          .filter(Boolean),
      )
      continue
    }
    if (sentence.endsWith('?')) {
      questions.push(sentence)
      continue
    }
    const closing = closingForms.map((form) => form.exec(sentence)?.[1]).find((found) => found !== undefined)
    if (closing !== undefined && diagnoses.length === 0) {
      const leading = ended(closing.replace(tail, '')).replace(article, '')
      if (leading && !/^(?:not|no|unclear|uncertain|unknown)\b/i.test(leading)) diagnoses.push(leading)
      continue
    }
    const alternatives = alternativeForms.exec(sentence)?.[1]
    if (alternatives !== undefined && diagnoses.length > 0) diagnoses.push(...names(alternatives))
  }
  return { questions, orders, diagnoses, closing: diagnoses.length > 0 }
}
