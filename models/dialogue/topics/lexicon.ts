/**
 * Words reduced to what they are about: stems, with everyday and clinical words for the same thing
 * brought together. Used to compare a question with the wordings of a case.
 */
import { plainText } from './plain-text.ts'

/** Words that say nothing about the subject of a question. */
const empty = new Set(
  `a about after again ago all also am an and any anybody anyone anything are as ask at be been being both but by
   can come comes could did do does doing done down each either else ever every exactly feel feeling feels felt for
   from get gets getting go goes going got had has have having he her here him his how i if in into is it its just
   kind know last lately let like little long look make makes many may me mean might more most much my near never
   no not notice noticed now of off on one only or other our out over particular perhaps please quite really recent
   recently right said same say see seem she should since so some someone something sort still such suffer take
   taken tell than that the their them then there these they thing things think this those though time to today
   told too trouble troubled troubling troubles trying up us usual usually very want was way we well were what when
   where whether which while who why will with without would yes yet you your yours yourself problem problems
   difficulty difficulties experience experienced experiencing happen happened happening mention describe bother
   chance chances word words line lines insist trust page folder list rank conclusion student specialist supposed
   ask asked asking question questions answer answers name names verdict label condition illness disease abnormal
   bothered bothering change changed changes issue issues okay ok sir madam dear love doctor patient`.split(
    /\s+/,
  ),
)

/** Different words for one thing; the first one stands for all. Several words are joined by a space. */
const alike: readonly (readonly string[])[] = [
  [
    'vomit',
    'throw up',
    'threw up',
    'throwing up',
    'thrown up',
    'be sick',
    'been sick',
    'being sick',
    'puke',
    'bring up food',
    'keep food down',
    'keep anything down',
    'retch',
  ],
  [
    'nausea',
    'nauseous',
    'nauseated',
    'queasy',
    'feel sick',
    'feeling sick',
    'felt sick',
    'sick to your stomach',
    'sickly',
  ],
  [
    'urine',
    'pee',
    'wee',
    'water works',
    'waterworks',
    'pass water',
    'passing water',
    'piss',
    'urinate',
    'urinary',
    'bladder',
    'urination',
  ],
  ['stool', 'poo', 'poop', 'motion', 'bowel', 'faeces', 'feces', 'number two', 'crap'],
  ['diarrhoea', 'diarrhea', 'the runs', 'loose', 'watery', 'trots', 'squits'],
  ['constipation', 'constipated', 'bunged up'],
  ['breath', 'breathless', 'breathing', 'breathe', 'puffed', 'winded', 'air', 'wheeze', 'wheezy', 'wheezing'],
  ['cough', 'phlegm', 'sputum', 'mucus'],
  ['dizzy', 'dizziness', 'lightheaded', 'light headed', 'giddy', 'vertigo', 'spinning', 'woozy', 'room spin'],
  [
    'faint',
    'fainted',
    'pass out',
    'passed out',
    'black out',
    'blacked out',
    'blackout',
    'collapse',
    'collapsed',
    'lose consciousness',
    'lost consciousness',
    'unconscious',
    'knocked out',
  ],
  [
    'palpitation',
    'heart racing',
    'heart pounding',
    'racing heart',
    'flutter',
    'heart beat',
    'heartbeat',
    'skip beats',
    'thumping heart',
    'heart thumping',
  ],
  ['tired', 'tiredness', 'fatigue', 'exhausted', 'exhaustion', 'energy', 'worn out', 'weary', 'lethargic'],
  ['weakness', 'weak', 'strength', 'power', 'give way'],
  [
    'numb',
    'numbness',
    'sensation',
    'loss of feeling',
    'pins and needles',
    'tingling',
    'tingle',
    'prickling',
    'dead feeling',
  ],
  ['vision', 'sight', 'eyesight', 'visual', 'seeing', 'blurred', 'blurry'],
  ['eye', 'eyes'],
  ['hearing', 'deaf', 'deafness', 'hear'],
  ['ear', 'ears'],
  ['speech', 'speak', 'speaking', 'talk', 'talking', 'slurred', 'slur', 'find words', 'words'],
  ['swallow', 'swallowing', 'food stick', 'food sticking', 'gulp'],
  ['swelling', 'swollen', 'swell', 'puffy', 'swelled', 'puffiness'],
  ['lump', 'lumps', 'bump', 'bumps', 'gland', 'glands', 'nodule'],
  ['rash', 'spots', 'blister', 'blisters', 'hives'],
  ['itch', 'itchy', 'itching', 'scratch'],
  ['headache', 'head ache', 'head hurt', 'migraine', 'sore head', 'pain in the head', 'head pain'],
  ['light', 'bright', 'photophobia', 'lights'],
  ['noise', 'sound', 'loud'],
  ['neck', 'nape'],
  ['stiff', 'stiffness'],
  [
    'injury',
    'injure',
    'injured',
    'hurt yourself',
    'fall',
    'fell',
    'falls',
    'knock',
    'bang',
    'accident',
    'trauma',
    'blow',
    'bump your head',
    'hit your head',
    'twist',
  ],
  [
    'pain',
    'painful',
    'hurt',
    'hurts',
    'hurting',
    'ache',
    'aches',
    'aching',
    'sore',
    'soreness',
    'tender',
    'discomfort',
  ],
  ['abdomen', 'belly', 'tummy', 'stomach', 'abdominal', 'guts', 'gut'],
  ['leg', 'legs', 'calf', 'calves', 'thigh', 'shin'],
  ['ankle', 'ankles'],
  ['foot', 'feet', 'toe', 'toes'],
  ['hand', 'hands', 'finger', 'fingers'],
  ['joint', 'joints', 'knee', 'knees', 'knuckles'],
  ['chest', 'breastbone'],
  ['period', 'periods', 'menstrual', 'menstruation', 'monthly', 'monthlies', 'cycle'],
  ['pregnant', 'pregnancy', 'expecting', 'baby on the way'],
  ['contraception', 'contraceptive', 'birth control', 'the pill', 'coil', 'condom', 'condoms', 'protection'],
  ['discharge', 'leak', 'leaking', 'weep', 'pus', 'ooze', 'oozing'],
  ['sex', 'sexual', 'sexually', 'intercourse', 'partner', 'partners', 'sleep with', 'make love'],
  ['bleed', 'bleeding', 'blood', 'bled'],
  ['bruise', 'bruises', 'bruising', 'bruised'],
  ['drug', 'drugs', 'cannabis', 'cocaine', 'recreational', 'weed', 'substances'],
  ['alcohol', 'booze'],
  ['smoke', 'smoker', 'smoking', 'cigarette', 'cigarettes', 'vape', 'vaping', 'tobacco'],
  ['thirst', 'thirsty', 'drinking more', 'dry mouth'],
  [
    'contact',
    'contacts',
    'around you',
    'at home ill',
    'else ill',
    'else sick',
    'else unwell',
    'else poorly',
    'same illness',
    'catch',
  ],
  ['diet', 'food', 'foods', 'meal', 'meals', 'eat', 'eating', 'eaten', 'ate'],
  [
    'trigger',
    'set off',
    'sets off',
    'bring on',
    'brings on',
    'sets them off',
    'sets it off',
    'cause',
    'causes',
    'provoke',
  ],
  ['memory', 'forget', 'forgetful', 'remember', 'forgetting', 'confused', 'confusion', 'muddled'],
  ['walk', 'walking', 'gait', 'balance', 'unsteady', 'steady'],
  ['shake', 'shaking', 'tremor', 'trembling', 'tremble'],
  ['seizure', 'fit', 'fits', 'convulsion', 'convulse', 'jerk', 'jerking', 'seizures'],
  ['sweat', 'sweating', 'sweaty', 'sweats', 'clammy'],
  ['fever', 'temperature', 'feverish', 'hot', 'shivery', 'shivering', 'shiver', 'chills'],
  ['jaundice', 'yellow'],
  ['night', 'nights', 'bedtime'],
  ['voice', 'hoarse', 'hoarseness', 'croaky'],
  ['throat', 'tonsil', 'tonsils'],
  ['snore', 'snoring'],
  ['heartburn', 'indigestion', 'acid', 'reflux', 'regurgitation'],
  ['voices', 'hearing voices', 'hallucination', 'hallucinate', 'hear voices', 'see things'],
  ['worry', 'worries', 'worried', 'afraid', 'fear', 'scared', 'concern'],
  ['exercise', 'exertion', 'effort', 'sport', 'stairs', 'activity', 'active'],
  ['hair', 'bald'],
  ['nail', 'nails'],
  ['skin', 'complexion'],
  ['mouth', 'lips', 'gums', 'tongue'],
  ['child', 'children', 'kid', 'kids', 'baby', 'babies'],
  ['move', 'movement', 'moving', 'movements', 'moves'],
  ['treatment', 'treat', 'treated', 'tried', 'remedy', 'remedies'],
  ['test', 'tests', 'scan', 'scans', 'screening', 'smear', 'screened'],
  ['bite', 'bites', 'bitten', 'sting', 'stung'],
  ['job', 'work', 'occupation', 'living'],
  ['sun', 'sunburn', 'sunbeds', 'sunbed', 'tan'],
]

