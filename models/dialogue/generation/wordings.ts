/** What a simulated person says; which wordings may be used keeps training and evaluation apart. */
import type { Random } from '../../core/random.ts'
import type { OrderedFinding, PatientFinding } from '../../knowledge/schema.ts'
import { pick } from './simulated-person.ts'

/** Every fourth wording of a finding is kept for evaluation and never trained on. */
export type WordingSplit = 'train' | 'held-out'

const heldOut = (index: number): boolean => index % 4 === 3

export function allowed(split: WordingSplit, wordings: readonly string[]): readonly string[] {
  const kept = wordings.filter((_, index) => heldOut(index) === (split === 'held-out'))
  return kept.length > 0 ? kept : wordings.slice(0, 1)
}

/** Further wordings of findings by id, written for training alone. */
export interface MoreWordings {
  /** Of a symptom or a history item that is there. */
  readonly said: Readonly<Record<string, readonly string[]>>
  /** Of a sign or a test result. */
  readonly reported: Readonly<
    Record<string, { readonly present: readonly string[]; readonly absent: readonly string[] }>
  >
}

const noMore: MoreWordings = { said: {}, reported: {} }

/** What may be said and reported on one side of the split. */
export class Wordings {
  readonly #split: WordingSplit
  readonly #more: MoreWordings

  constructor(split: WordingSplit, more: MoreWordings = noMore) {
    this.#split = split
    this.#more = split === 'train' ? more : noMore
  }

  ofThose(wordings: readonly string[]): readonly string[] {
    return allowed(this.#split, wordings)
  }

  yes({ id, yes }: PatientFinding): readonly string[] {
    return [...this.ofThose(yes), ...(this.#more.said[id] ?? [])]
  }

  no({ no }: PatientFinding): readonly string[] {
    return this.ofThose(no)
  }

  result({ id, present, absent }: OrderedFinding, there: boolean): readonly string[] {
    const more = this.#more.reported[id]
    const lines = there ? [present, ...(more?.present ?? [])] : [absent, ...(more?.absent ?? [])]
    return lines.map((line) => (/[.!?]$/.test(line) ? line : `${line}.`))
  }
}

const yesStarts = ['', '', '', '', 'Yes. ', 'Yes, ', 'Yeah, ', 'I do. ', 'Well, yes. ', 'Um, ']
const noStarts = ['', '', 'No. ', 'No, ', 'Nope. ', 'Not really. ']
export const bareNo = [
  'No.',
  'No, nothing like that.',
  'Not that I have noticed.',
  'No, I have not.',
  'None.',
]
const bareYes = ['Yes.', 'Yes, I have.', 'I have, yes.', 'A bit, yes.']

const joined = (start: string, text: string): string =>
  start.endsWith(', ') && !/^I\b|^[A-Z]{2}/.test(text)
    ? start + text.charAt(0).toLowerCase() + text.slice(1)
    : start + text

/** The answer to a question about one finding. */
export function answerAbout(
  random: Random,
  finding: PatientFinding,
  present: boolean,
  wordings: Wordings,
): { readonly text: string; readonly certainty: number } {
  if (random.uniform() < 0.06) return { text: pick(random, finding.vague), certainty: 0.35 }
  if (present) {
    if (random.uniform() < 0.12) return { text: pick(random, bareYes), certainty: 0.95 }
    return {
      text: joined(pick(random, yesStarts), pick(random, wordings.yes(finding))),
      certainty: 0.97,
    }
  }
  if (random.uniform() < 0.45) return { text: pick(random, bareNo), certainty: 0.97 }
  return { text: joined(pick(random, noStarts), pick(random, wordings.no(finding))), certainty: 0.97 }
}

export const nothingMore = [
  'Not that I have noticed.',
  'I could not say, really.',
  'Nothing else comes to mind.',
  'Hard to describe. It is just not right.',
  'No, that is all.',
]

/** Answers to the standard topics, which say nothing about the illness. */
export const topicAnswers: Readonly<Record<string, readonly string[]>> = {
  onset: [
    'It started yesterday.',
    'About three days ago, and it is getting worse.',
    'A week or so. It comes and goes.',
    'A couple of weeks now.',
    'Months, if I am honest. It crept up on me.',
    'This morning. It came on all at once.',
    'Since the weekend.',
    'I could not say exactly. A while.',
    'Two days. It was mild at first.',
    'On and off for about a year, much more often lately.',
  ],
  medicines: [
    'Nothing regular.',
    'Just paracetamol when it is bad.',
    'A blood pressure tablet, I forget the name.',
    'Metformin and a statin.',
    'An inhaler now and then.',
    'Only vitamins.',
    'I take amlodipine and omeprazole.',
    'Ibuprofen from the chemist, most days.',
  ],
  allergies: [
    'Not that I know of.',
    'No allergies.',
    'Penicillin gives me a rash.',
    'Only hay fever.',
    'I was told not to have codeine, it made me sick.',
    'Plasters make me itch, that is all.',
  ],
  'past-history': [
    'No, I am usually healthy.',
    'I had my appendix out as a child.',
    'Nothing to speak of.',
    'High blood pressure, that is all.',
    'I had a broken arm once.',
    'Asthma when I was small.',
  ],
  'family-history': ['Not that I know of.', 'My father had heart trouble.', 'My mother has diabetes.'],
  'social-history': [
    'I live with my wife and two children. I work in an office.',
    'On my own. I am retired.',
  ],
  concern: [
    'I am afraid it is something serious.',
    'I just want it to stop.',
    'I keep thinking it might be cancer.',
    'I cannot afford to miss more work.',
    'Nothing really, my family told me to come.',
  ],
  severity: ['About a six.', 'Eight out of ten.', 'Three, maybe four.', 'I can still work, just.'],
  relieving: ['Nothing really helps.', 'Resting helps a little.', 'I have not found anything yet.'],
  smoking: ['No, never.', 'I stopped years ago.', 'I have never smoked.'],
  alcohol: ['A glass of wine at the weekend.', 'Hardly ever.', 'I do not drink.', 'Two beers on a Friday.'],
  travel: ['No, I have not been anywhere.', 'Only to my sister’s in the next town.', 'Not this year.'],
  vaccination: ['Yes, all of them so far.', 'As far as I know, yes.', 'We have kept to the plan.'],
  'birth-history': ['All went well, on time.', 'A normal birth, no problems.', 'Two weeks early, but fine.'],
  pregnancy: ['No, I am not pregnant.', 'No chance of that.', 'I did a test, it was negative.'],
  menstrual: ['They are regular.', 'It was two weeks ago, like always.', 'Nothing unusual there.'],
  expectation: ['I would like to know what it is.', 'Something to make it better.', 'A check-up, I suppose.'],
  fever: ['No, no fever.', 'I have not felt hot.', 'I did not measure it, but I do not think so.'],
}
