/** Short pictures of a case in everyday words with the diagnosis: cheap lessons in the knowledge itself. */
import { shuffled, type Random } from '../../core/random.ts'
import { believe, type Evidence } from '../../knowledge/belief.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { Message } from '../../decoding/language-model.ts'
import { vignetteMessages } from '../doctor/prompt.ts'
import { alternatives } from './closing-parts.ts'
import { groundsFor } from '../policy/choose-next.ts'
import { writeClosing } from '../turns.ts'
import { pick, type SimulatedPerson } from './simulated-person.ts'
import type { Wordings } from './wordings.ts'
import { lowered } from '../lowered.ts'

const fillers = ['Um, ', 'Well, ', 'So, ', 'You know, ', 'To be honest, ', 'I mean, ']
const besides = [
  'The bus was late today.',
  'My sister told me to come.',
  'I hope I am not wasting your time.',
  'It is my first time at this surgery.',
  'I have not been to a doctor for years.',
  'Work has been busy.',
  'I am sorry to bother you.',
]

/** Sentences as people say them: some fillers, something beside the point, now and then in small letters. */
function spoken(random: Random, sentences: readonly string[]): string {
  const said = shuffled(random, sentences.filter(Boolean)).map((sentence) =>
    random.uniform() < 0.12 && !/^I\b|^[A-Z]{2}/.test(sentence)
      ? pick(random, fillers) + sentence.charAt(0).toLowerCase() + sentence.slice(1)
      : sentence,
  )
  if (random.uniform() < 0.25) said.splice(random.below(said.length + 1), 0, pick(random, besides))
  const text = said.join(' ')
  return random.uniform() < 0.08 ? text.toLowerCase() : text
}

const asks = [
  'What is the most likely diagnosis?',
  'What do you think this is?',
  'Doctor, what have I got?',
  'Name the diagnosis and what else to consider.',
]

/** @returns null when belief over the told findings does not lead to the person's own condition */
export function vignette(
  base: KnowledgeBase,
  random: Random,
  who: SimulatedPerson,
  wordings: Wordings,
): readonly Message[] | null {
  const knowledge = base.conditions.get(who.condition)
  if (!knowledge) return null
  const own = knowledge.findings
  // A story is told by the patient: now and then it holds a result, which often decides by itself.
  const withResults = random.uniform() < 0.3
  const typical = [...who.present].filter((id) => {
    const finding = base.findings.get(id)
    const level = own[id]
    return finding && level !== undefined && level !== 'never' && (withResults || !('order' in finding))
  })
  const told = shuffled(random, typical).slice(0, 2 + random.below(5))
  // What is denied are the marks of the conditions that this one is mistaken for.
  const absent = shuffled(
    random,
    knowledge.mimics.flatMap(({ toldApartBy }) => toldApartBy),
  )
    .filter((id) => {
      const finding = base.findings.get(id)
      return finding && !who.present.has(id) && (withResults || !('order' in finding))
    })
    .slice(0, random.below(3))
  const evidence: Evidence[] = [
    ...told.map((finding) => ({ finding, present: true, certainty: 0.97 })),
    ...absent.map((finding) => ({ finding, present: false, certainty: 0.97 })),
  ]
  const sentences = told.map((id) => {
    const finding = base.findings.get(id)
    if (!finding) return ''
    return 'yes' in finding
      ? pick(random, wordings.yes(finding))
      : pick(random, wordings.result(finding, true))
  })
  const denied = absent.map((id) => {
    const finding = base.findings.get(id)
    if (!finding) return ''
    return 'no' in finding
      ? pick(random, wordings.no(finding))
      : pick(random, wordings.result(finding, false))
  })
  const ranked = believe(base, who.person, evidence)
  if (ranked[0]?.condition !== who.condition) return null
  const name = (id: string): string => base.names.get(id)?.name ?? id
  const findings = (ids: readonly string[]): readonly string[] =>
    ids.map((id) => lowered(base.findings.get(id)?.name ?? id))
  const considered = alternatives(knowledge, ranked.slice(1)).map(name)
  const grounds = findings(groundsFor(base, ranked, evidence).slice(0, 4))
  return [
    ...vignetteMessages(
      random.uniform() < 0.25 ? {} : who.person,
      `${spoken(random, [...sentences, ...denied])}${random.uniform() < 0.5 ? ` ${pick(random, asks)}` : ''}`,
    ),
    {
      role: 'assistant',
      content: writeClosing(name(who.condition), considered, grounds, [], ''),
    },
  ]
}
