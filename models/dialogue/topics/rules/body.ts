/** What clinicians say when they ask about the body's functions and its warning signs. */
import type { TopicRules } from './rule.ts'

export const bodyRules: TopicRules<
  | 'menstrual'
  | 'pregnancy'
  | 'birth-history'
  | 'weight'
  | 'appetite'
  | 'sleep'
  | 'fever'
  | 'bleeding'
  | 'urinary'
  | 'bowel'
  | 'breathing'
  | 'chest-pain'
> = {
  menstrual: {
    cues: [
      `in your cycle`,
      `missed one this month`,
      `(?:your|the|a) (?:flow|bleed)\\b(?= heavy|$| last| long)|is your flow`,
      `flood\\w* (?:or|each|with)|each month`,
      `bleed\\w* (?:in )?between (?:your )?periods|after (?:intercourse|sex)`,
      `time of the month|monthlies`,
      `hot flushes`,
      `\\bperiods?\\b|menstru\\w*|monthl(?:y|ies)\\b(?! (?:visit|check))|time of the month|your cycle|cycles?\\b|lmp|menopaus\\w*|(?:the|your) change\\b(?! in)|tampons?|sanitary|(?:bleed\\w*|spotting) (?:between|after sex|in between)|gone through the change|menarche|aunt flo|heavy flow|the curse|vaginal(?:ly)? bleed\\w*`,
    ],
    unless: [
      '(?:any|long|short|a|the|this|over a|same) period of',
      'time period',
      'motor ?cycle|bicycle|cycle to work',
      'waiting period',
      'symptom free periods',
    ],
  },
  pregnancy: {
    cues: [
      `your first baby`,
      `weeks along`,
      `baby (?:been )?moving`,
      `(?:you are|you) (?:not )?expecting$`,
      `you are not expecting`,
      `when did you (?:deliver|give birth|have (?:your|the) baby)`,
      `(?:have|carrying) (?:a )?baby (?:inside|on the way)`,
      `how far gone`,
      `previous deliver\\w+|earlier (?:births|pregnanc\\w+)|given birth`,
      `how many weeks (?:are you|pregnant|along)`,
      `get pregnant|getting pregnant`,
      `contractions|waters (?:broken|break|gone)|ectopic`,
      `pregnan\\w*|expecting (?:a baby|at the moment|now|$)|(?:babies|children) (?:have you|you had|did you have|of your own)|miscarr\\w*|terminations?|abortions?|how far along|how many weeks|due date|trying for a (?:baby|child)|(?:baby|babies) (?:moving|move|kicking|kick)|(?:had|have|have you|given|giving) (?:any )?(?:births? before|birth|babies)|gravid\\w*|c(?:a)?esarean|conceiv\\w*|in the family way|breast ?feeding\\b(?! .*(?:him|her|was|as a baby))|up the duff|missed a period|late period|(?:could|might|may) (?:you|there) be (?:a baby|expecting|carrying)`,
    ],
    unless: [
      `how many weeks (?:back|ago|have|has|did|was)[^?.]*`,
      `pregnancy with (?:him|her)[^?.]*`,
      `how many weeks[^?.]*born[^?.]*`,

      '(?:the|during|your|mother.?s|with|that) pregnancy (?:with (?:him|her|the baby|this child)|and (?:the )?(?:birth|delivery)|go|normal|straightforward|like with)[^?.]*',
      'how (?:was|did) the pregnancy[^?.]*',
      '(?:any )?problems (?:during|in|with) (?:the )?(?:pregnancy|birth)[^?.]*(?:birth|delivery|born|him|her)[^?.]*',
    ],
  },
  'birth-history': {
    cues: [
      `pregnancy and (?:the )?birth`,
      `(?:vaginal|natural|normal) (?:vaginal )?(?:birth|delivery) or`,
      `(?:baby|he|she) (?:was|is)? ?born (?:normal|ok|well|healthy)`,
      `straightforward (?:birth|delivery)|how (?:was|is) (?:he|she) delivered`,
      `(?:came|come) (?:a bit |too )?early`,
      `(?:straight )?after (?:the )?birth`,
      `(?:at|when|time|around) (?:he|she|the baby) (?:was|were) born`,
      `(?:he|she|baby) (?:was |is )?(?:a )?premature`,
      `pregnancy with (?:him|her)`,
      `born at|weeks was (?:he|she) born|full[- ]term baby`,
      `(?:was|were) (?:he|she|they|the baby|baby|your (?:son|daughter|baby|child|little \\w+)|you|this one|\\w+) (?:\\w+ )?(?:born|full ?term|premature|prem|early|on time|a (?:normal|natural) (?:birth|delivery)|delivered|due)\\b|birth ?weight|(?:weigh\\w*|weight) (?:at|when) (?:birth|born|(?:he|she) was born)|(?:the|his|her|your|a normal|difficult|about the) (?:birth|delivery|labour|labor)\\b(?! control)|born (?:early|late|premature\\w*|on time|at term|by|at|in|naturally|vaginally)|premature|full ?term|forceps|ventouse|special care|incubator|neonatal|after (?:he|she|the baby) (?:was born|came)|(?:during|with|in) (?:the|your) pregnancy (?:with (?:him|her)|and (?:the )?(?:birth|delivery))|how (?:was|did) the (?:pregnancy|birth|delivery|labou?r)|(?:caesarean|section) or|(?:problems|trouble|complications|difficulties) (?:at|during|with|around) (?:the |his |her )?(?:birth|delivery|labou?r|being born)|birth history|come into the world|newborn|when (?:he|she) was born|weeks (?:was|were) (?:he|she|the baby) born|scbu|nicu`,
    ],
    unless: ['given birth', 'birth control', 'date of birth', 'when were you born', 'where were you born'],
  },
  weight: {
    cues: [
      `how heavy (?:is|are|was|were) (?:he|she|you)(?! .*(?:period|born))`,
      `overweight`,
      `(?:pounds|kilos|stone|kg|lbs) (?:or|have|did)|how much have you lost(?! blood)|dress size|(?:lost|put on|gained|gain|lose|losing) any(?: weight)?$|following (?:his|her) line|growth (?:line|chart|curve)`,
      `\\bweigh(?:t|ed|ing|s)?\\b|clothes (?:\\w+ ){0,3}(?:loose|tight\\w*|fit\\w*|hang\\w*|bigger|looser)|(?:loose|tight|looser|tighter)(?: in| on)? (?:your |the )?(?:clothes|belt|trousers|waist ?band|jeans)|trousers|belt\\b|lost (?:any )?(?:pounds|kilos|stone|lbs)|(?:thinner|slimmer|skinnier|fatter|heavier|slimmed)|\\b(?:gaining|putting on|losing|dropped|shed|put on) (?:any )?(?:pounds|kilos|stone|a few|kg)|the scales|growing (?:ok|well|normally|properly)|growth|thriv\\w+|how much do you weigh`,
    ],
    unless: [
      `weight on the (?:foot|leg|ankle|knee)|put weight`,

      'birth ?weight',
      'weigh\\w* (?:at|when) (?:birth|born|(?:he|she|the baby) was born)',
      '(?:at birth|was born)[^?.]*weigh\\w*',
      'weight[- ]bear\\w*',
      '(?:put|take|bear) (?:any |your )?weight (?:on|off|through)',
      'heavy weights?|weight ?lift\\w*|lift\\w* weights?',
      'a weight on',
      'weighing (?:on|you down)|weigh\\w* on (?:your|you)',
      'weight on (?:it|the|your|that)',
    ],
  },
  appetite: {
    cues: [
      `fill(?:s|ed)? up (?:quickly|fast|soon|after)`,
      `hungrier`,
      `crav(?:e|es|ing)`,
      `drinking (?:his|her|the) (?:milk|bottles?|feeds?)|taking (?:his|her) (?:bottles?|milk|feeds?)`,
      `(?:you|he|she) (?:eat|eats|eating|ate) (?:good|well|ok|fine|properly|like|normally|at all|alright|all right)`,
      `sleeping and eating|eating and sleeping|eating\\b(?= and| lately|$)`,
      `full (?:after|quick\\w*|very)`,
      `manag\\w+ to eat|fancy (?:your|a|any)|feeding (?:as|like|well|ok|normally)`,
      `(?:been |still |are you )eating\\b(?! (?:make|bring|help|out|any)).*(?:alright|ok|well|normal\\w*|more|less|like)`,
      `eat properly|proper meal|able to eat`,
      `appetite|off (?:your|his|her) food|(?:eating|eat|eats|feeding|feeds) (?:ok|okay|all right|alright|well|normally|properly|as (?:usual|normal|much)|much|enough|like (?:usual|normal)|less|more)|how (?:is|are|has|have) (?:you|he|she|the baby|your|his|her|baby) (?:been )?(?:eating|feeding|food)|hungry|hunger|picky|food (?:intake|going down)|(?:full|filled up) (?:quickly|after|early|more)|(?:finish|finishing|manage|managing|enjoy\\w*|fancy|interest(?:ed)? in) (?:your|his|her|a|any|much|to eat) ?(?:meals?|food|plate|bottles?|feeds?|dinner|tea|eating)?(?= |$)(?:meals?|food|to eat)?|how (?:is|are) (?:your |the )?(?:feeds?|feeding|eating)|taking (?:his|her) (?:feeds|bottles|milk)|peckish|are you eating|(?:is|has) (?:he|she|the baby|baby) (?:been )?(?:eating|feeding)|(?:what|how much) are you eating|able to eat|eating (?:and|or) drinking|eating habits|able to stomach`,
    ],
    unless: [
      `eating (?:make|makes|help|bring|settle|ease)[^?.]*`,

      '(?:when|after|before|if|with|while|does|do|on|by|is it) (?:you (?:have |are )?)?eat\\w*[^?.]*(?:worse|better|help|hurt|ease|bring|make)[^?.]*',
      '(?:worse|better|pain|hurt|hurts|come on|comes on|happen)[^?.]*(?:when|after|before|if|while) (?:you (?:are )?)?eat\\w*',
      'enjoy (?:your (?:job|work)|the things|things|life|a drink|hobbies)',
      'interest(?:ed)? in (?:things|life|doing|your hobbies|sex)',
      'manage (?:your|a|any|the) (?:work|job|stairs|pain|day|housework)',
      'finish (?:your|a) (?:stream|wee|pee|sentence)s?',
    ],
  },
  sleep: {
    cues: [
      `drop(?:ping)? off$`,
      `nights (?:are |been )?(?:fine|ok|okay|good|bad|all right|alright)`,
      `hours (?:a|each|per|every) night`,
      `bad nights?|nights (?:fine|ok|bad)|restless nights?`,
      `\\bsleep\\w*|\\basleep|\\bslept|insomnia|nod(?:ding)? off|drop(?:ping)? off (?:to|at|easily|ok)|snor(?:e|es|ing)|(?:wake|waking|wakes|woke|woken)(?! .*(?:to (?:pee|wee|pass|urinat|go)))|nights? (?:rest|like|been)|good night|how are (?:your|the) nights|a full night|shut ?eye|kip\\b|in bed at|nightmares|get off to|getting enough rest|rested|up (?:half|all) (?:the )?night|keep(?:s|ing)? you (?:up|awake)|lie awake|lying awake|bedtime`,
    ],
    unless: [
      `wak\\w+ (?:up )?(?:fighting|gasping|short|drenched|breathless|soaked)[^?.]*`,
      `(?:to|not) (?:sleep and )?(?:not )?wake up$`,
      `wish[^?.]*(?:sleep|wake)[^?.]*`,
      `arms? (?:go|goes|going) to sleep`,

      '(?:sleep|slept) with (?:anyone|someone|other|a )',
      'sleeping tablets?',
      'arm (?:going|gone|goes) to sleep',
      'sleepless',
    ],
  },
  fever: {
    cues: [
      `is (?:he|she) hot$`,
      `temps?\\b|temperatures|burning up|(?:hot|cold) (?:turns|spells|sweats)|goosebumps`,
      `\\bfever\\w*|temperature|\\btemp\\b|(?:hot|shiver\\w*|cold) (?:and|or) (?:cold|shiver\\w*|sweat\\w*|shak\\w*|hot|bothered|clammy)|shiver\\w*|chill\\w*|shakes\\b|rigors?|(?:running|run) (?:a )?(?:hot|temp\\w*)|burning up|sweat\\w*|(?:felt|feel|feeling|been|running) (?:\\w+ )?(?:hot|boiling|flushed|cold and)|thermometer|pyrexi\\w*|infection|hot to (?:the )?touch|clammy|goose ?bumps`,
    ],
    unless: [
      `(?:shakes|shaking|shaky|sweat\\w*)[^?.]*(?:drink|alcohol)[^?.]*`,
      `sweating with it`,
      `hands? shak\\w*`,

      'hay ?fever',
      'yellow fever',
      '(?:is|are) (?:it|the (?:joint|skin|knee|area|leg|foot))[^?.]*hot[^?.]*',
      'hot (?:drinks?|food|weather|water|flush\\w*|countr\\w*|places?|somewhere)',
      'sleep[^?.]*hot',
      '(?:is|are) (?:the|your) (?:joint|skin|leg|knee)s?[^?.]*(?:hot|warm)',
      'somewhere hot',
      'feel (?:the )?(?:heat|cold) more',
      'glandular fever',
      'rheumatic fever',
    ],
  },
  bleeding: {
    cues: [
      `\\bbleed\\w*|\\bbled\\b|\\bblood\\w*\\b|haemorrhag\\w*|bruis\\w*|nose ?bleeds?|coffee grounds?|(?:black|tarry|tar like|like tar)(?: \\w+)? (?:stools?|poos?|motions?|sticky)|(?:stools?|poos?|motions?|bowel motions) (?:\\w+ ){0,3}(?:black|tarry|like tar)|spotting|melaena|red (?:stuff|streaks)|clots\\b`,
    ],
    unless: [
      `(?:thin|thins|thinning) (?:the |your )?blood`,
      `bleed\\w*[^?.]*(?:periods?|each month)[^?.]*`,
      `(?:after|with) (?:intercourse|sex)`,
      `bleed\\w* (?:after|with) (?:intercourse|sex)`,
      `flood\\w*[^?.]*clots[^?.]*`,
      `bleeding problems in the family|family[^?.]*bleed\\w*`,
      `your last bleed`,
      `heav\\w+ do you bleed[^?.]*`,

      'blood ?(?:pressure|thinn\\w*|tests?|sugar|relati\\w*|group|type|count|work|results|clots?|stream|poisoning|shot)',
      'blood ?shot',
      'run\\w* in (?:the|your) blood',
      '(?:period|monthl)\\w*[^?.]*(?:bleed\\w*|blood|clots)',
      '(?:the|your|this) bleed\\w* (?:last|each month|between your|start)',
      'first bleed',
    ],
  },
  urinary: {
    cues: [
      `any (?:\\w+ )?accidents?$`,
      `going more often`,
      `how often do you go$`,
      `(?:hold|holding|passing|pass|with) (?:your|the) (?:water|urine)\\b`,
      `get up in the night to (?:pee|wee|go|pass)|emptied (?:your )?bladder`,
      `water ?works|\\bwater(?:s)?\\b(?= (?:works|infection|ok|trouble|normal))|(?:pass\\w*|passing|make|making) (?:\\w+ )?(?:water|urine)\\b|urin\\w*|\\bpee\\w*|\\bwee(?:s|ing|d)?\\b(?! (?:bit|while|bairn|boy|girl|man|one|ones|dram|drink))|piss\\w*|bladder|\\bspend(?:ing)? a penny|nappies|wet (?:the bed|nappies|yourself|pants)|leak\\w*|incontinen\\w*|stream\\b|dribbl\\w*|(?:going|go|gone|get up|getting up|up) (?:\\w+ ){0,3}(?:to the )?(?:loo|toilet|bathroom|lav|restroom)\\b(?! .*(?:bowel|poo|number two))|(?:have|need|needing|having) to go (?:more|at night|in a (?:hurry|rush)|often|all the time)|number ones?|cystitis|uti\\b|hold your water|number one|down below when you go`,
    ],
    unless: [
      `urine (?:dip|test|sample)`,
      `any (?:urine|water) (?:infection)? in (?:the )?family`,

      'blood stream',
      '(?:streaming) nose',
      '(?:open|move|moving|opening|empty)\\w* (?:your )?bowels?[^?.]*(?:loo|toilet)?',
      '(?:loo|toilet)[^?.]*(?:poo|number two|bowels?|stool|motion)\\w*',
      '(?:poo|stool|bowel|motion|constipat|diarrh)\\w*[^?.]*(?:loo|toilet)',
    ],
  },
  bowel: {
    cues: [
      `(?:been|go|going|gone) to the (?:toilet|bathroom|loo) (?:or|today|yet)`,
      `when did (?:you|he|she) last go$`,
      `trouble going$`,
      `bleeding from below`,
      `number two|when you (?:go to the toilet|go)$|mucus|slime|your toilet\\b|pass(?:ing)? (?:gas|wind)|pooing|poo-?wise|laxatives?|toilet habit`,
      `bowels?|\\bstools?\\b|\\bpoo(?:s|ing|ed|p|ps|pin|ping)?\\b|diarrh\\w*|constipat\\w*|\\bmotions?\\b(?! sick)|loose(?:ness)?\\b(?! (?:clothes|tooth|teeth|in|on))|the runs|\\btrots\\b|number twos?|(?:open|opened|opening|empty|move|moving) (?:\\w+ )?bowels?|back passage|pass(?:ing|ed)? (?:\\w+ )?(?:wind|gas)|fart\\w*|toilet habits?|(?:going|go|been) (?:to the (?:loo|toilet|bathroom)|regularly) (?:regularly|normally|ok|as normal|number two)|(?:regular|regularity|bunged up|blocked up)(?: (?:in|down))?(?= (?:bowel|down|there|as)|$)|other end|\\bshit\\w*|crap\\b|nappies (?:dirty|normal)|dirty nappies|tummy upset|the squits`,
    ],
    unless: [
      `monthl\\w+[^?.]*regular\\w*`,
      `mucus (?:in|from) (?:your|the) (?:nose|chest|throat|lungs?)`,
      `(?:pee|wee|urine|water)[^?.]*when you go`,

      'family[^?.]*bowel[^?.]*',
      'bowel (?:cancer|disease)',
      'range of motion',
      'clothes[^?.]*loose\\w*',
      'loose(?:r)? (?:clothes|trousers|belt|in your|on you)',
      'regular (?:medicat\\w*|medicines?|tablets?|periods?|cycle|exercise|drink\\w*|heart\\w*|meals)',
      'periods?[^?.]*regular\\w*',
      'cycle[^?.]*regular\\w*',
      'tak\\w+[^?.]*regular\\w*',
    ],
  },
  breathing: {
    cues: [
      `shortness of breath`,
      `cough\\w* (?:stuff|anything|up)|(?:fighting|gasping|struggl\\w+) for (?:breath|air)|short of breath (?:when|on)`,
      `\\bbreath\\w*|wheez\\w*|\\bpuff(?:ed|ing)?\\b|out of puff|winded|\\bcough\\w*|phlegm|sputum|catch (?:your|his|her) breath|\\bair\\b(?= (?:hunger|in))|suffocat\\w*|gasp\\w*|pillows|asthma attack|chesty|chest (?:infection|noisy|rattl\\w*)|lungs?\\b|enough air|panting|stridor|flat at night|whistl\\w*`,
    ],
    unless: [
      `puffing (?:on )?(?:a )?(?:cigarettes?|fags?)`,
      `(?:sort|type|kind) of cough[^?.]*`,
      `(?:catch|hurt|hurts|pain\\w*|worse)[^?.]*(?:breathe|breath)\\b[^?.]*`,
      `puff\\w* (?:away|on)|puffiness|puffy`,
      `has (?:he|she) had this cough`,

      '(?:does|do|is|did) (?:it|the (?:pain|\\w+))[^?.]*(?:hurt|worse|catch|change|better|painful|sharp)[^?.]*(?:breath\\w*|cough\\w*)',
      '(?:worse|hurt|hurts|pain|painful|sore|better) (?:\\w+ ){0,3}(?:when|if|with|on) (?:you )?(?:\\w+ )?(?:a )?(?:deep )?(?:breath\\w*|cough\\w*)',
      'does (?:breathing|coughing)[^?.]*',
      'when you (?:breathe|cough|take a deep breath)',
      'breath test',
      'take a (?:deep )?breath',
      '(?:the|your|this|that) (?:cough|breathlessness)(?= (?:start|last|come|worse|dry|been|keep|go|better|like|feel|sound))',
      'cough\\w* (?:up )?(?:any )?blood',
      'cough medicine',
      'puff on',
      'bad breath',
      'breath smell',
      'lung (?:cancer|disease)',
    ],
  },
  'chest-pain': {
    cues: [
      `chest (?:\\w+ )?(?:pains?|tight\\w*|discomfort|pressure|ache|aching|hurt\\w*|heaviness|trouble|sore|problems?)|(?:pains?|tight\\w*|discomfort|pressure|ache|heav\\w+|weight|squeez\\w*|crushing|hurt\\w*|sore\\w*|anything|burning|twinges?|elephant)(?: \\w+){0,3} (?:in|on|across|around|over|round|behind) (?:your|the|his|her) (?:chest|breast ?bone|heart|ribs)|angina|(?:your|the|her|his) chest (?:ever |been |feel |get )?(?:hurt\\w*|ach\\w*|tight|heavy|sore|feel|ok|painful)|(?:what|how) about (?:your |the )?chest$|anything (?:in|with) (?:your|the) chest|^(?:any )?chest$|heart ?pains?|tight[- ]chested|tight ?chested`,
    ],
    unless: [
      '(?<!about )(?<!tell me more about )(?:the|this|that) (?:chest pains?|pains? in (?:your|the) chest|tightness in (?:your|the) chest)',
      '(?:your) chest pains?(?= (?:start|begin|go|come|spread|last|feel|get))',
    ],
  },
}
