/** What clinicians say when they ask about history, medicines and circumstances. */
import type { TopicRules } from './rule.ts'

const family =
  '(?:family|relatives?|mum|mam|mother|dad|father|parents?|siblings?|brothers?|sisters?|grandparents?|nan|blood relations?|uncles?|aunts?)'

export const backgroundRules: TopicRules<
  | 'past-history'
  | 'medicines'
  | 'allergies'
  | 'family-history'
  | 'social-history'
  | 'smoking'
  | 'alcohol'
  | 'travel'
  | 'vaccination'
> = {
  'past-history': {
    cues: [
      `(?:past|previous|prior|medical) (?:medical )?(?:history|illness\\w*|problems|conditions|issues|operations|surger\\w+|episodes?)`,
      `(?:medical|health|long ?term|long ?standing|chronic|ongoing|existing|underlying|other|serious) (?:medical |health )?(?:problems?|conditions?|illness\\w*|issues?|diseases?|diagnos\\w+|complaints)(?! .*${family})`,
      `(?:operation|operations|surgery|surgeries|operated|under the knife|anaesthetic|(?:in|to) hospital|hospitali[sz]ed|hospitals|admitted|hospital admissions?|stays? in hospital|under (?:a|any) (?:specialist|hospital|consultant|doctor))`,
      `(?:had|have|get|got|happened?|experienced|felt) (?:\\w+ ){0,4}(?:like (?:this|it|that) |this |it |that |the same (?:thing )?|something similar |anything similar |similar )(?:ever )?(?:before|in the past|previously)|(?:ever|before) (?:had|happened|been like|felt) (?:\\w+ )?(?:like this|similar)|first time (?:this|you|it|that|for)|is this the first|ever happened|happened (?:to you )?before|had (?:it|this|that|anything like \\w+|one|them) before|similar (?:before|in the past|episodes?)`,
      `(?:diabet\\w+|asthma\\w*|epilep\\w+|high blood pressure|blood pressure|heart (?:problems?|trouble|disease|attack|condition)|thyroid|cancer|stroke|kidney (?:problems?|disease|stones?|trouble)|liver (?:problems?|disease)|cholesterol|sugar problems|tb|tuberculosis|blood clots?|clots?)`,
      `(?:usually|normally|otherwise|generally|in general|before (?:this|that|all this)) (?:fit|well|healthy|ok|keep well|been well|in good health|were you)|(?:fit and (?:well|healthy)|healthy (?:person|otherwise|before|up to)|health (?:been )?(?:before|generally|in general|like before|otherwise|up to))|how (?:is|was|has) your (?:general )?health`,
      `(?:see|seen|seeing|visit|been to|go to) (?:a|the|your|any) (?:doctor|gp|specialist|consultant|hospital|clinic)(?: regularly)?(?: for anything| about anything| before|$| for any)`,
      `(?:serious|major|bad) (?:illness\\w*|accident|injur\\w+)|(?:past|childhood) (?:illness\\w*|ailments?)|illnesses|injur\\w+ (?:before|in the past)|ever (?:been )?(?:seriously|very|really|properly) ill|anything serious|suffer from anything|suffer(?:ed|s)? (?:with|from) (?:any|anything)`,
      `(?:diagnosed|told you (?:have|had)|treated) (?:with|for|you have)?`,
      `(?:your|any) (?:past|history|background)|medical record|health record|anything in the past|any other (?:illness\\w*|conditions?|diseases?)|anything wrong with you before`,
    ],
    unless: [
      `[^?.]*\\b(?:family|relatives?|parents?|siblings?|mother|father|mum|dad|brothers?|sisters?|relations?)\\b[^?.]*`,
      '(?:family|social|birth|drug|smoking|travel|menstrual|obstetric|work|allergy|vaccination|medication|immuni[sz]ation) (?:history|background)',
      'history of (?:allerg\\w+|smoking|drinking)',
      'ongoing medicat\\w+',
      '(?:tablets?|medicines?|pills?|anything|take \\w+|medication|something) for (?:your |the |any )?(?:blood pressure|heart|thyroid|diabetes|cholesterol|asthma)',
      '(?:afraid|worr\\w+|scared|fear\\w*|think|thinking|thought|frighten\\w*|concern\\w*|mind)[^?.]*(?:cancer|serious|stroke|heart attack|bad|happen\\w*)',
      'happened? before (?:it|this) (?:started|came on)',
      'mental health (?:problems?|issues?)',
      'baby.*(?:in hospital|special care)',
      '(?:born|delivered|birth)[^?.]*hospital',
      'want(?:ed)? to (?:see|be seen by) a [^?.]*',
      'like to see a [^?.]*',
      'expect[^?.]*(?:hospital|surgery|operation|specialist)[^?.]*',
      'bowel (?:problems?|trouble)',
      'seen? (?:a|any) (?:doctor|gp|psychiatrist|counsellor) (?:about|for) (?:your )?(?:mood|nerves)',
    ],
  },
  medicines: {
    cues: [
      `(?:medicines?|medications?|meds|tablets?|pills?(?! of)|prescri\\w+|drugs?(?! (?:use|habit))|inhalers?|insulin|herbal|supplements?|vitamins?|remed(?:y|ies)|over the counter|painkillers?|pain ?killers|the pill|contracepti\\w+|antibiotics?|aspirin|paracetamol|ibuprofen|steroids?|blood thinners?|creams? (?:or|do you)|injections?(?! as a)|hrt|eye ?drops|from the chemist|from the pharmacy|from the drugstore|chemist)`,
      `(?:do|are|does|is|did|have) (?:you|he|she|they|the child|your \\w+) (?:\\w+ )?(?:take|taking|taken|been taking|on) (?:anything|any ?thing|something|for it|regular|regularly)`,
      `what (?:do|are|is|does|have|did) (?:you|he|she) (?:currently |normally |usually |been )?(?:take|taking|taken|on)(?! .*(?:worse|mind))`,
      `(?:take|taking|taken|been taking) (?:anything|something)|dose`,
    ],
    unless: [
      'allerg[^?.]*',
      '(?:react\\w*|reaction|bad turn|rash|disagree\\w*|upset\\w*)[^?.]*(?:medicines?|medications?|tablets?|drugs?|antibiotics?|penicillin|painkillers?)',
      '(?:medicines?|medications?|tablets?|drugs?|antibiotics?)[^?.]*(?:react\\w*|reaction|disagree\\w*|rash|can not (?:take|have)|do not agree|upset you|avoid)',
      '(?:recreational|street|illegal|illicit|party|hard|inject\\w*|other|any|use|do|take) drugs?(?= (?:use|at all|recreational|habit|socially|like|such))',
      '(?:recreational|street|illegal|illicit|party|hard) drugs?',
      '(?:do|does|did|ever|use|using) (?:any |ever )?drugs',
      'drink,? (?:or )?(?:do )?drugs',
      'smok\\w+[^?.]*drugs',
      '(?:do|did|does) (?:the )?(?:painkillers?|paracetamol|tablets?|ibuprofen|medicines?|antibiotics?)[^?.]*(?:help|work|ease|touch|shift|any good)',
      'jabs? and injections?',
      '(?:hop\\w*|want\\w*|expect\\w*|after|like)[^?.]*(?:antibiotics?|prescri\\w+|painkillers?|tablets?|medicines?)',
      'overdose',
      '(?:took|take|taken|taking) (?:too many|a load of|an overdose of|all your) (?:tablets|pills)',
      '(?:vaccin|immuni)[^?.]*',
      'travel (?:pills|injections?|jabs)',
      'injections? (?:as a|up to date)',
    ],
  },
  allergies: {
    cues: [
      `allerg\\w+|hay ?fever|intoleran\\w+|intolerant|anaphyla\\w+|epi ?pen`,
      `(?:react\\w*|reaction|bad turn|rash)[^?.]*(?:to|from|after|with) (?:any |a |an )?(?:medicines?|medications?|tablets?|drugs?|antibiotics?|penicillin|painkillers?|food|foods|nuts|latex|anything|stings?|bee|something)`,
      `(?:medicines?|medications?|tablets?|drugs?|antibiotics?|foods?|penicillin|anything)[^?.]*(?:you react|reaction|disagree\\w*|rash|can not (?:take|have|tolerate)|do not agree|does not agree|upset you|must avoid|have to avoid|should not (?:take|have)|bring you out|not supposed to (?:take|have)|swell up)`,
      `(?:can|could) you (?:take|have) penicillin|ok with penicillin|fine with penicillin|problems? with penicillin|penicillin`,
      `sensitiv\\w+ to (?:any|anything|medicine|food)`,
    ],
  },
  'family-history': {
    cues: [
      `(?:anyone|anybody|someone|somebody|any one|who|others?|any|else|run|runs|running|problems|illness\\w*|conditions?|disease\\w*|trouble|history|cancer|similar|this|that|same|diabetes|heart|health|common)[^?.]*\\b(?:in|of|on) (?:your |the |either side of the |his |her |mum's |dad's )?(?:close |immediate |wider |own )?(?:family|side|relatives|relations|bloodline)`,
      `(?:your|close|blood|any|of your|first degree|his|her) (?:\\w+ (?:or|and) )?${family}[^?.]*\\b(?:have|had|has|get|got|suffer\\w*|ill|sick|health|healthy|alive|living|die|died|passed|same|similar|problems?|conditions?|well|anything|like (?:this|that|it)|disease|diabetes|cancer|this|diagnosed|trouble|keep)`,
      `(?:did|does|do|has|have|is|are|was|were|how (?:is|are|about)|what about) (?:either of )?(?:your|his|her) ${family}\\b`,
      `famil(?:y|ial) (?:medical )?(?:history|illness\\w*|problems?|conditions?|diseases?|tree|background|health)`,
      `(?:runs?|running) in (?:the|your|his|her) (?:family|blood)|hereditary|inherit\\w*|genetic`,
      `\\b(?:mum|mother|dad|father|parents|brothers?|sisters?)\\b (?:or|and) \\b(?:mum|mother|dad|father|brothers?|sisters?|siblings|grandparents)\\b`,
      `anyone (?:you are )?related to you|anyone related|relatives?[^?.]* (?:with|who)`,
      `family (?:suffer|had|have|got|ever)`,
    ],
    unless: [
      'live with (?:your |the )?(?:family|parents|mum|mother|dad|father)',
      '(?:who|what)[^?.]*(?:at home|in the house|household)',
      'support from (?:your )?family',
      'family (?:life|situation|support|doctor|planning)',
      'friends (?:and|or) family',
      'family (?:and|or) friends',
      'mother (?:smoke|drink)',
    ],
  },
  'social-history': {
    cues: [
      `(?:what (?:do|did|does) (?:you|he|she) do (?:for (?:a living|work|a job)|for money|all day|in life|workwise|work wise|job|exactly for|at work|$)|for a living|occupation|profession|your (?:job|work|employment)\\b|(?:what|which|kind|sort|type) (?:of )?(?:job|work)|job|do you work|are you working|where do you work|employed|unemployed|retired|what line of work|day job|in work\\b)`,
      `(?:live|living|lives) (?:alone|with|on your own|by yourself|at home|in a|situation|arrangements?|conditions)|who (?:do|does|is|else|lives)[^?.]* (?:live|lives|living|at home|with you|in the house)|who (?:is )?(?:at|in) (?:home|the house)|where do you live|at home\\b(?! (?:remed|pregnan|birth|test))(?: .*)?(?:with you|like|situation|life|who|help|ok|things)|home (?:life|situation|circumstances|environment|set ?up)|things (?:like )?at home|how (?:is|are) (?:things at )?home|household|housemates?|house or (?:a )?flat`,
      `married|partner(?!.*(?:pregnan|sex))|relationship|single or|children (?:of your own|at home)|any (?:kids|children)\\b|have (?:kids|children)|spouse|family (?:life|situation|support|and friends)|support(?:ed)? (?:at|from|network|you)|anyone (?:to|who can) (?:help|look after|support)|friends (?:or|and) family|look after you|carer|help at home|on your own at home`,
      `(?:recreational|street|illegal|illicit|party|hard) drugs?|drug (?:use|habit)|cannabis|weed\\b|cocaine|(?:do|does|did|ever|use|using|take|taken|tried) (?:any |ever )?(?:drugs\\b)(?! (?:from|prescribed|for))|joint(?:s)? of|inject drugs|substances`,
      `social (?:history|life|situation|circumstances|side)|lifestyle|your (?:daily|day to day|everyday|normal) (?:life|day|routine)|typical day|tell me (?:a (?:bit|little) )?about yourself|hobbies|spare time|free time|exercise (?:much|regularly|at all|do you)|much exercise|keep active|how active|sports?\\b|pets?\\b|animals?\\b|diet\\b|housing|money (?:worries|problems|trouble)|finances|financial|stress at (?:work|home)|school|nursery|day ?care|stairs at home|drive\\b`,
      `how (?:is|are) (?:things at )?work|things at work|work going|exposed to (?:dust|chemicals|asbestos|anything)|chemicals|asbestos|dusty`,
      `anyone (?:else )?(?:at home|around you|at work|you know|else)(?: is| been| has| got)?[^?.]* (?:ill|sick|unwell|the same|poorly)|contact with (?:anyone|someone|sick)|sexual\\w*|sexually active|unprotected`,
    ],
    unless: [
      '(?:stop|keep|affect|miss|off|able to|manage|interfer|prevent)\\w*[^?.]*(?:job|work|working|school)',
      'work(?:s|ed)? (?:for|on|at easing) (?:the|it|you)',
      '(?:painkillers?|tablets?|paracetamol|anything|it) work\\w*',
      'exercise (?:make|bring|set|worse|hurt|affect)\\w*',
      '(?:with|after|on|during|does|do|by) (?:exercise|sport|movement)',
      '(?:sexual )?partner[^?.]*pregnan\\w*',
      'at school age',
      'bleed\\w*[^?.]*sex\\w*',
      'drugs? (?:allerg|prescri)\\w*',
    ],
  },
  smoking: {
    cues: [
      `smok(?:e|er|ed|es|ing)\\b|cigarettes?|cigars?|tobacco|fags?\\b|ciggies|vap(?:e|es|ing|er)|nicotine|pack(?:s|ets?)? (?:a|per|of|years?)|roll(?:-| )?ups|shisha|pipe\\b|ciggy|rollies|puff on|light up|chew(?:ing)? tobacco|20 a day|twenty a day`,
    ],
    unless: ['smok\\w+ (?:alarm|fish|meat|cannabis|weed)', 'smok\\w+ makes? it', '(?:fire|wood) smoke'],
  },
  alcohol: {
    cues: [
      `alcohol\\w*|booz\\w*|(?:do|does|are|did|how much|how often|ever|fond of|enjoy|like|you|he|she|or|and|heavy|big|have|a|to|been|the) (?:\\w+ )?(?:drink|drinker|drinking|drinks)\\b(?! (?:water|enough|fluids?|milk|plenty|tea|coffee|juice|anything hot|cold|hot|more water|less water|from the (?:tap|well)))|units (?:a|per|of)|beers?\\b|wine\\b|spirits\\b|pints?\\b|pub\\b|tipple|bevv(?:y|ies)|drunk\\b|hangover|drink(?:ing)? (?:much|a lot|most|every|at|over|in a)|(?:glass|bottle|can)s? (?:of|a|do|would)|^(?:and |what about |how about |any )*(?:drink|drinking|drinks)$|tee ?total`,
    ],
    unless: [
      '(?:eat\\w*|food|eating|meals?|swallow\\w*|feed\\w*)[^?.]{0,12}(?:and|or) drink\\w*',
      'drink\\w* (?:and|or) (?:eat\\w*|pee\\w*|wee\\w*|pass\\w*)',
      'keep (?:any )?(?:food|fluid)s? (?:or|and) drink',
      '(?:energy|fizzy|soft|hot|cold|sugary) drinks?',
      'thirst\\w*[^?.]*',
      'drink\\w* (?:a lot of |plenty of |enough |much |more )?(?:water|fluids?|milk|tea|coffee)',
      '(?:bottle|glass) of (?:water|milk)',
      'bottle ?f(?:ed|eed\\w*)',
    ],
  },
  travel: {
    cues: [
      `travel(?:led|ed|ling|ing|s)? (?:abroad|anywhere|recently|overseas|outside|lately|to|history|in the|at all|much|out|far)|\\b(?:abroad|overseas|foreign|tropic\\w*|out of the country|another country|other countries|any trips?|trips?\\b|on holiday|holidays?|vacation|on a plane|long (?:flight|journey|haul|car|drive|trip)s?|flights?|flown|flying)|been away|(?:been|gone|go|going) (?:away|anywhere (?:recent|interesting|exotic|hot|nice|special|abroad|different|lately|unusual))|(?:recent|any) travel\\w*|travel history|(?:done|do) any travel\\w*|what about travel\\w*|cruise|safari|outside (?:the|your) country|left the country|back from (?:any|some|a trip|a holiday)|visited (?:any|a|other)|travels\\b|where have you been`,
    ],
    unless: ['travel ?sick\\w*', 'pain travel\\w*', '(?:it|pain) travel\\w* [^?.]*', 'holiday from work'],
  },
  vaccination: {
    cues: [
      `vaccin\\w*|immuni[sz]\\w*|\\bjabs?\\b|jags?\\b|boosters?|\\bshots\\b|tetanus|red book|up to date with (?:his|her|your|all)|mmr|inoculat\\w*|(?:flu|covid) (?:shot|injection|vaccine)|baby injections|had all (?:his|her|the|their) (?:needles|injections)|injections up to date`,
    ],
    unless: ['jab(?:s|bing)? of pain', 'jabbing'],
  },
}