const phrases = alike
  .flatMap(([first, ...rest]) =>
    rest.filter((word) => word.includes(' ')).map((word) => [word, first!] as const),
  )
  .sort(([a], [b]) => b.length - a.length)
  .map(([word, first]) => [new RegExp(`\\b${word}\\b`, 'g'), first] as const)

function stem(word: string): string {
  const cut = word.replace(/'s$/, '')
  if (cut.length <= 4) return cut.replace(/(?<=[a-z]{3})s$/, '')
  return cut
    .replace(/(?:iness|ingly|edly)$/, 'y')
    .replace(/(?:ies|ied)$/, 'y')
    .replace(/(?:ing|ness|ed|es|ly|s)$/, '')
    .replace(/([bdgklmnprt])\1$/, '$1')
    .replace(/e$/, '')
}

const bySingle = new Map(
  alike.flatMap(([first, ...rest]) =>
    [first!, ...rest]
      .filter((word) => !word.includes(' '))
      .map((word) => [stem(word), stem(first!)] as const),
  ),
)

/** The distinct subject words of a text, as stems of their common word. */
export function subjectWords(text: string): ReadonlySet<string> {
  let plain = plainText(text).replaceAll('-', ' ')
  for (const [phrase, first] of phrases) plain = plain.replace(phrase, first)
  return new Set(
    plain
      .split(' ')
      .filter((word) => word !== '' && !empty.has(word))
      .map((word) => bySingle.get(stem(word)) ?? stem(word)),
  )
}
