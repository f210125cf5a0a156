/** Orders of examinations and tests, often with a word of explanation before them, and what they bring. */
import type { Random } from '../../core/random.ts'
import { writeOrder } from '../turns.ts'
import { pick } from './simulated-person.ts'

const leads = {
  examination: [
    'Now I will have a look at you.',
    'I would like to see for myself.',
    'It is time for the examination.',
    'Please get ready for the examination.',
    'I will be gentle.',
    'That calls for an examination.',
    'The next step is the examination.',
  ],
  test: [
    'Some tests will tell us more.',
    'I need a few results to be sure.',
    'That leaves me with a question that only tests answer.',
    'The tests are quick.',
    'With this I can tell the causes apart.',
    'I have a reason for some tests now.',
    'We will see what the tests say.',
  ],
} as const

/** @returns one turn that orders what is named; empty lists are left out */
export function wordedOrder(
  random: Random,
  examinations: readonly string[],
  tests: readonly string[],
): string {
  const lead =
    random.uniform() < 0.5 ? pick(random, leads[examinations.length > 0 ? 'examination' : 'test']) : ''
  return [
    lead,
    examinations.length > 0 ? writeOrder('examination', examinations) : '',
    tests.length > 0 ? writeOrder('test', tests) : '',
  ]
    .filter(Boolean)
    .join(' ')
}

export interface Reported {
  readonly order: string
  readonly line: string
}

/** One line for each order: "ECG: Sinus rhythm. No ST elevation." */
export function report(reported: readonly Reported[]): string {
  const orders = new Map<string, Set<string>>()
  for (const { order, line } of reported) orders.set(order, (orders.get(order) ?? new Set()).add(line))
  return [...orders].map(([order, lines]) => `${order}: ${[...lines].join(' ')}`).join('\n')
}
