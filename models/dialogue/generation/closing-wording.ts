/** A diagnosis with its grounds, plan and safety advice, in many wordings. */
import type { Random } from '../../core/random.ts'
import { withExplanations } from '../rules/jargon.ts'
import { readDoctorTurn, writeClosing } from '../turns.ts'
import { pick } from './simulated-person.ts'
import { lowered } from '../lowered.ts'

export interface ClosingParts {
  readonly diagnosis: string
  readonly alternatives: readonly string[]
  readonly grounds: readonly string[]
  readonly plan: readonly string[]
  readonly safetyNet: string
}

const ended = (text: string): string => text.replace(/[.\s]+$/, '')
const list = (items: readonly string[], last: 'and' | 'or'): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1) ?? ''}`

const starts = [
  'Thank you for answering all of that.',
  'Thank you for your patience.',
  'I have what I need now.',
  'Let me sum up.',
  'I can tell you now what I think.',
  'I will explain what I found.',
  'That was my last question.',
  'Thank you, that completes the picture.',
  'I believe I understand it now.',
  'Let me tell you where we stand.',
  'That is enough for me to answer you.',
]
const ends = [
  'Please stop me if something is unclear.',
  'I will write this down for you.',
  'Take your time with it, and call us when questions come up.',
  'I will go through it once more whenever you like.',
  'We will see you again soon to check how it goes.',
]

const diagnoses = [
  'I think you have {d}.',
  'My diagnosis is {d}.',
  'This is most likely {d}.',
  'The most likely diagnosis is {d}.',
  'Everything points to {d}.',
  'I am fairly sure that it is {d}.',
]
const noted = [
  'What stands out: {g}.',
  'What counts most: {g}.',
  'What I noted: {g}.',
  'What matters here: {g}.',
  'Findings: {g}.',
]
const besides = [
  'I also considered {a}.',
  'I also thought of {a}.',
  'It could also be {a}, but that fits less well.',
]
const plans = ['Plan: {p}.', 'What happens next: {p}. We will do that together.', 'Next steps. Plan: {p}.']
const nets = ['{s}.', 'Please remember: {s}.', 'One thing is important: {s}.']

/** In the order in which they are to be tried: as drawn, then the plain form with ever fewer parts. */
export function closingWordings(random: Random, parts: ClosingParts): readonly string[] {
  const plain = (grounds: readonly string[], plan: readonly string[]): string =>
    writeClosing(
      parts.diagnosis,
      parts.alternatives,
      grounds.map(withExplanations),
      plan.map(withExplanations),
      withExplanations(parts.safetyNet),
    )
  const canonical = plain(parts.grounds, parts.plan)
  const draw = random.uniform()
  const drawn =
    draw < 0.35
      ? canonical
      : draw < 0.7
        ? `${random.uniform() < 0.7 ? `${pick(random, starts)} ` : ''}${canonical}${random.uniform() < 0.4 ? ` ${pick(random, ends)}` : ''}`
        : spoken(random, parts)
  const drops = parts.grounds.map((_, index) => parts.grounds.filter((__, other) => other !== index))
  return [
    ...(sameDiagnoses(drawn, canonical) ? [drawn] : []),
    canonical,
    ...drops.map((grounds) => plain(grounds, parts.plan)),
    ...parts.grounds.map((ground) => plain([ground], parts.plan)),
    ...parts.plan.map((one) => plain(parts.grounds, [one])),
    plain([], parts.plan),
  ]
}

function spoken(random: Random, { diagnosis, alternatives, grounds, plan, safetyNet }: ClosingParts): string {
  const filled = (wordings: readonly string[], mark: string, text: string): string =>
    pick(random, wordings).replace(mark, () => text)
  return [
    random.uniform() < 0.6 ? pick(random, starts) : '',
    grounds.length > 0 ? filled(noted, '{g}', withExplanations(list(grounds, 'and'))) : '',
    filled(diagnoses, '{d}', lowered(diagnosis)),
    alternatives.length > 0 ? filled(besides, '{a}', list(alternatives.map(lowered), 'and')) : '',
    plan.length > 0 ? filled(plans, '{p}', withExplanations(plan.map(ended).map(lowered).join('; '))) : '',
    safetyNet ? filled(nets, '{s}', withExplanations(ended(safetyNet))) : '',
    random.uniform() < 0.3 ? pick(random, ends) : '',
  ]
    .filter(Boolean)
    .join(' ')
}

/** A wording counts only where it is read as the plain form is. */
function sameDiagnoses(a: string, b: string): boolean {
  const [one, other] = [readDoctorTurn(a), readDoctorTurn(b)]
  return (
    one.questions.length === 0 &&
    one.orders.length === 0 &&
    one.diagnoses.map(lowered).join('|') === other.diagnoses.map(lowered).join('|')
  )
}
