/** Short pictures of a case in everyday words with the diagnosis: cheap lessons in the knowledge itself. */
import type { Random } from '../../core/random.ts'
import { believe, type Evidence } from '../../knowledge/belief.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { Message } from '../../decoding/language-model.ts'
import { doctorSystem } from '../doctor-prompt.ts'
import { pick, type SimulatedPerson } from './simulated-person.ts'
import { allowed, type WordingSplit } from './wordings.ts'

function shuffled<T>(random: Random, items: readonly T[]): readonly T[] {
  const out = [...items]
  for (let index = out.length - 1; index > 0; index--) {
    const other = random.below(index + 1)
    const [a, b] = [out[index], out[other]]
    if (a !== undefined && b !== undefined) [out[index], out[other]] = [b, a]
  }
  return out
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
  split: WordingSplit,
): readonly Message[] | null {
  const own = base.conditions.get(who.condition)?.findings ?? {}
  const typical = [...who.present].filter((id) => own[id] !== undefined && own[id] !== 'never')
  const told = shuffled(random, typical).slice(0, 3 + random.below(4))
  const evidence: Evidence[] = told.map((finding) => ({ finding, present: true, certainty: 0.97 }))
  const sentences = told.map((id) => {
    const finding = base.findings.get(id)
    if (!finding) return ''
    return 'yes' in finding ? pick(random, allowed(split, finding.yes)) : finding.present
  })
  const ranked = believe(base, who.person, evidence)
  if (ranked[0]?.condition !== who.condition) return null
  const name = (id: string): string => base.names.get(id)?.name ?? id
  return [
    { role: 'system', content: doctorSystem(who.person) },
    { role: 'user', content: `${sentences.join(' ')} ${pick(random, asks)}` },
    {
      role: 'assistant',
      content: `Diagnosis: ${name(who.condition)}. Also considered: ${ranked
        .slice(1, 3)
        .map(({ condition }) => name(condition))
        .join('; ')}.`,
    },
  ]
}
