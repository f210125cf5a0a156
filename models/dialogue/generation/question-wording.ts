/** Several ways to put the same question, so that a model learns what is asked and not one sentence. */
import type { Random } from '../../core/random.ts'
import { pick } from './simulated-person.ts'

const turns: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /^Do you have (?!to\b)(.+)\?$/,
    ['Have you got $1?', 'Have you had $1?', 'Have you noticed $1?', 'Is there $1?'],
  ],
  [/^Have you had (.+)\?$/, ['Did you have $1?', 'Has there been $1?', 'Any chance you have had $1?']],
  [/^Have you ever (.+)\?$/, ['Have you at any time $1?']],
  [/^Are there (.+)\?$/, ['Do you notice $1?', 'Have you seen $1?']],
  [/^Is there (.+)\?$/, ['Have you noticed $1?', 'Do you have $1?']],
]
const starts = ['May I ask: ', 'Tell me, ', 'And ', 'Can I check, ', 'One more thing: ', 'Just to be sure, ']

export function rephrased(random: Random, ask: string): string {
  const draw = random.uniform()
  if (draw < 0.45) return ask
  if (draw < 0.7) return pick(random, starts) + ask.charAt(0).toLowerCase() + ask.slice(1)
  const way = turns.find(([pattern]) => pattern.test(ask))
  return way ? ask.replace(way[0], pick(random, way[1])) : ask
}
