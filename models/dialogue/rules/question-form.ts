/** How a turn asks: how many things at once, whether it leads, whether it was asked before. */
import type { DoctorAct } from '../acts.ts'

const asker =
  '(?:do|does|did|are|is|was|were|have|has|had|can|could|will|would|when|where|how|what|which|who|why)'
const subject = String.raw`(?:you|your|he|she|his|her|it|its|they|their|there|this|that|these|those|any\w*|someone|somebody|something)`
const auxiliary = '(?:do|does|did|are|is|was|were|have|has|had|can|could|will|would)'
/** A further clause that asks: "..., and do you smoke". "When you lie down" asks nothing. */
const anotherClause = new RegExp(
  String.raw`(?:,|;|\band\b|\bor\b)\s+(?:and\s+|or\s+|also\s+)*(?:${auxiliary}\s+(${subject})\b|(?:when|where|how|what|which|who|why)(?:\s+\w+){0,2}?\s+${auxiliary}\s+(${subject})\b)`,
  'gi',
)
const followUp = /^(?:it|they|that|this|them|these|those)$/i

const tag =
  /,\s*(?:are|aren(?:'|’)t|is|isn(?:'|’)t|do|don(?:'|’)t|does|doesn(?:'|’)t|did|didn(?:'|’)t|have|haven(?:'|’)t|has|hasn(?:'|’)t|was|were|can|could|would|won(?:'|’)t|wouldn(?:'|’)t)\s+(?:you|it|he|she|they|there|that|this|we)\s*\?|,\s*(?:right|correct|yes|no|am i right)\s*\?$/i

const politeStart =
  /^(?:(?:and|so|now)[, ]+)?(?:can|could|may|might) i (?:just |also |quickly )?(?:ask|check|confirm)(?: you)?\s*[,:]\s*/i

/** How many different things one question sentence asks. */
function parts(question: string): number {
  let count = 1
  let joined = ''
  // "Can I check, do you smoke?" asks leave and then one thing.
  const asked = question.replace(politeStart, '')
  const firstAsker = asked.search(new RegExp(`\\b${asker}\\b`, 'i'))
  for (const match of asked.replace(tag, '?').matchAll(anotherClause)) {
    // "I mean, have you ever fainted?": what stands before asks nothing.
    if (match.index < firstAsker) continue
    const [whole, first = '', second = ''] = match
    joined = whole
    // "When did it start, and has it moved?" stays with one matter; "or do you fall" offers a choice.
    if (followUp.test(first) || followUp.test(second) || /\bor\b/i.test(whole.slice(0, 6))) continue
    count++
  }
  if ((question.match(/\bwhether\b|\bhow (?:big|long|often|many|much|bad|far)\b/gi)?.length ?? 0) >= 3)
    count += 2
  const listed = question.split(',').length
  if (joined === '' && listed >= 6) count += 1
  return count
}

/** "Can you describe it?" after a question stays with it. */
const refersBack =
  /^(?:(?:and|or|so)[, ]+)?(?:can|could|would) you (?:describe|explain|show|tell me(?: more)?|say more)\b(?: \w+){0,4}\?$/i

const sameMatter = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((topic) => b.includes(topic))

/**
 * @param topicsOf topics of one question sentence
 * @returns whether all that is asked is one thing, with at most a rewording of it
 */
export function asksOneThing(
  questions: readonly string[],
  topicsOf: (text: string) => readonly string[],
): boolean {
  if (questions.some((question) => parts(question) > 1)) return false
  const [first, second, ...more] = questions
  if (more.length > 0) return false
  if (first === undefined || second === undefined) return true
  const [a, b] = [topicsOf(first), topicsOf(second)]
  return (
    sameMatter(a, b) ||
    refersBack.test(second) ||
    (a.length === 0 && b.length === 0 && second.split(/\s+/).length <= 7)
  )
}

const presumes =
  /^(?:(?:and|so|but|well|ok(?:ay)?)[,.]?\s+)*(?:surely\b|you (?:don(?:'|’)t|do not|aren(?:'|’)t|haven(?:'|’)t|didn(?:'|’)t|must|would surely)\b|you(?:'|’)re not\b|i (?:assume|suppose|take it|presume)\b|no \w+(?: \w+)?,? (?:then|i (?:hope|suppose))|it(?:'|’)s not like\b)/i

/** Whether a question suggests its answer. */
export const leads = (question: string): boolean => tag.test(question) || presumes.test(question)

const stop = new Set(
  'a an the and or of to in on at for with is are was were be been do does did have has had you your he his her she it its this that any some there can could would will when what which where how long ever me tell about i ok so right sorry please now feel get got going'.split(
    ' ',
  ),
)
const stem = (word: string): string => word.replace(/(?:ing|ed|es|s|ly)$/, '')
const contentOf = (text: string): ReadonlySet<string> =>
  new Set(
    (text.toLowerCase().match(/[a-z]+/g) ?? [])
      .filter((word) => word.length > 2 && !stop.has(word))
      .map(stem),
  )

/** Topics that one answer settles, however they are asked for. */
const settled: ReadonlySet<string> = new Set([
  'relieving',
  'fever',
  'sleep',
  'appetite',
  'allergies',
  'smoking',
  'alcohol',
  'weight',
  'family-history',
  'concern',
  'expectation',
  'travel',
])
/** Topics that an open question settles, while yes-or-no questions may still narrow them down. */
const openly: ReadonlySet<string> = new Set(['onset', 'site', 'character', 'aggravating'])
const open =
  /(?:^|[.,!:] )(?:and |so |but )?(?:since when|when(?! (?:you|it|he|she|they)\b)|(?:for|over) how long|how long|where|whereabouts|which|what)\b/i

function alike(a: DoctorAct, b: DoctorAct): boolean {
  const [first, second] = [contentOf(a.read.questions.join(' ')), contentOf(b.read.questions.join(' '))]
  const shared = [...first].filter((word) => second.has(word)).length
  const all = new Set([...first, ...second]).size
  if (all > 0 && shared / all >= 0.75) return true
  const [one] = a.topics
  return (
    one !== undefined &&
    a.topics.length === 1 &&
    b.topics.length === 1 &&
    b.topics[0] === one &&
    (settled.has(one) || (openly.has(one) && open.test(a.text) && open.test(b.text))) &&
    !/\b(?:else|other|another|each|exactly|still|more about)\b/i.test(a.text)
  )
}

/** The earlier turn that asked or ordered the same and got its answer; undefined when there is none. */
export function askedBefore(acts: readonly DoctorAct[], act: DoctorAct): DoctorAct | undefined {
  const orders = new Set(act.read.orders.map((name) => name.toLowerCase()))
  return acts.find(
    (earlier) =>
      earlier.at < act.at &&
      ((act.read.questions.length > 0 &&
        earlier.read.questions.length > 0 &&
        earlier.answered &&
        alike(act, earlier)) ||
        earlier.read.orders.some((name) => orders.has(name.toLowerCase()))),
  )
}
