/** The English around a diagnosis: what introduces it, doubts it, rejects it or gives its reasons. */

/** Words of no weight inside a name. */
export const joiningWords = ['of', 'the', 'in', 'a', 'an', 'on', 'to', 'with', 'from', 'his', 'her', 'this']

/** Words beside a name that leave the condition what it is. */
export const freeQualifiers = [
  ...['left', 'right', 'bilateral', 'unilateral', 'sided', 'side', 'both'],
  ...['mild', 'moderate', 'severe', 'early', 'late', 'advanced', 'new', 'onset', 'newly', 'diagnosed'],
  ...['recurrent', 'uncomplicated', 'complicated', 'classic', 'classical', 'typical', 'atypical', 'active'],
  ...['suspected', 'probable', 'possible', 'likely', 'presumed', 'presumptive', 'definite', 'confirmed'],
  ...['clinical', 'first', 'episode', 'attack', 'symptomatic', 'untreated', 'undiagnosed', 'probably'],
  ...['most', 'very', 'query', 'subacute', 'crisis', 'flare', 'case', 'childhood', 'paediatric'],
]

/** Acronyms that are English words too: they count in running text only in capitals. */
export const englishAcronyms: ReadonlySet<string> = new Set([
  ...['ADD', 'CAP', 'PAD', 'MS', 'PE', 'AF', 'RA', 'UC', 'TB', 'CO', 'PID', 'mono', 'hypo', 'fits', 'mites'],
  ...['rupture', 'consumption', 'ague', 'piles', 'stroke', 'ectopic', 'zona', 'low iron', 'bipolar'],
])

const subject =
  '(?:i|we|he|she|they|you|it|this|that|the (?:patient|child|baby|man|woman|boy|girl)|patient|this (?:patient|man|woman|child|boy|girl|baby|lady|gentleman|picture|presentation|history))'
const adverb =
  '(?:most |very |almost |highly |quite |strongly )?(?:likely|probably|certainly|clearly|definitely|surely|presumably|obviously|simply|just|now)'
const nouns = '(?:diagnosis|dx|impression|answer|conclusion|explanation|choice|guess|verdict|opinion)'
const be = "(?:is|was|would be|will be|remains|seems to be|appears to be|must be|has to be|should be|'s)"

/** How firmly an introduction puts forward what follows. */
export type Firmness = 'leading' | 'plain' | 'possible' | 'alternative' | 'rejected' | 'aside'

/**
 * Introductions, tried in this order at the start of a clause until none fits. Rejections come first:
 * "not migraine" must never lose its "not".
 */
