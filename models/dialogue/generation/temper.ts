/** What people add to their answers out of fear, pain or impatience, and what they ask in between. */
import type { Random } from '../../core/random.ts'
import type { Person } from '../../knowledge/knowledge-base.ts'
import { pick } from './simulated-person.ts'
import type { Wordings } from './wordings.ts'

export const tempers = ['plain', 'anxious', 'suffering', 'impatient'] as const
export type Temper = (typeof tempers)[number]

const questions = [
  'Is it serious, doctor?',
  'Should I be worried?',
  'What do you think it is?',
  'Could it be cancer?',
  'Is that bad?',
  'Is that normal?',
  'Will it go away by itself?',
  'Do I need a scan?',
  'Am I going to be all right?',
  'What is wrong with me?',
  'Do I have to go to hospital?',
  'How long will it last?',
  'Can you give me something for it?',
  'Why is this happening to me?',
  'Did I do something wrong?',
  'Will I need an operation?',
  'Is it something dangerous?',
  'Can I go back to work?',
  'It is nothing bad, is it?',
  'Is it catching?',
  'Do I need antibiotics?',
  'What could it be?',
  'Is it my heart?',
  'Will it get better?',
]

const fears = [
  'I am really scared.',
  'I am worried sick about it.',
  'To be honest, I am frightened.',
  'My father had something like this and died. I am terrified.',
  'I keep thinking the worst and I am afraid.',
  'I lie awake worrying.',
  'It frightens me.',
  'I am so afraid that it is something bad.',
  'It scares me to death.',
  'I panic every time it comes.',
  'I dread what you will find.',
  'My family is worried too.',
]

const sufferings = [
  'I can’t take it any more.',
  'I can’t cope with this much longer.',
  'I have been in tears over it.',
  'It is unbearable.',
  'I am at my wits’ end.',
  'I feel miserable, honestly.',
  'I just sit there crying.',
  'I am so low because of it.',
  'I am desperate for it to stop.',
  'I can’t bear it.',
  'I broke down at work yesterday.',
  'Some days it all looks hopeless.',
]

const impatience = [
  'Can we get on with it?',
  'How many more questions are there?',
  'I have to be at work in half an hour.',
  'I already told the nurse all that.',
  'Just give me something and I will be off.',
  'I have waited two hours for this.',
  'Do you really need to know that?',
  'As I said.',
]

/** How often an answer is followed by something of the temper, 0..1. */
const shares = { plain: 0.06, anxious: 0.3, suffering: 0.25, impatient: 0.2 } as const

export function drawTemper(random: Random): Temper {
  const draw = random.uniform()
  return draw < 0.5 ? 'plain' : draw < 0.75 ? 'anxious' : draw < 0.9 ? 'suffering' : 'impatient'
}

/** The answer, now and then with a fear, a plea or a question after it; small children add nothing. */
export function withTemper(
  random: Random,
  temper: Temper,
  { age }: Person,
  answer: string,
  wordings: Wordings,
): string {
  if (random.uniform() >= shares[temper] || (age < 12 && temper === 'suffering')) return answer
  const own = { plain: questions, anxious: fears, suffering: sufferings, impatient: impatience }[temper]
  const asks = temper === 'anxious' && random.uniform() < 0.45
  return `${answer} ${pick(random, wordings.ofThose(asks ? questions : own))}`
}
