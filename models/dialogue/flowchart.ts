/**
 * The diagnostic flowchart as data: what a consultation has to reach, in which order, and why.
 * Educational, not clinically validated.
 */
import type { DialoguePatient } from './dialogue.ts'

export const nodeIds = [
  'open',
  'complaint',
  'red-flags',
  'background',
  'examination',
  'tests',
  'differential',
  'diagnosis',
  'plan',
  'close',
] as const
export type NodeId = (typeof nodeIds)[number]

/** What counts towards a node. */
export type Evidence =
  | 'reason'
  | 'topics'
  | 'danger-signs'
  | 'examinations'
  | 'tests'
  | 'alternatives'
  | 'grounds'
  | 'plan'
  | 'safety-net'
  | 'farewell'

/** A topic that only some people are asked about; ages in years, both ends included. */
export interface TopicFor {
  readonly topic: string
  readonly sex?: DialoguePatient['sex']
  readonly ageFrom?: number
  readonly ageTo?: number
}

export interface FlowchartNode {
  readonly id: NodeId
  readonly title: string
  /** What has to be known or said, as a sentence. */
  readonly goal: string
  readonly why: string
  readonly evidence: Evidence
  /** Topics that serve it, the most telling first. */
  readonly topics: readonly TopicFor[]
  /** How many contributions meet the goal; 0 where it is needed only when there is a reason. */
  readonly needed: { readonly full: number; readonly short: number }
  readonly next: readonly NodeId[]
}

const forAll = (...topics: readonly string[]): readonly TopicFor[] => topics.map((topic) => ({ topic }))

export const flowchart: readonly FlowchartNode[] = [
  {
    id: 'open',
    title: 'Open',
    goal: 'The person has said in their own words what brings them.',
    why: 'An open start brings out what the person came for, which is not always the first symptom named.',
    evidence: 'reason',
    topics: [],
    needed: { full: 1, short: 1 },
    next: ['complaint'],
  },
  {
    id: 'complaint',
    title: 'Characterise the complaint',
    goal: 'Start, place, kind, strength, course and what changes it are known.',
    why: 'The course of a complaint narrows the causes more than any single test.',
    evidence: 'topics',
    topics: forAll(
      'onset',
      'timing',
      'site',
      'character',
      'severity',
      'aggravating',
      'relieving',
      'radiation',
      'associated',
    ),
    needed: { full: 3, short: 2 },
    next: ['red-flags'],
  },
  {
    id: 'red-flags',
    title: 'Screen for danger',
    goal: 'Signs of a dangerous cause have been asked for.',
    why: 'A dangerous cause that is missed does more harm than any other mistake.',
    evidence: 'danger-signs',
    topics: forAll('fever', 'bleeding', 'weight', 'breathing', 'chest-pain', 'self-harm'),
    needed: { full: 1, short: 1 },
    next: ['background'],
  },
  {
    id: 'background',
    title: 'Background',
    goal: 'Illnesses, medicines, allergies, family and circumstances that matter are known.',
    why: 'The same complaint means different things in different people, and treatment must be safe for this one.',
    evidence: 'topics',
    topics: [
      ...forAll('medicines', 'allergies', 'past-history', 'family-history', 'social-history'),
      { topic: 'pregnancy', sex: 'female', ageFrom: 12, ageTo: 55 },
      { topic: 'menstrual', sex: 'female', ageFrom: 10, ageTo: 58 },
      { topic: 'vaccination', ageTo: 6 },
      { topic: 'birth-history', ageTo: 3 },
      { topic: 'smoking', ageFrom: 12 },
      { topic: 'alcohol', ageFrom: 12 },
      ...forAll('travel'),
    ],
    needed: { full: 2, short: 1 },
    next: ['examination'],
  },
  {
    id: 'examination',
    title: 'Targeted examination',
    goal: 'What the history points to has been examined.',
    why: 'An examination can confirm or overturn what the history suggests, at once and without harm.',
    evidence: 'examinations',
    topics: [],
    needed: { full: 1, short: 0 },
    next: ['tests'],
  },
  {
    id: 'tests',
    title: 'Targeted tests',
    goal: 'Tests with a reason have been done; none is needed where history and examination decide.',
    why: 'A test without a reason brings false alarms; one with a reason settles what is open.',
    evidence: 'tests',
    topics: [],
    needed: { full: 0, short: 0 },
    next: ['differential'],
  },
  {
    id: 'differential',
    title: 'Differential',
    goal: 'At least two other causes have been weighed.',
    why: 'Naming what else it could be guards against settling too early.',
    evidence: 'alternatives',
    topics: [],
    needed: { full: 2, short: 2 },
    next: ['diagnosis'],
  },
  {
    id: 'diagnosis',
    title: 'Diagnosis with its grounds',
    goal: 'A leading diagnosis is named with what speaks for it.',
    why: 'Grounds let the person and the next clinician see whether the conclusion holds.',
    evidence: 'grounds',
    topics: [],
    needed: { full: 1, short: 1 },
    next: ['plan'],
  },
  {
    id: 'plan',
    title: 'Plan and safety net',
    goal: 'What happens next is said, and when to come back.',
    why: 'Every diagnosis can be wrong; the person must know which signs mean that help is needed.',
    evidence: 'safety-net',
    topics: [],
    needed: { full: 1, short: 1 },
    next: ['close'],
  },
  {
    id: 'close',
    title: 'Close',
    goal: 'The consultation has ended with a diagnosis and a plan.',
    why: 'An open end leaves the person without an answer.',
    evidence: 'farewell',
    topics: [],
    needed: { full: 1, short: 1 },
    next: [],
  },
]

/** A node's topics that fit a person; all of them where age and sex are unknown. */
export const topicsFor = (node: FlowchartNode, patient: DialoguePatient | undefined): readonly string[] =>
  node.topics
    .filter(
      ({ sex, ageFrom = 0, ageTo = Infinity }) =>
        !patient ||
        ((sex === undefined || sex === patient.sex) && patient.age >= ageFrom && patient.age <= ageTo),
    )
    .map(({ topic }) => topic)
