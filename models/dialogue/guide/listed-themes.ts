/**
 * Symptoms and events by the words in which they can stand in a list ("Have you noticed any fever, rash
 * or headache?"), as data.
 */
import type { Person } from '../../knowledge/knowledge-base.ts'

export interface ListedTheme {
  readonly id: string
  /** Parts of the body or kinds of matter that it belongs to; only what shares one is asked together. */
  readonly regions: readonly string[]
  readonly phrase: string
  /** How often it matters whatever the complaint is, 0..1. */
  readonly usual: number
  readonly findings: readonly string[]
  readonly only?: { readonly sex?: Person['sex']; readonly ageFrom: number; readonly ageTo: number }
}

const listed = (
  id: string,
  regions: string,
  phrase: string,
  usual: number,
  findings: string,
  only?: ListedTheme['only'],
): ListedTheme => ({
  id,
  regions: regions.split(' '),
  phrase,
  usual,
  findings: findings.split(' '),
  ...(only ? { only } : {}),
})

export const listedThemes: readonly ListedTheme[] = [
  listed(
    'fever',
    'general chest throat gut urinary neuro joint skin child',
    'fever',
    0.36,
    'fever high-fever fever-in-bouts fever-five-days shaking-chills',
  ),
  listed('night-sweats', 'general chest', 'night sweats', 0.06, 'night-sweats cold-sweat'),
  listed(
    'weight',
    'general gut mind',
    'change in weight',
    0.3,
    'weight-loss weight-gain restricts-food poor-growth',
  ),
  listed(
    'appetite',
    'general gut mind',
    'loss of appetite',
    0.12,
    'poor-appetite increased-appetite early-fullness',
  ),
  listed('tiredness', 'general mind', 'tiredness', 0.12, 'fatigue looks-pale daytime-sleepiness'),
  listed('thirst', 'general urinary', 'unusual thirst', 0.07, 'excessive-thirst'),
  listed('itch', 'skin gut', 'itching', 0.06, 'rash-itchy generalised-itch itch-worse-at-night'),
  listed(
    'rash',
    'skin joint general',
    'rash',
    0.12,
    'rash rash-non-blanching rash-blisters hives rash-expanding-ring rash-butterfly hands-feet-red-peeling',
  ),
  listed(
    'skin',
    'skin',
    'change in your skin',
    0.06,
    'skin-darkening dry-skin hair-thinning stretch-marks-purple yellow-skin-or-eyes easy-bruising',
  ),
  listed(
    'lumps',
    'general skin throat',
    'lumps',
    0.1,
    'painless-gland-lump swollen-neck-glands lump-in-neck-hard breast-lump groin-lump',
  ),
  listed(
    'vomiting',
    'gut neuro ear',
    'vomiting',
    0.32,
    'vomiting nausea vomiting-persistent vomiting-blood vomiting-green projectile-vomiting',
  ),
  listed('swallowing', 'throat gut', 'trouble swallowing', 0.1, 'difficulty-swallowing drooling'),
  listed(
    'bowel',
    'gut urinary',
    'change in your bowels',
    0.3,
    'diarrhoea constipation change-in-bowel-habit no-stool-or-wind mucus-in-stool bowel-urgency pain-on-opening-bowels pale-stools greasy-stools',
  ),
  listed(
    'black-stool',
    'gut',
    'blood in your stools',
    0.1,
    'black-stools blood-mixed-in-stool bright-blood-on-paper redcurrant-jelly-stool',
  ),
  listed(
    'belly',
    'gut gyn',
    'tummy pain',
    0.12,
    'abdominal-pain pain-upper-middle-abdomen pain-right-upper-abdomen pain-lower-abdomen-or-pelvis',
  ),
  listed('heartburn', 'gut', 'acid coming back up', 0.05, 'heartburn acid-regurgitation'),
  listed(
    'urinary',
    'urinary gut gyn',
    'trouble passing urine',
    0.28,
    'burning-urination frequent-urination passes-much-urine weak-stream unable-to-pass-urine little-urine night-urination loss-of-bladder-control few-wet-nappies',
  ),
  listed('blood-urine', 'urinary', 'blood in your urine', 0.06, 'blood-in-urine dark-urine foamy-urine'),
  listed(
    'bleeding',
    'general skin gyn',
    'bleeding anywhere',
    0.2,
    'bleeding-nose-or-gums easy-bruising vaginal-bleeding vomiting-blood coughing-blood bleeding-after-menopause',
  ),
  listed(
    'breathing',
    'chest',
    'shortness of breath',
    0.3,
    'breathlessness breathlessness-sudden breathlessness-exertional breathless-lying-flat breathlessness-progressive infant-breathing-fast',
  ),
  listed(
    'cough',
    'chest throat',
    'cough',
    0.16,
    'cough cough-productive cough-dry cough-over-three-weeks cough-at-night cough-in-fits barking-cough',
  ),
  listed('blood-cough', 'chest', 'blood when you cough', 0.03, 'coughing-blood'),
  listed('wheeze', 'chest', 'wheezing', 0.06, 'wheeze noisy-breathing-in'),
  listed(
    'chest-pain',
    'chest',
    'chest pain',
    0.22,
    'chest-pain chest-pain-crushing chest-pain-pleuritic chest-pain-exertional chest-pain-at-rest',
  ),
  listed('palpitations', 'chest general', 'palpitations', 0.14, 'palpitations palpitations-irregular'),
  listed(
    'fainting',
    'chest neuro ear',
    'fainting',
    0.22,
    'fainting fainting-on-exertion dizzy-on-standing head-spinning',
  ),
  listed('dizziness', 'chest neuro ear', 'dizziness', 0.1, 'dizzy-on-standing head-spinning'),
  listed(
    'leg-swelling',
    'legs chest joint',
    'swelling of a leg',
    0.09,
    'leg-swelling-one calf-pain leg-swelling-both leg-pain-walking',
  ),
  listed(
    'headache',
    'neuro eye throat',
    'headache',
    0.14,
    'headache headache-thunderclap morning-headache headache-worsening-weeks',
  ),
  listed('neck', 'neuro', 'stiff neck', 0.06, 'stiff-neck'),
  listed(
    'light',
    'neuro eye',
    'trouble with bright light',
    0.05,
    'worse-with-light-or-noise eye-pain-with-light',
  ),
  listed(
    'vision',
    'eye neuro',
    'change in your sight',
    0.1,
    'blurred-vision sudden-vision-loss curtain-over-vision floaters-and-flashes halos-around-lights aura',
  ),
  listed('double', 'eye neuro', 'double vision', 0.03, 'double-vision drooping-eyelid'),
  listed(
    'weakness',
    'neuro joint',
    'weakness',
    0.16,
    'one-sided-weakness leg-weakness-both weakness-climbing-up muscle-weakness-hips-shoulders foot-weakness weakness-worse-with-use face-droop',
  ),
  listed(
    'numbness',
    'neuro joint',
    'numbness',
    0.1,
    'pins-and-needles-feet-hands saddle-numbness one-sided-weakness',
  ),
  listed('speech', 'neuro', 'trouble with your speech', 0.05, 'speech-trouble face-droop'),
  listed('balance', 'neuro ear', 'falls', 0.07, 'loss-of-balance falls'),
  listed(
    'memory',
    'neuro mind',
    'trouble with your memory',
    0.06,
    'confusion memory-loss confusion-fluctuating gets-lost drowsiness',
  ),
  listed('tremor', 'neuro general', 'shaking', 0.04, 'tremor-at-rest fine-tremor shaky-sweaty-hungry'),
  listed(
    'stiffness',
    'joint',
    'stiffness',
    0.05,
    'slow-movements morning-stiffness-long morning-stiffness-short shoulder-hip-girdle-ache',
  ),
  listed('smell', 'throat neuro', 'change in your sense of smell', 0.02, 'loss-of-smell'),
  listed('seizure', 'neuro child', 'fits', 0.04, 'seizure bitten-tongue seizure-with-fever'),
  listed('hearing', 'ear neuro', 'hearing loss', 0.04, 'hearing-loss ear-fullness'),
  listed('ringing', 'ear neuro', 'ringing in the ear', 0.03, 'ringing-in-ear'),
  listed('earache', 'ear throat', 'earache', 0.04, 'earache ear-discharge ear-pulling'),
  listed('sore-throat', 'throat', 'sore throat', 0.07, 'sore-throat sore-throat-one-sided'),
  listed('voice', 'throat chest', 'change in your voice', 0.05, 'hoarseness'),
  listed('jaw', 'neuro throat', 'trouble chewing', 0.04, 'cannot-open-mouth jaw-pain-chewing'),
  listed('nose', 'throat chest', 'runny nose', 0.05, 'runny-nose thick-nasal-discharge facial-pain'),
  listed(
    'mouth',
    'throat skin',
    'sores in your mouth',
    0.04,
    'mouth-ulcers sore-tongue red-lips-tongue dry-eyes-and-mouth',
  ),
  listed('red-eye', 'eye joint', 'redness of the eyes', 0.04, 'red-eye eye-pain'),
  listed(
    'joints',
    'joint',
    'joint pain',
    0.1,
    'joint-pain joint-swelling joint-pain-small-hand-joints joint-single-hot',
  ),
  listed('back', 'joint urinary', 'back pain', 0.06, 'back-pain back-pain-at-night bone-pain flank-pain'),
  listed(
    'injury',
    'event neuro joint',
    'injury',
    0.24,
    'head-injury recent-injury-or-wound fracture-from-little',
  ),
  listed('food', 'event', 'sting or new food', 0.05, 'new-food-sting-medicine allergy-known'),
  listed('infection', 'event', 'recent infection', 0.07, 'recent-infection'),
  listed('antibiotics', 'event', 'recent antibiotics', 0.04, 'antibiotics-recent'),
  listed(
    'travel',
    'event',
    'recent travel',
    0.1,
    'travel-tropics immobile-or-surgery unsafe-food-or-water tick-bite',
  ),
  listed(
    'contact',
    'event',
    'contact with anyone who is ill',
    0.06,
    'sick-contact tb-contact-or-origin others-same-symptoms-at-home',
  ),
  listed('stress', 'event mind', 'stress', 0.06, 'severe-stress trauma-experienced'),
  listed(
    'discharge',
    'gyn urinary',
    'vaginal discharge',
    0.1,
    'abnormal-vaginal-discharge thick-white-discharge vaginal-itch',
    { sex: 'female', ageFrom: 13, ageTo: 120 },
  ),
  listed(
    'vaginal-bleeding',
    'gyn',
    'bleeding from the vagina',
    0.14,
    'vaginal-bleeding bleeding-between-periods bleeding-after-menopause passing-clots-or-tissue',
    { sex: 'female', ageFrom: 12, ageTo: 120 },
  ),
  listed('sex', 'gyn', 'pain during sex', 0.03, 'pain-during-sex', { sex: 'female', ageFrom: 15, ageTo: 80 }),
  listed(
    'periods',
    'gyn',
    'change in your periods',
    0.12,
    'missed-period irregular-periods heavy-periods painful-periods',
    { sex: 'female', ageFrom: 11, ageTo: 56 },
  ),
  listed(
    'testicle',
    'urinary',
    'pain in a testicle',
    0.05,
    'testicular-pain testicular-pain-sudden scrotal-swelling',
    { sex: 'male', ageFrom: 4, ageTo: 120 },
  ),
  listed('penis', 'urinary', 'discharge from the penis', 0.04, 'urethral-discharge', {
    sex: 'male',
    ageFrom: 13,
    ageTo: 120,
  }),
  listed('low-mood', 'mind', 'low mood', 0.12, 'low-mood loss-of-interest worthless-or-guilty irritability', {
    ageFrom: 10,
    ageTo: 120,
  }),
  listed('self-harm', 'mind', 'thoughts of harming yourself', 0.08, 'suicidal-thoughts', {
    ageFrom: 10,
    ageTo: 120,
  }),
  listed(
    'sleep',
    'mind',
    'trouble sleeping',
    0.08,
    'poor-sleep little-need-for-sleep snoring breathing-stops-in-sleep',
    { ageFrom: 5, ageTo: 120 },
  ),
  listed('worry', 'mind', 'constant worry', 0.03, 'worry-constant muscle-tension-restless', {
    ageFrom: 10,
    ageTo: 120,
  }),
  listed('panic', 'mind', 'attacks of fear', 0.03, 'panic-attacks fear-of-next-attack', {
    ageFrom: 10,
    ageTo: 120,
  }),
  listed(
    'high',
    'mind',
    'times of unusually high mood',
    0.02,
    'elated-mood racing-thoughts reckless-spending little-need-for-sleep',
    { ageFrom: 12, ageTo: 120 },
  ),
  listed(
    'voices',
    'mind',
    'voices that others do not hear',
    0.02,
    'hears-voices feels-persecuted hallucinations-seeing',
    { ageFrom: 12, ageTo: 120 },
  ),
  listed('flashbacks', 'mind', 'nightmares', 0.02, 'flashbacks-nightmares avoids-reminders', {
    ageFrom: 8,
    ageTo: 120,
  }),
  listed('thoughts', 'mind', 'thoughts that you cannot stop', 0.01, 'intrusive-thoughts rituals', {
    ageFrom: 8,
    ageTo: 120,
  }),
  listed('body-image', 'mind', 'fear of gaining weight', 0.01, 'fear-of-fatness restricts-food', {
    ageFrom: 9,
    ageTo: 60,
  }),
  listed('purging', 'mind', 'eating binges', 0.01, 'binge-eating makes-self-vomit', {
    ageFrom: 9,
    ageTo: 60,
  }),
  listed('feeding', 'child gut', 'trouble feeding', 0.2, 'poor-feeding hungry-after-vomiting', {
    ageFrom: 0,
    ageTo: 3,
  }),
  listed('floppy', 'child neuro', 'drowsiness', 0.14, 'floppy-child drowsiness bulging-soft-spot', {
    ageFrom: 0,
    ageTo: 6,
  }),
  listed('blue', 'child chest', 'pauses in breathing', 0.08, 'infant-breathing-fast cough-in-fits', {
    ageFrom: 0,
    ageTo: 3,
  }),
  listed('crying', 'child gut', 'bouts of crying', 0.06, 'crying-fits-drawing-legs-up irritability', {
    ageFrom: 0,
    ageTo: 5,
  }),
  listed(
    'limp',
    'joint neuro',
    'trouble walking',
    0.04,
    'limp child-refuses-to-walk cannot-move-joint hip-or-groin-pain',
  ),
  listed(
    'baby-moves',
    'gyn',
    "change in the baby's movements",
    0.02,
    'baby-moves-less tight-hard-womb-pain',
    { sex: 'female', ageFrom: 14, ageTo: 52 },
  ),
  listed('breast', 'gyn skin', 'change in a breast', 0.02, 'breast-lump nipple-or-breast-skin-change', {
    ageFrom: 18,
    ageTo: 120,
  }),
  listed('sun', 'skin', 'sunburn over the years', 0.01, 'sunburn-often', { ageFrom: 15, ageTo: 120 }),
  listed('mole', 'skin', 'change in other moles', 0.02, 'mole-changing skin-lump-pearly', {
    ageFrom: 15,
    ageTo: 120,
  }),
  listed('cravings', 'general', 'unusual cravings', 0.02, 'salt-craving', { ageFrom: 10, ageTo: 120 }),
  listed('heat', 'general', 'trouble with heat', 0.04, 'heat-intolerance cold-intolerance', {
    ageFrom: 10,
    ageTo: 120,
  }),
  listed('hair', 'gyn', 'extra hair', 0.01, 'excess-hair-growth acne', {
    sex: 'female',
    ageFrom: 12,
    ageTo: 55,
  }),
  listed('jaundice', 'gut skin', 'yellow skin', 0.03, 'yellow-skin-or-eyes'),
  listed('lying-flat', 'chest', 'breathlessness when you lie flat', 0.03, 'breathless-lying-flat', {
    ageFrom: 16,
    ageTo: 120,
  }),
  listed('saddle', 'neuro urinary', 'numbness between your legs', 0.02, 'saddle-numbness', {
    ageFrom: 15,
    ageTo: 120,
  }),
  listed('scalp', 'neuro', 'tender scalp', 0.01, 'scalp-tender', { ageFrom: 45, ageTo: 120 }),
]

/** A theme in the words for somebody who speaks for a child. */
export const ofChild = (phrase: string): string =>
  phrase.replaceAll(/\byour\b/g, 'the').replaceAll(/\byou\b/g, 'they')

/** The themes whose words stand in a question. */
export const themesIn = (question: string): readonly ListedTheme[] =>
  listedThemes.filter(({ phrase }) => question.includes(phrase) || question.includes(ofChild(phrase)))