export const introductions: readonly { readonly pattern: RegExp; readonly firmness: Firmness }[] = [
  {
    firmness: 'rejected',
    pattern: new RegExp(
      `^(?:but |and |though )?(?:(?:${subject} )?(?:${be}|does|do|did|has|have|could|can)? ?(?:not|never|n't|cannot|can't)|(?:${subject} )?(?:isn't|wasn't|doesn't|don't|can't be|cannot be|couldn't be)|no|without|neither|nor|un ?likely(?: to be)?|(?:to )?rule[sd]? out|ruling out|r\\/o|exclud(?:e|es|ed|ing)|(?:to )?exclude|rather than|instead of|as opposed to|i doubt|negative for|denies|against|absence of|less like|anything but|everything but|apart from|except|other than)(?=[\\s:]|$)`,
      'i',
    ),
  },
  {
    firmness: 'aside',
    pattern:
      /^(?:(?:a |strong |known |significant )*(?:family|past|previous|medical|surgical|personal|birth)? ?(?:medical )?(?:history|hx|background|fear|risk|screening|worry|concerns?) (?:of|for|about)|h\/o|fh(?:x)? of|pmh(?:x)?|previous(?:ly)?|prior|known|old|mother|father|sister|brother|(?:her|his|the patient's|their) (?:mother|father|sister|brother|son|daughter|wife|husband)|treated for|on treatment for)(?=[\s:]|$)/i,
  },
  {
    firmness: 'alternative',
    pattern:
      /^(?:but |and |though |although )?(?:also considered|also consider(?:ing)?|(?:the |my |other )*(?:ddx|d\/dx|differentials?(?: diagnos[ie]s)?|alternatives?|other (?:possibilities|diagnoses|considerations|options|causes))(?: (?:diagnos[ie]s|includes?|are|is|would be|to consider))*|alternatively|less likely|less probabl[ey]|(?:a )?second(?:ly| choice)?|third(?:ly)?|next|then|followed by|also|otherwise|consider(?: also)?|to consider|keep in mind|watch for|beware of|second(?:ary)? (?:diagnosis|choice)|could also be|might also be|may also be)(?=[\s:,]|$)[\s:,]*/i,
  },
  {
    firmness: 'leading',
    pattern: new RegExp(
      `^(?:so |thus |therefore |hence |overall |in summary |in conclusion )?,? ?(?:the |my |our |his |her |a |one |single )*(?:(?:most likely|most probable|likeliest|likely|probable|leading|top|final|best|main|primary|principal|working|provisional|clinical|presumptive|suspected|overall|revised|updated|first|current) ?)*${nouns}(?: here| in this case| now| of choice)*(?:(?: ${be}| of)?(?: that)?(?: ${subject} has)?[ :=>-]*)(?=\\S|$)`,
      'i',
    ),
  },
  {
    firmness: 'leading',
    pattern:
      /^(?:the )?(?:most (?:likely|probably|probable)|likeliest|top of (?:my|the) list|number one|first choice|first(?:ly)?|above all|best fit)(?: (?:is|cause is|condition is|by far))?(?=[\s:,-])[\s:,-]*/i,
  },
  {
    firmness: 'possible',
    pattern: new RegExp(
      `^(?:\\?+|possibly|perhaps|maybe|query|a possible|possible|suspicion of|suspected|could (?:this|it|he|she) be|(?:${subject} )?(?:could|might|may) (?:well |possibly |just )?(?:be|have|suggest|indicate|represent)|question of|concern for|concerning for)(?=[\\s:]|\\S|$)`,
      'i',
    ),
  },
  {
    firmness: 'plain',
    pattern: new RegExp(
      `^(?:yes,? |so,? |ok,? |well,? |thus,? |therefore,? |hence,? |and |overall,? |now,? )*(?:(?:in my (?:view|opinion),? )?(?:i|we)(?:'d| would| will|'ll| am|'m)? ?(?:still |also |strongly |now )?(?:think|believe|say|guess|bet|go with|go for|choose|pick|favou?r|diagnose|suspect|lean towards?|answer|stay with|stick with|keep|conclude|agree with|agree)(?: that| on| it with)?|(?:i|we) (?:am|are|feel) (?:\\w+ )?(?:confident|sure|certain|convinced)(?: that| of)?|${subject} (?:${adverb} )?(?:has|have|${be}|got|suffers from|is having|is suffering from|looks|sounds|seems|appears|presents?|fits|meets criteria for)(?: got)?(?: very much| most| ${adverb})*(?: like| to (?:be|have|suggest)| with)?|(?:looks|sounds|seems|appears|feels) (?:very much )?(?:like|to be)|suffering from|diagnos(?:ed|is) (?:as|with|of)|(?:the |all |these |overall |clinical )*(?:findings|features|symptoms|picture|history|presentation|story|signs)(?: and \\w+)? ?(?:is|are|were|all|most|strongly|clearly|would)? ?(?:most )?(?:suggests?|indicates?|fits?(?: best)?(?: with)?|points? to(?:wards?)?|supports?|of|in keeping with|consistent with|compatible with|suggestive of|typical (?:of|for)|classic (?:of|for)|match(?:es)?)|(?:strongly |highly |most )?(?:consistent|compatible) with|in keeping with|suggestive of|suggest(?:s|ing)|point(?:s|ing) to(?:wards?)?|indicat(?:es|ing|ive of)|typical of|fits(?: best)? with|(?:a |an )?(?:(?:acute|classic|typical|mild|severe|clear) )?(?:case|episode|attack|bout|flare(?:-up)?|picture|presentation|features|diagnosis) of|${adverb}|looks like)(?=[\\s:])[\\s:,]*`,
      'i',
    ),
  },
]

/** Endings of a clause and what they say of what stands before them. */
export const endings: readonly { readonly pattern: RegExp; readonly firmness: Firmness }[] = [
  {
    firmness: 'rejected',
    pattern:
      /\s+(?:(?:is|are|was|has been|have been|can be|could be|seems|appears|looks|being|would be)\s+)?(?:therefore |thus |very |highly |much |rather |also |now |quite |effectively )*(?:unlikely|less likely|improbable|ruled out|excluded|not likely|not (?:the|my) (?:cause|diagnosis|answer)|not present|absent|not supported|not the case|doubtful|rejected|discounted|implausible)(?: here| now| clinically)*$/i,
  },
  {
    firmness: 'alternative',
    pattern:
      /\s+(?:(?:should|must|could|needs? to|has to|have to|cannot|can't|can not|may|might|also|not) )+(?:yet |yet be |also |still )*(?:be )?(?:considered|excluded|ruled out|borne in mind|kept in mind|remembered|entertained)(?: first| too| as well| though)*$/i,
  },
  {
    firmness: 'possible',
    pattern:
      /(?:\s*\?+|,?\s+(?:is|are|remains?|seems|would be|also)\s+(?:also |still |quite |a )*(?:possible|a possibility|conceivable|plausible|in the differential|on the differential|an alternative|another option))$/i,
  },
  {
    firmness: 'leading',
    pattern:
      /,?\s+(?:is|are|was|seems|appears|looks|would be|remains|being|has to be|as)\s+(?:therefore |clearly |by far |still |now |almost certainly )*(?:the |my |our )?(?:single )?(?:(?:most|best|overall) )?(?:likely|probable|plausible|leading|top|working|final|correct|primary|likeliest|fitting|fit|suspected|right)?\s*(?:diagnosis|answer|cause|explanation|choice|condition|candidate|suspect|one|fit)(?: here| in this case| for these symptoms| now)*$/i,
  },
  {
    firmness: 'leading',
    pattern:
      /,?\s+(?:(?:is|are|seems|appears|looks|remains|would be)\s+)?(?:by far |clearly |still |therefore )*(?:the )?(?:most (?:likely|probable)|likeliest|fits (?:this |it )?best|best fits|best explains (?:this|the picture|it all|everything))(?: here| now| by far)*$/i,
  },
  {
    firmness: 'plain',
    pattern:
      /,?\s+(?:(?:(?:is|are|seems|appears|looks|remains)\s+(?:very |quite |highly )?(?:likely|probable|confirmed|certain|evident))|it is|until proven otherwise|i (?:think|believe|suspect|would say|guess)|probably|likely|for sure|definitely|in my (?:view|opinion)|please|here|then|too|to me)$/i,
  },
]

/** Turns within a clause after which something is rejected. */
export const rejections =
  /\s*[,;:-]?\s+(?:but |and |so |i\.e\. )?(?:rather than|instead of|as opposed to|(?:much )?more (?:likely )?than|(?:is )?(?:more )?likelier than|over|not|never|without|except|unlike|in the absence of|nor|favou?red over|preferred (?:to|over))\s+/i

/** Words after which reasons follow. */
export const reasons =
  /\s*[,;:-]?\s+(?:because|given|since|as (?:there|he|she|they|the|it|shown|evidenced|indicated|suggested|supported)|based on|in view of|in light of|in the light of|supported by|evidenced by|considering|owing to the|for (?:these|the following) reasons|which (?:explains|fits|would)|explaining|that (?:explains|fits))\b/i

/** Words that open a clause of reasons. */
export const reasonOpening =
  /^(?:because|given|since|as|based on|in view of|in (?:the )?light of|with|without|considering|due to|despite|when|if|while|which|who|where|presenting|there (?:is|are|was|were)|he has no|reasons?|grounds?|rationale|evidence|plan|management|treatment|come back|safety ?net|confidence|next|ask|tests?|investigations?|the deciding finding|deciding)\b/i

/** What a cause or a complication follows. */
export const causes =
  /\s+(?:due to|secondary to|caused by|triggered by|precipitated by|as a result of|resulting from|from|after|following|from a|because of)\s+/i

/** Words that join several answers. */
export const connectors =
  /\s*(?:\bor\b|\band\b|\/|\bvs\.?\s|\bversus\b|\bplus\b|&|\+|\bas well as\b|\balternatively\b)\s*/i

/** An answer that declines to answer. */
export const undecided =
  /\b(?:(?:do not|don't|does not|can ?not|can't|could not|couldn't|unable to|impossible to|hard to|too early to|difficult to)\s+(?:\w+\s+)?(?:know|say|tell|determine[d]?|decide|diagnose|conclude|be (?:determined|certain|sure|made|said)|give|provide|answer|identify|establish|commit)|not (?:sure|certain|clear|enough|possible)|un(?:sure|clear|certain|determined|known|decided)|no (?:idea|diagnosis|answer|clear)|insufficient|inconclusive|more (?:information|tests|history)|could be (?:anything|many|any|several|one of)|many (?:things|possibilities|causes))\b/i
