/** A list of findings by their names with the diagnosis: the knowledge itself, without everyday words around it. */
import { shuffled, type Random } from '../../core/random.ts'
import { believe, type Evidence } from '../../knowledge/belief.ts'
import { applies, type KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import type { Message } from '../../decoding/language-model.ts'
import { learnedWords } from '../doctor-note.ts'
import { vignetteMessages } from '../doctor-prompt.ts'
import { writeClosing } from '../turns.ts'
import { alternatives } from './expert-dialogue.ts'
import type { SimulatedPerson } from './simulated-person.ts'

/** What a visit brings out: two to nine findings that are there, and up to three that are not. */
const fewest = 2
const most = 9
const mostDenied = 3

/** @returns null when belief over the listed findings does not lead to the person's own condition */
export function chart(base: KnowledgeBase, random: Random, who: SimulatedPerson): readonly Message[] | null {
  const knowledge = base.conditions.get(who.condition)
  if (!knowledge) return null
  // Tests decide by themselves: two lists in five are of a visit that had none.
  const tested = random.uniform() < 0.6
  const usable = (id: string): boolean => tested || base.findings.get(id)?.kind !== 'test'
  const present = shuffled(random, [...who.present].filter(usable)).slice(
    0,
    fewest + random.below(most - fewest + 1),
  )
  // What is denied are the marks of the conditions that this one is mistaken for.
  const denied = shuffled(
    random,
    knowledge.mimics.flatMap(({ toldApartBy }) => toldApartBy),
  )
    .filter((id) => {
      const finding = base.findings.get(id)
      return finding && !('order' in finding) && applies(finding, who.person) && !who.present.has(id)
    })
    .slice(0, random.below(mostDenied + 1))
  const evidence: readonly Evidence[] = [
    ...present.map((finding) => ({ finding, present: true, certainty: 0.95 })),
    ...denied.map((finding) => ({ finding, present: false, certainty: 0.95 })),
  ]
  const ranked = believe(base, who.person, evidence)
  if (ranked[0]?.condition !== who.condition) return null
  const name = (id: string): string => base.names.get(id)?.name ?? id
  return [
    ...vignetteMessages(
      random.uniform() < 0.25 ? {} : who.person,
      `Findings: ${shuffled(random, learnedWords(base.findings, evidence, Infinity)).join('; ')}.`,
    ),
    {
      role: 'assistant',
      content: writeClosing(
        name(who.condition),
        alternatives(knowledge, ranked.slice(1)).map(name),
        [],
        [],
        '',
      ),
    },
  ]
}
