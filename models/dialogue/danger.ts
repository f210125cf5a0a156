/** Words for signs of a dangerous cause, as doctors ask for them and as patients tell them. */

/** A question that screens for danger. */
export const asksForDanger = (question: string): boolean => screening.test(question)

const screening =
  /\b(?:thunderclap|split second|within seconds|worst (?:headache|pain)|weak(?:ness|er)?|numb(?:ness)?|slurr\w*|speech|speaking|getting your words|face (?:droop|drop)\w*|faint\w*|pass(?:ed|ing)? out|black(?:ed)? out|collaps\w*|conscious\w*|seizures?|fits?|confus\w*|floppy|hard to wake|drows\w*|stiff neck|neck stiff\w*|rash|(?<!hay )fever\w*|feverish|temperature|shiver\w*|rigors?|night sweats|sweats|(?:lost|losing|lose|loss of) (?:any |some )?weight|weight loss|blood\b(?! (?:pressure|tests?|thinners?|clots?|sugar))|bleed\w*|black stools?|haem\w+|cough(?:ed|ing)? up|vomit\w*|throwing up|chest pain|pain in (?:your|the) chest|short(?:ness)? of breath|breathless\w*|breath\w*|swallow\w*|dribbl\w*|lump|curtain|shadow|(?:lose|lost|loss of|change in|changes in) (?:your )?(?:vision|sight|sense)|double vision|pass(?:ing)? water as usual|pass(?:ing)? urine|control (?:of|over)|between (?:your|the) legs|pregnan\w*|kill\w* yourself|suicid\w*|dead|ending (?:it|your)|hurt(?:ing)? yourself|harm\w*|not worth living|hot,? red|red,? hot|hot and (?:red|swollen|shivery)|swell\w*|swollen|fallen|fall\b|hit (?:your|his|her|the) head|injur\w*|wake you|drop things|wet nappies|nappies|drinking as|been sick|chills|shook|less urine|lose urine|blurr\w*|see double|seeing double|tar|keep (?:nothing|anything|food|fluids) down|unable to pass|press a glass|cold sweat|(?:pain|discomfort|tightness|pressure) in (?:your|the) chest|unsteady|jaw ache|sudden(?:ly)?|out of nowhere|from one moment to the next|tearing|hear(?:ing)? voices|not there|moving less|soft spot|deep in your bones|stopped passing|turning (?:purple|black|blue)|purple|open your mouth|hoarse|scalp|temple|flashes|jelly|bruis\w*|pale|yellow|feeding poorly|wake up with a headache|steadily worse|tip of your shoulder|put weight on|mole|stiff|worst)\b/i

/** What a patient says that cannot wait. */
export const tellsDanger = (text: string): boolean => urgent.test(text) && !denied.test(text)

const urgent =
  /\b(?:end(?:ing)? (?:it all|it|my life|things)|kill(?:ing)? myself|suicid\w*|(?:nearly|almost|going to) jump\w*|better off dead|don(?:'|’)t want to (?:live|be here|wake up)|wish i (?:was|were) dead|hurt(?:ing)? myself|can(?:'|’)t (?:breathe(?! through)|catch my breath|get (?:any )?air)|hard to breathe|struggling to breathe|gasping|speech (?:was|is|went|has gone) (?:slurred|funny)|slurred|face (?:has )?(?:dropped|drooped)|floppy|(?:can(?:'|’)t|won(?:'|’)t|couldn(?:'|’)t) wake|blue lips|lips (?:are|went) blue|vomit(?:ed|ing)? blood|coughing up (?:a lot of )?blood|bleeding (?:heavily|badly)|collapsed|crushing|having a fit|unconscious|tongue is swelling|throat is closing)\b/i
const denied =
  /\b(?:no|not|never|wouldn(?:'|’)t|don(?:'|’)t|didn(?:'|’)t)\b[^.!?]{0,40}\b(?:kill|suicid|jump|dead|slurred|floppy|collapsed)/i

/** An answer that acts on danger: help now, or a question that goes on with it. */
export const actsOnDanger = (text: string): boolean =>
  /\b(?:999|911|112|ambulance|hospital|emergency|casualty|resus|straight away|immediately|at once|right away|stay (?:on the line|with)|safe(?:ty)?|crisis|call (?:for )?help|killing yourself|end(?:ing)? your life|plan|kill yourself|suicid\w*|thoughts)\b/i.test(
    text,
  ) || asksForDanger(text)
