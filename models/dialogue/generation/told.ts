/** What a simulated person tells: the complaint, and answers to open questions. */
import type { Random } from '../../core/random.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import { pick, type SimulatedPerson } from './simulated-person.ts'
import { nothingMore, topicAnswers, type Wordings } from './wordings.ts'

export interface Told {
  readonly text: string
  readonly findings: readonly string[]
}

/** The complaint: one or two of the person's own symptoms, those typical of the condition first. */
export function complaint(
  base: KnowledgeBase,
  random: Random,
  { condition, present }: SimulatedPerson,
  wordings: Wordings,
): Told | null {
  const own = base.conditions.get(condition)?.findings ?? {}
  const symptoms = [...present].filter((id) => {
    const finding = base.findings.get(id)
    // How it began or how often it comes is no complaint.
    return (
      finding?.kind === 'symptom' &&
      (own[id] === 'usually' || own[id] === 'often') &&
      finding.topic !== 'onset' &&
      finding.topic !== 'timing'
    )
  })
  if (symptoms.length === 0) return null
  const chosen = new Set([pick(random, symptoms)])
  if (random.uniform() < 0.6) chosen.add(pick(random, symptoms))
  return { text: inWords(base, random, [...chosen], wordings), findings: [...chosen] }
}

/** Topics of findings that an open question about one topic brings up. */
const broughtUp: Readonly<Record<string, readonly string[]>> = {
  onset: ['onset'],
  character: ['character', 'site', 'severity', 'radiation'],
  site: ['site', 'radiation'],
  severity: ['severity', 'character'],
  aggravating: ['aggravating', 'timing'],
  relieving: ['relieving'],
  timing: ['timing'],
}
/** Asked of everyone, so that what has nothing to do with the illness comes up too. */
const ofEveryone: ReadonlySet<string> = new Set([
  'past-history',
  'medicines',
  'allergies',
  'family-history',
  'social-history',
  'smoking',
  'alcohol',
  'travel',
  'vaccination',
  'birth-history',
  'pregnancy',
  'menstrual',
  'fever',
])

/** How often an open question brings out nothing, 0..1: some tell their story, some answer only what is asked. */
export const silence = { talkative: 0.15, reticent: 0.8 } as const
export type Silence = keyof typeof silence

/** Up to two of the person's own findings in answer to an open question, or that there is nothing more. */
export function openAnswer(
  base: KnowledgeBase,
  random: Random,
  { condition, present }: SimulatedPerson,
  told: ReadonlySet<string>,
  topic: string,
  wordings: Wordings,
  manner: Silence,
): Told {
  const own = base.conditions.get(condition)?.findings ?? {}
  const known = [...present].filter((id) => {
    const finding = base.findings.get(id)
    if (!finding || 'order' in finding || told.has(id)) return false
    if (ofEveryone.has(topic)) return finding.topic === topic
    if (own[id] === undefined) return false
    if (topic === 'associated') return finding.kind === 'symptom'
    return broughtUp[topic]?.includes(finding.topic) ?? false
  })
  // An onset is told as a time, and how it began only sometimes besides.
  const silent = topic === 'onset' ? Math.max(0.6, silence[manner]) : silence[manner]
  if (known.length === 0 || random.uniform() < silent)
    return { text: pick(random, topicAnswers[topic] ?? nothingMore), findings: [] }
  const chosen = [...new Set([pick(random, known), pick(random, known)])]
  return { text: inWords(base, random, chosen, wordings), findings: chosen }
}

function inWords(
  base: KnowledgeBase,
  random: Random,
  findings: readonly string[],
  wordings: Wordings,
): string {
  return findings
    .flatMap((id) => {
      const finding = base.findings.get(id)
      return finding && 'yes' in finding ? [pick(random, wordings.yes(finding))] : []
    })
    .join(' ')
}
