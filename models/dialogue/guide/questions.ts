/**
 * The questions of the guided doctor, as data: one theme a turn, in plain words, with the findings of the
 * knowledge base that an answer may bring out.
 */
import type { Person } from '../../knowledge/knowledge-base.ts'
import type { StandardTopic } from '../topics/index.ts'

export interface GuideQuestion {
  readonly id: string
  readonly text: string
  /** The same for somebody who speaks for a child. */
  readonly forChild?: string
  readonly findings: readonly string[]
  /** How many points of a checklist it usually meets whatever the complaint is; 0 or more. */
  readonly usual: number
  /** The same about something that has no place: a cough, a low mood. */
  readonly placeless?: string
  readonly only?: {
    readonly sex?: Person['sex']
    readonly ageFrom?: number
    readonly ageTo?: number
  }
}

const question = (
  id: string,
  text: string,
  usual: number,
  findings: string,
  more: Pick<GuideQuestion, 'forChild' | 'only' | 'placeless'> = {},
): GuideQuestion => ({ id, text, usual, findings: findings.split(' ').filter(Boolean), ...more })

/** One question for themes of one kind, asked in their place while all of them are open. */
export interface JoinedQuestion {
  readonly themes: readonly string[]
  readonly text: string
  readonly forChild?: string
}

/** How every visit begins. */
export const openingQuestions: readonly GuideQuestion[] = [
  question(
    'onset',
    'When did this start, and how has it changed since?',
    1.1,
    'sudden-onset gradual-onset recurrent-episodes breathlessness-sudden breathlessness-progressive abdominal-pain-sudden headache-thunderclap headache-worsening-weeks cough-over-three-weeks fever-five-days',
    { forChild: 'When did this start, and how has it changed since?' },
  ),
]

/** What most visits ask about before they close. */
export const backgroundQuestions: readonly GuideQuestion[] = [
  question(
    'past-history',
    'Do you have any other illnesses, or take any medicines?',
    1.1,
    'high-blood-pressure-known diabetes-known heart-disease-known heart-valve-problem copd-known asthma-or-allergy-known gallstones-known kidney-stones-before abdominal-surgery-before cancer-known immune-weak steroid-long-term blood-thinner painkillers-anti-inflammatory oestrogen-pill depression-before allergy-known new-medicines joint-damage-or-replacement dementia-known',
    { forChild: 'Does your child have any other illnesses, or take any medicines?' },
  ),
  question('allergies', 'Is there any medicine or food that you are allergic to?', 1, 'allergy-known', {
    forChild: 'Is there any medicine or food that your child is allergic to?',
  }),
  question(
    'family-history',
    'Does anyone in your family have anything similar or another illness?',
    0.65,
    'family-same-problem family-heart-disease-early family-cancer-bowel-breast-ovary autoimmune-disease-self-or-family connective-tissue-or-aneurysm-family clot-before-or-family',
  ),
  question('concern', 'What worries you most about this?', 0.65, ''),
  question('expectation', 'What would help you most today?', 0.1, ''),
]

