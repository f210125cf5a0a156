/** Reads the diagnosis that a doctor commits to, and the alternatives named beside it. */

const ended = (text: string): string => text.replace(/[.!\s]+$/, '')
const article =
  /^(?:an?|the|some|what we call|called|likely|probably|most likely|a case of|having|a type of)\s+/i

const lead = String.raw`^(?:(?:so|well|ok(?:ay)?|right|thank you|thanks|good|all right|alright|then|now|from what you(?:'|’)ve told me|from what you tell me|from what you say|from (?:all )?(?:this|that)|putting (?:this|that|it|everything) together|based on (?:this|that|all (?:this|that)|what you(?:'|’)ve (?:said|told me))|given (?:all )?(?:this|that)|to sum up|in summary|overall|i(?:'|’)m (?:sorry|afraid)(?: to say)?(?: that)?|i am (?:sorry|afraid)(?: to say)?(?: that)?|unfortunately|with (?:all )?(?:this|that)|having heard (?:this|that|all that))[,.:]?\s+)*`
const sure = String.raw`(?:fairly |quite |pretty |very |almost |rather )?(?:sure|certain|confident|convinced)`
const you = String.raw`(?:you|he|she|your (?:\w+)|the baby|the child)`
const have = String.raw`(?:have|has|(?:'|’)ve got|(?:'|’)s got|(?:'|’)ve|have got|has got|are having|is having|are suffering from|is suffering from)`
const likely = String.raw`(?:most likely|likely|very likely|probably|almost certainly|clearly|in all likelihood|most probably)`
const it = String.raw`(?:it|this|that|the problem|the cause|what (?:you have|you(?:'|’)ve got|we have here|this is)|all (?:of )?this|your pain|everything)`
const is = String.raw`(?:(?:'|’)s| is| are| was)`
const signs = String.raw`(?:(?:the|your|these|those|his|her) (?:symptoms?|findings?|results?|story|picture|history|signs|tests?)(?: and (?:the )?(?:symptoms?|findings?|results?|examination|tests?))?|everything|all (?:of )?this|it all|this|it)`

const forms = (patterns: readonly string[]): readonly RegExp[] =>
  patterns.map((pattern) => new RegExp(`${lead}${pattern}\\s+(.+)$`, 'i'))

/** Said only to commit to a diagnosis, whatever stands around them. */
const committing = forms([
  String.raw`(?:(?:my|the) )?(?:(?:final|working|leading|main|clinical|primary|most likely|likeliest|provisional) )*(?:diagnosis|impression|assessment)(?: (?:here|now|for (?:this|you)))?(?: is(?: most likely)?:?|:)`,
  String.raw`(?:the|my) (?:most likely|likeliest|most probable|best) (?:diagnosis|explanation|cause|answer|reason)(?: (?:here|for (?:all )?this|for your \w+|of (?:this|your \w+)))?(?: is|:)`,
  String.raw`i(?:(?:'|’)m| am) (?:diagnosing|going to diagnose) you with`,
  String.raw`i (?:would )?diagnose (?:you with|this as|it as)?`,
])

const beliefs = forms([
  String.raw`i (?:do )?(?:think|believe|feel|reckon|would say) (?:that )?(?:${you} ${likely} ${have}|${you}(?: ${have}|(?:'|’)ve got)|${you} are having|${it}(?:${is}| could only be)(?: ${likely})?|we are dealing with|we(?:'|’)re dealing with)`,
  String.raw`i(?:(?:'|’)m| am) ${sure}(?: that)? (?:${you} ${have}|${you}(?:'|’)ve got|${it}${is}(?: ${likely})?|we are dealing with|we(?:'|’)re dealing with)`,
  String.raw`${you} ${likely} ${have}`,
  String.raw`${you} ${have} ${likely}`,
  String.raw`${it}${is} ${likely}`,
  String.raw`${likely},? (?:${it}${is}|${you} ${have}|${you}(?:'|’)ve got)`,
  String.raw`${it} (?:(?:very much )?(?:looks|sounds|seems) (?:very much |most )?like|appears to be|seems to be)(?: ${you} (?:${have}))?`,
  String.raw`${signs} (?:fits?|fits? best|fits? with|fits? best with|matches|match|suggests?|points? (?:strongly )?to(?:wards)?|are (?:most )?(?:consistent|in keeping) with|is (?:most )?(?:consistent|in keeping) with|are typical of|is typical of|adds? up to|shows?|confirms?)(?: that ${you} ${have})?`,
  String.raw`(?:we are|we(?:'|’)re) dealing with`,
  String.raw`(?:i|we) (?:strongly )?suspect(?: that)?(?: ${you} ${have}| ${it}${is})?`,
])

