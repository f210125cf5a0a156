/** A list of findings by their names with the diagnosis: the knowledge itself, without everyday words around it. */
import { shuffled, type Random } from '../../core/random.ts'
import { believe, type Belief, type Evidence } from '../../knowledge/belief.ts'
import { applies, type KnowledgeBase, type Person } from '../../knowledge/knowledge-base.ts'
import type { Message } from '../../decoding/language-model.ts'
import { judgedWords, listToJudge } from '../doctor/note.ts'
import { listStory, vignetteMessages, type DoctorPromptTurn, type Presented } from '../doctor/prompt.ts'
import { writeClosing } from '../turns.ts'
import { alternatives } from './closing-parts.ts'
import type { GeneratedDialogue } from './expert-dialogue.ts'
import { pick, type SimulatedPerson } from './simulated-person.ts'

/** What a visit brings out: two to nine findings that are there, and up to three that are not. */
const fewest = 2
const most = 9
const mostDenied = 3
/** How often a list holds what the patient did not say, 0..1: notes are taken from everyday words. */
const misreadShare = 0.4
const mostMisread = 2

function mistakes(
  base: KnowledgeBase,
  random: Random,
  { person, present }: SimulatedPerson,
): readonly string[] {
  const possible = [...base.findings.values()].filter(
    (finding) => !('order' in finding) && applies(finding, person) && !present.has(finding.id),
  )
  return Array.from({ length: 1 + random.below(mostMisread) }, () => pick(random, possible).id)
}

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
      return (
        finding &&
        finding.kind !== 'sign' &&
        usable(id) &&
        applies(finding, who.person) &&
        !who.present.has(id)
      )
    })
    .slice(0, random.below(mostDenied + 1))
  const misread = random.uniform() < misreadShare ? mistakes(base, random, who) : []
  const evidence: readonly Evidence[] = [
    ...present.map((finding) => ({ finding, present: true, certainty: 0.95 })),
    ...misread.map((finding) => ({ finding, present: true, certainty: 0.95 })),
    ...denied.map((finding) => ({ finding, present: false, certainty: 0.95 })),
  ]
  const ranked = believe(base, who.person, evidence)
  if (ranked[0]?.condition !== who.condition) return null
  return answered(
    base,
    random.uniform() < 0.25 ? {} : who.person,
    shuffled(random, judgedWords(base.findings, evidence)),
    ranked,
  )
}

/**
 * What the rules hear in a dialogue up to one of the doctor's turns, as a list, mistakes and gaps included, with the
 * diagnosis that is right.
 *
 * @returns null when nothing certain was heard until then
 */
export function heardChart(
  base: KnowledgeBase,
  random: Random,
  { who, turns }: GeneratedDialogue,
  hear: (turns: readonly DoctorPromptTurn[], person: Person) => readonly Evidence[],
): readonly Message[] | null {
  const places = turns.flatMap(({ speaker }, at) => (speaker === 'doctor' && at > 2 ? [at] : []))
  if (places.length === 0) return null
  const heard = hear(turns.slice(0, pick(random, places)), who.person)
  const list = listToJudge(base.findings, heard)
  if (list.length === 0) return null
  return rightly(
    base,
    random.uniform() < 0.1 ? {} : who.person,
    list,
    who.condition,
    believe(base, who.person, heard),
  )
}

/**
 * A list as it was heard, answered with the condition that is right.
 *
 * @param ranked what it may be by what was heard
 */
export const rightly = (
  base: KnowledgeBase,
  person: Presented,
  list: readonly string[],
  right: string,
  ranked: readonly Belief[],
): readonly Message[] | null =>
  answered(base, person, list, [
    { condition: right, probability: 1 },
    ...ranked.filter(({ condition }) => condition !== right),
  ])

/** @param ranked the right condition first, then what else is likely */
function answered(
  base: KnowledgeBase,
  person: Presented,
  list: readonly string[],
  [leader, ...others]: readonly Belief[],
): readonly Message[] | null {
  const knowledge = leader && base.conditions.get(leader.condition)
  if (!knowledge) return null
  const name = (id: string): string => base.names.get(id)?.name ?? id
  return [
    ...vignetteMessages(person, listStory(list)),
    {
      role: 'assistant',
      content: writeClosing(name(leader.condition), alternatives(knowledge, others).map(name), [], [], ''),
    },
  ]
}