/** Themes from which the belief chooses. */
export const themeQuestions: readonly GuideQuestion[] = [
  question(
    'site',
    'Where is it, what does it feel like, and how bad is it?',
    1,
    'pain-upper-middle-abdomen pain-right-upper-abdomen pain-right-lower-abdomen pain-left-lower-abdomen pain-lower-abdomen-or-pelvis pain-began-around-navel flank-pain pain-loin-to-groin abdominal-pain-to-back pain-to-right-shoulder chest-pain-to-arm-or-jaw pain-between-shoulder-blades leg-pain-below-knee shoulder-tip-pain pelvic-pain-one-sided headache-one-sided-throbbing headache-around-eye sore-throat-one-sided rash-one-sided-band joint-single-hot abdominal-pain-colicky chest-pain-crushing chest-pain-tearing headache-band-like heartburn pain-out-of-proportion-skin cannot-lie-still cough-dry cough-productive barking-cough head-spinning',
    { placeless: 'What is it like, and how bad does it get?' },
  ),
  question(
    'aggravating',
    'What makes it worse, and what makes it better?',
    0.35,
    'pain-after-fatty-food pain-worse-after-eating pain-eased-by-eating pain-eased-by-bowel-motion pain-worse-on-movement chest-pain-pleuritic chest-pain-exertional chest-pain-better-leaning-forward breathless-lying-flat breathlessness-exertional worse-lying-after-meals worse-with-light-or-noise worse-with-activity joint-pain-worse-with-use leg-pain-walking spinning-on-head-movement weakness-worse-with-use gluten-link wheeze-with-triggers',
  ),
  question(
    'timing',
    'How often does it come, and how long does it last?',
    0.3,
    'recurrent-episodes fever-in-bouts spinning-for-hours-in-attacks spinning-for-days spinning-on-head-movement confusion-fluctuating resolved-within-a-day chest-pain-at-rest',
  ),
  question(
    'earlier',
    'Have you ever had anything like this before?',
    0.22,
    'recurrent-episodes panic-attacks kidney-stones-before',
    { forChild: 'Has anything like this happened before?' },
  ),
  question(
    'skin-change',
    'Has the mark changed in size, shape or colour, or has it bled?',
    0.03,
    'mole-changing skin-lump-pearly',
  ),
  question(
    'walking',
    'Can you walk and put weight on it?',
    0.05,
    'cannot-move-joint limp child-refuses-to-walk',
    { forChild: 'Can your child walk and put weight on the leg?' },
  ),
  question(
    'numbness',
    'Is there any numbness between your legs, or trouble with your bladder or bowels?',
    0.05,
    'saddle-numbness loss-of-bladder-control unable-to-pass-urine',
    { only: { ageFrom: 14 } },
  ),
  question(
    'pregnancy',
    'Is there any chance of pregnancy, and when was the last period?',
    0.75,
    'pregnant-now late-pregnancy missed-period irregular-periods',
    { only: { sex: 'female', ageFrom: 12, ageTo: 52 } },
  ),
  question(
    'sexual-history',
    'Have you had a new sexual partner, or is sex painful?',
    0.08,
    'unprotected-sex-new-partner pain-during-sex pelvic-infection-or-tube-surgery-before',
    { only: { sex: 'female', ageFrom: 14, ageTo: 60 } },
  ),
  question(
    'pregnancy-course',
    'Is the baby moving as usual, and what have the scans shown?',
    0.02,
    'baby-moves-less tight-hard-womb-pain caesarean-before first-pregnancy late-pregnancy',
    { only: { sex: 'female', ageFrom: 13, ageTo: 50 } },
  ),
  question(
    'smoking',
    'Do you smoke, drink alcohol or use any drugs?',
    0.6,
    'smoker alcohol-heavy injects-drugs',
    { only: { ageFrom: 14 } },
  ),
  question(
    'alcohol',
    'How much alcohol do you drink, and can you go without?',
    0.06,
    'alcohol-heavy alcohol-cannot-stop morning-drink-or-shakes',
    { only: { ageFrom: 16 } },
  ),
  question(
    'diet',
    'What do you usually eat and drink?',
    0.09,
    'restricts-food rich-diet-or-water-tablets gluten-link binge-eating unsafe-food-or-water',
    { forChild: 'How is your child feeding and drinking?' },
  ),
  question(
    'social-history',
    'Who is at home with you, and what work do you do?',
    0.14,
    'dust-asbestos-work severe-stress fuel-burning-heater',
  ),
  question(
    'treatment',
    'What treatment have you tried so far?',
    0.08,
    'took-too-many-tablets antibiotics-recent missed-insulin diabetes-medicine-missed-meal painkillers-anti-inflammatory',
  ),
  question(
    'attention',
    'Has there always been trouble with attention, sitting still or finishing things?',
    0.01,
    'inattentive-since-childhood fidgety-impulsive poor-concentration',
    { only: { ageFrom: 4 } },
  ),
  question(
    'baby-bond',
    'How do you feel about the baby, and do you have support?',
    0.01,
    'trouble-bonding-baby gave-birth-recently',
    { only: { sex: 'female', ageFrom: 14, ageTo: 50 } },
  ),
  question(
    'birth-history',
    'Was your child born early, and are all vaccinations up to date?',
    0.7,
    'premature-birth not-vaccinated',
    { only: { ageTo: 10 } },
  ),
  question(
    'milk',
    'Does the milk come up with force, and is your child hungry again after it?',
    0.03,
    'projectile-vomiting hungry-after-vomiting poor-feeding vomiting-green',
    { only: { ageTo: 0.6 } },
  ),
]

/** The course of the complaint; what treatment has to heed; the people around the patient; what the patient makes of it. */
export const joinedQuestions: readonly JoinedQuestion[] = [
  {
    themes: ['onset', 'aggravating'],
    text: 'When did this start, how has it changed since, and what makes it better or worse?',
  },
  {
    themes: ['past-history', 'allergies'],
    text: 'Do you have any other illnesses, medicines or allergies?',
    forChild: 'Does your child have any other illnesses, medicines or allergies?',
  },
  {
    themes: ['family-history', 'social-history'],
    text: 'Who is at home with you, and what illnesses run in the family?',
    forChild: 'Who is at home with your child, and what illnesses run in the family?',
  },
  {
    themes: ['concern', 'expectation'],
    text: 'What worries you most about this, and what would help you most?',
  },
]

export const singleQuestions: readonly GuideQuestion[] = [
  ...openingQuestions,
  ...themeQuestions,
  ...backgroundQuestions,
]

/** Whether a doctor's words hold a question of the guide. */
const holds = (
  words: string,
  { text, forChild, placeless }: Pick<GuideQuestion, 'text' | 'forChild' | 'placeless'>,
): boolean => [text, forChild, placeless].some((wording) => wording !== undefined && words.includes(wording))

/** The single questions that a doctor's words ask, alone or joined. */
export function questionsIn(words: string): readonly GuideQuestion[] {
  const joined = joinedQuestions.filter((each) => holds(words, each)).flatMap(({ themes }) => themes)
  return singleQuestions.filter((each) => joined.includes(each.id) || holds(words, each))
}

/** The theme that settles whether a dose may be named. */
export const asksAllergies = 'allergies'

/** Standard topics by which a question in other words is known to have asked the same. */
const topicsOf: Readonly<Record<string, readonly StandardTopic[]>> = {
  onset: ['onset'],
  site: ['site', 'character', 'severity'],
  aggravating: ['aggravating', 'relieving'],
  timing: ['timing'],
  'past-history': ['past-history', 'medicines'],
  [asksAllergies]: ['allergies'],
  'family-history': ['family-history'],
  'social-history': ['social-history'],
  concern: ['concern'],
  expectation: ['expectation'],
  smoking: ['smoking', 'alcohol'],
  fever: ['fever'],
  breathing: ['breathing'],
  'chest-pain': ['chest-pain'],
  weight: ['weight'],
  appetite: ['appetite'],
  bowel: ['bowel'],
  urinary: ['urinary'],
  bleeding: ['bleeding'],
  sleep: ['sleep'],
  'low-mood': ['mood'],
  'self-harm': ['self-harm'],
  travel: ['travel'],
  pregnancy: ['pregnancy'],
  'birth-history': ['birth-history'],
}

/** @param theme id of a question or of a listed theme */
export const standardTopicsOf = (theme: string): readonly StandardTopic[] => topicsOf[theme] ?? []