/** May as well retell the complaint ("you have pain on the left"), so nothing else may be asked. */
const bare = forms([
  String.raw`${you}(?: have| has|(?:'|’)ve|(?:'|’)s) had(?= an? (?!few|couple|long|bad|hard|rough|tough|good|cough|cold hand|look|number|lot|while|bit|history|baby|child))`,
  String.raw`(?:${you} ${have}|${you}(?:'|’)ve got)`,
  String.raw`${it}${is}(?: called)?`,
])

/** Words that show that what follows is no name of a condition. */
const noName =
  /^(?:not\b|no\b|n(?:'|’)t|nothing|something|anything|everything|unclear|uncertain|unknown|unsure|difficult|hard|tough|an? (?:lot|bit|difficult|hard|tough|good|long|worrying|great|big|few|little|serious|real|very)|awful|terrible|horrible|frightening|scary|worrying|very|really|quite|so\b|too\b|good|great|fine|ok|normal|clear|important|helpful|useful|had\b|been\b|come\b|done\b|told|mentioned|said|described|noticed|given|any\b|these\b|this\b|that\b|it\b|you\b|your\b|my\b|we\b|i\b|he\b|she\b|they\b|there\b|when\b|what\b|how\b|why\b|where\b|whether\b|if\b|one of|two|three|four|five|\d|both\b|several|many|more\b|most of|all\b|enough|every|time\b|to\b|as\b|in\b|on\b|at\b|for\b|with\b|because|understandable|natural|common for|possible|the (?:pain|kind|sort|same|right|first|second|next|best|worst|reason|end|case|result|time|one|plan|last|only|answer|way)\b|reassuring|serious|urgent|bad|better|worse|right|wrong|pending|based|still|just (?:to|a (?:few|couple|quick)|one)|made|kept|stopped|started|lost|tried|taken|seen|felt|gone|some (?:questions|pain|concerns|more)|questions|reasons?|concerns?|symptoms? of|what|done|brave)/i

/** Complaints that a sentence may retell; they name no condition by themselves. */
const complaintOnly =
  /^(?:(?:an?|the|some|this|that|bad|severe|mild|sharp|dull|constant|terrible|nasty|chronic|acute|new|ongoing|lower|upper|left|right|sided|your|high|slight|dry|productive|sore|chest|back|belly|tummy|abdominal|stomach|throbbing|burning|of|and)[- ]+)*(?:pains?|aches?|headaches?|fevers?|temperature|coughs?|rash(?:es)?|swelling|nausea|vomiting|diarrhoea|bleeding|discharge|weakness|numbness|tingling|dizziness|tiredness|fatigue|breathlessness|shortness of breath|itch(?:ing)?|lump|symptoms?|problems?|trouble|throat|nose|discomfort|palpitations|weight loss|blood pressure|pulse|children|family|day|week|job|questions?)\b(?!\s+(?:fever|syndrome|disorder|disease))/i

const tail =
  /\s*(?:[,–—-]?\s+(?:because|since|given|based on|which|as (?:you|the|your|this|there)|so (?:i|we|please|you)|and (?:i|we|you|that|it|this|the|not)|but|with (?:the|your|this|that|no)|rather than|not (?!otherwise)|although|though|as opposed to|and nothing|where|caused by the|that (?:is|needs|has|we|can|will|comes)|whose|from (?:the|your)|more than|if|until|unless|for which|meaning|i(?:'|’)m afraid|in (?:your|my)|on (?:the )?(?:left|right))\b|[;(–—]|,? due to the fact|\. |:\s|,\s).*$/i

const canonicalAlternatives =
  /^(?:also considered|alternatives?(?: (?:are|include))?|differential(?: diagnos[ei]s)?(?: (?:includes|is|are))?|other possibilities(?: (?:are|include))?|less likely(?: (?:are|is))?|other causes)\s*:?\s+(.+)$/i
const saidAlternatives: readonly RegExp[] = [
  /\b(?:i (?:have |(?:'|’)ve )?(?:also )?(?:considered|thought (?:about|of)|thought it (?:could|might) be|looked for|weighed)|we (?:have |(?:'|’)ve )?(?:also )?considered|i am also considering|i(?:'|’)m also considering|i also considered)\s+(.+)$/i,
  /\b(?:it|this) (?:could|might|may) (?:also|still|instead|less likely) be\s+(.+)$/i,
  /\b(?:less likely(?: (?:is|are|would be|but possible))?|(?:other|another) (?:possibilit(?:y|ies)|causes?|explanations?) (?:is|are|would be|were|include|i considered (?:is|are|were)))\s+(.+)$/i,
  /^(.+?) (?:is|are|would be|seems?|was|were) (?:also (?:possible|considered)|much less likely|less likely|unlikely|possible but)\b/i,
  /\b(?:rule[ds]? out|exclude|keep in mind|bear in mind|not miss)\s+(.+)$/i,
  /\b(?:rather than|more than|as opposed to|and not)\s+(.+)$/i,
  /^(?:it is|it(?:'|’)s|this is)(?: probably| most likely)? not\s+(.+)$/i,
  /\b(?:i don(?:'|’)t think (?:it|this) is|less like)\s+(.+)$/i,
]

function names(list: string): readonly string[] {
  return ended(
    list.replace(
      /,?\s+(?:but|because|since|though|although|which|as (?:you|the|your)|given|and (?:i|we|that|they|both)|so|seem|are|is|in mind|however|with your|with the|based)\b.*$/i,
      '',
    ),
  )
    .split(/\s*;\s*|\s*,\s*(?:and\s+|or\s+)?|\s+(?:or|nor|and)\s+(?=\S+(?: \S+){0,5}$)/i)
    .map((name) =>
      ended(name)
        .replace(/^(?:either|both|possibly|perhaps|maybe)\s+/i, '')
        .replace(article, ''),
    )
    .filter((name) => name !== '' && name.split(' ').length <= 7 && !noName.test(name))
}

/** Questions that may follow a diagnosis without taking it back. */
const politeQuestion =
  /\b(?:any (?:other )?(?:questions|concerns)|make sense|does that|is that (?:ok|clear|all right|alright|something)|are you (?:ok|happy|comfortable|all right|alright)|how does that|sound (?:ok|all right|reasonable)|anything (?:else )?(?:you(?:'|’)d like|you would like|you want)|do you understand|would that|shall we|would you be|what do you think|can you do that|will you|questions for me)\b/i

const hedge =
  /\b(?:could|might|may|can) (?:have|be)\b|\b(?:whether|if) (?:it|this|you)\b|\bnot (?:sure|certain)\b|\brule out\b|\bever\b|\bi (?:wonder|was wondering)\b/i

const named = (text: string): string => {
  let name = ended(text).replace(tail, '')
  for (let step = 0; step < 3; step++) name = name.replace(article, '')
  return ended(name).trim()
}

const usable = (name: string): boolean =>
  name !== '' && name.split(/\s+/).length <= 10 && !noName.test(name) && !/[?]/.test(name)

function leading(sentence: string, asks: boolean): string | null {
  const certain = committing.map((form) => form.exec(sentence)?.[1]).find((found) => found !== undefined)
  if (certain !== undefined) {
    const name = named(certain)
    return usable(name) ? name : null
  }
  if (asks || hedge.test(sentence.replace(/\b(?:could|might|may) also be\b.*/i, ''))) return null
  for (const [patterns, strict] of [
    [beliefs, false],
    [bare, true],
  ] as const)
    for (const form of patterns) {
      const found = form.exec(sentence)?.[1]
      if (found === undefined || noName.test(found)) continue
      const name = named(found)
      if (usable(name) && !complaintOnly.test(name) && (!strict || name.split(/\s+/).length <= 6)) return name
    }
  return null
}

/**
 * @param told the turn's sentences that neither ask nor order, in order
 * @param questions the turn's questions: one that goes on asking keeps a turn from closing
 * @returns the leading diagnosis and then its alternatives, as worded; empty when nothing is committed to
 */
export function readClosing(told: readonly string[], questions: readonly string[]): readonly string[] {
  const asks = questions.some((question) => !politeQuestion.test(question))
  const at = told.findIndex((sentence) => leading(sentence, asks) !== null)
  const first = told[at] === undefined ? null : leading(told[at], asks)
  if (first === null) return []
  const found = [first]
  for (const [index, sentence] of told.entries()) {
    const list =
      canonicalAlternatives.exec(sentence)?.[1] ??
      saidAlternatives.map((form) => form.exec(sentence)?.[1]).find((one) => one !== undefined)
    if (
      list === undefined ||
      (index === at && !/rather than|as opposed to|and not|more than|rule/i.test(sentence))
    )
      continue
    for (const name of names(list))
      if (!complaintOnly.test(name) && !found.some((one) => one.toLowerCase() === name.toLowerCase()))
        found.push(name)
  }
  return found
}
