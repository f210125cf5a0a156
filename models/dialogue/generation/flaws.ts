/** How doctors go wrong: what the mixed-quality dialogues do, and what preferences turn away from. */
import type { Random } from '../../core/random.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import { nextWords } from '../doctor/note.ts'
import { pick } from './simulated-person.ts'

/**
 * premature: names a diagnosis after few questions. endless: asks until the budget is gone. repetitive:
 * asks what was answered. jargon: clinical names, several at once. unsafe: neither
 * danger, medicines, allergies nor earlier illness, no alternatives, no safety advice. crowded: two or three
 * questions in one turn. dismissive: passes over fear and questions, or calls it nothing.
 */
export const flaws = [
  'premature',
  'endless',
  'repetitive',
  'jargon',
  'unsafe',
  'crowded',
  'dismissive',
] as const
export type Flaw = (typeof flaws)[number]

const named = (name: string): string =>
  /^[A-Z]{2}/.test(name) ? name : name.charAt(0).toLowerCase() + name.slice(1)

const clinical = [
  'Any dysuria?',
  'Have you noticed haematuria?',
  'Is there any dyspnoea at rest?',
  'Do you have orthopnoea?',
  'Any syncope or presyncope?',
  'Have you had haemoptysis?',
  'Any haematemesis?',
  'Have you passed melaena?',
  'Do you have dysphagia?',
  'Is the pain pleuritic?',
  'Does the pain radiate?',
  'Any diaphoresis with it?',
  'Have you been febrile?',
  'Any rigors?',
  'Do you suffer from nocturia?',
  'Is there photophobia?',
  'Have you had diplopia?',
  'Any paraesthesia in the limbs?',
  'Do you have arthralgia?',
  'Is there diffuse myalgia?',
  'Any pruritus?',
  'Have you noticed oedema?',
  'Is it exertional?',
  'Was the onset insidious?',
  'Any comorbidities?',
  'Are you on anticoagulants?',
  'Is the pain bilateral?',
  'What exacerbates the symptoms?',
  'Do you have anhedonia?',
  'Any tenesmus or haematochezia?',
  'Do you suffer from insomnia?',
  'Any dyspareunia?',
  'What alleviates it?',
]

/** A question in a clinician's words: a term of art, or several findings at once by their clinical names. */
export function jargonQuestion(base: KnowledgeBase, random: Random, first: string): string {
  if (random.uniform() < 0.6) return pick(random, clinical)
  const others = [...base.findings.values()].filter((finding) => !('order' in finding))
  const names = [
    base.findings.get(first)?.name ?? first,
    pick(random, others).name,
    pick(random, others).name,
  ]
  return `Any ${names.slice(0, 2).map(named).join(', ')} or ${named(names[2] ?? '')}?`
}

/** A question about anything that was not asked yet. */
export function idleQuestion(base: KnowledgeBase, random: Random, asked: ReadonlySet<string>): string | null {
  const left = [...base.findings.values()].filter(
    (finding) => !('order' in finding) && !asked.has(finding.id),
  )
  if (left.length === 0) return null
  const finding = pick(random, left)
  return 'ask' in finding ? finding.ask : null
}

/** What such a question does, as a note says it. */
export const idleNext = nextWords({ kind: 'ask', topic: 'anything else' })

/** A question with one or two others after it. */
export function crowdedQuestion(
  base: KnowledgeBase,
  random: Random,
  question: string,
  asked: ReadonlySet<string>,
): string {
  const more = [
    idleQuestion(base, random, asked),
    random.uniform() < 0.5 ? idleQuestion(base, random, asked) : null,
  ].filter((each): each is string => each !== null && each !== question)
  return [question, ...more.map((each) => (random.uniform() < 0.4 ? `And ${named(each)}` : each))].join(' ')
}

/** Said in place of taking fear or a question seriously; before danger is ruled out, none of it is true. */
export const brushOffs = [
  'Do not worry.',
  'There is no need to worry.',
  'It is nothing serious.',
  'You will be fine.',
  'I am sure it is nothing.',
  'That is nothing to worry about.',
  'It will pass.',
  'This is just stress.',
]

export const alreadySaid = [
  'I have told you that already.',
  'You asked me that. The same as before.',
  'As I said.',
  'I just said, doctor.',
]
