/** A dialogue read once: what each doctor's turn does, and what had been gathered before it. */
import { turnBudgetOf, type Dialogue } from './dialogue.ts'
import { asksForDanger } from './danger.ts'
import { flowchart } from './flowchart.ts'
import { orderKind } from './orders.ts'
import { topicReader } from './topics/index.ts'
import { readDoctorTurn, turnSentences, type DoctorTurn } from './turns.ts'

/** Says which topics a doctor's turn asks about. */
export interface ProcessReader {
  topics(turn: string): readonly string[]
}

export function ruleReader(): ProcessReader {
  const reader = topicReader()
  return { topics: (turn) => reader.topics(turn).map(({ topic }) => topic) }
}

export interface DoctorAct {
  /** Place in the dialogue's turns, from 0. */
  readonly at: number
  /** Among the doctor's turns, from 1. */
  readonly number: number
  readonly text: string
  readonly read: DoctorTurn
  /** Sentences that neither ask nor order. */
  readonly told: readonly string[]
  readonly examinations: readonly string[]
  readonly tests: readonly string[]
  readonly topics: readonly string[]
  readonly asksDanger: boolean
  /** The patient's words just before, and where they stand; null where the doctor spoke last. */
  readonly heard: { readonly at: number; readonly text: string } | null
  /** The patient's words in answer; empty where none came. */
  readonly answer: string
  readonly answered: boolean
}

export interface ReadDialogue {
  readonly dialogue: Dialogue
  readonly acts: readonly DoctorAct[]
  readonly budget: number
  /** Topics of one question. */
  readonly topicsOf: (question: string) => readonly string[]
}

/** @param reader topics of a doctor's turn */
export function readDialogue(dialogue: Dialogue, reader: ProcessReader): ReadDialogue {
  const { turns } = dialogue
  const acts: DoctorAct[] = []
  for (const [at, { speaker, text }] of turns.entries()) {
    if (speaker !== 'doctor') continue
    const read = readDoctorTurn(text)
    const before = turns[at - 1]
    const after = turns[at + 1]
    const answer = after?.speaker === 'patient' ? after.text : ''
    const asked = read.questions.join(' ')
    acts.push({
      at,
      number: acts.length + 1,
      text,
      read,
      told: turnSentences(text).filter((sentence) => {
        const one = readDoctorTurn(sentence)
        return one.questions.length === 0 && one.orders.length === 0
      }),
      examinations: read.orders.filter((name) => orderKind(name) === 'examination'),
      tests: read.orders.filter((name) => orderKind(name) === 'test'),
      topics: read.questions.length > 0 ? reader.topics(asked) : [],
      asksDanger: read.questions.some(asksForDanger),
      heard: before?.speaker === 'patient' ? { at: at - 1, text: before.text } : null,
      answer,
      answered: answer !== '' && !notUnderstood.test(answer),
    })
  }
  return { dialogue, acts, budget: turnBudgetOf(dialogue), topicsOf: (question) => reader.topics(question) }
}

/** The patient did not understand, so the question is still open. */
const notUnderstood =
  /^(?:sorry|pardon|what|any what|huh|eh|come again|excuse me)\b[^.]{0,30}\?|\b(?:i don(?:'|’)t (?:follow|understand|know (?:that|what (?:that|you))|get what))|what (?:is|are|does) (?:that|those|it|this)\b.*\?|i(?:'|’)m not sure what you mean/i

const topicsOf = (id: 'complaint' | 'background' | 'red-flags'): ReadonlySet<string> =>
  new Set(flowchart.find((node) => node.id === id)?.topics.map(({ topic }) => topic))
export const complaintTopics = topicsOf('complaint')
export const backgroundTopics = topicsOf('background')
const otherTopics: ReadonlySet<string> = new Set(['concern', 'expectation'])

/** How long it has lasted, told without being asked. */
const tellsOnset =
  /\b(?:since|for) (?:about |around |almost |nearly |over |the )?(?:last |this |yesterday|monday|tuesday|wednesday|thursday|friday|saturday|sunday|morning|night|lunch|christmas|spring|summer|autumn|winter|\w+ (?:hours?|days?|weeks?|months?|years?)|days|weeks|months|years|hours|my teens|i was|january|february|march|april|may|june|july|august|september|october|november|december)|\b(?:\w+ (?:hours?|days?|weeks?|months?|years?)|long time) ago\b|\b(?:yesterday|last night|this morning|overnight)\b/i

/** Asks for earlier or other illness in words that name it. */
const asksPast =
  /\b(?:(?:other|any|previous|earlier|past|serious) (?:illness(?:es)?|conditions?|operations?|medical problems?|health problems?)|been ill\b|(?:well|healthy) otherwise|otherwise (?:well|healthy)|operations?\b|(?:have|has|did|had) (?:you|he|she)\b[^?]*\b(?:trouble|problems?|this|it|illness|anything like this|ill|eczema|asthma|episodes?|attacks?|\w+)\b[^?]*\b(?:before|in the past|as a child)\b(?! (?:it|this|the|you|that)))/i

/** What is known at a point, as places in the dialogue's turns. */
export interface Gathered {
  /** The complaint's matters by name, each with the turn that brought it. */
  readonly complaint: ReadonlyMap<string, number>
  readonly danger: readonly number[]
  readonly background: readonly number[]
  readonly backgroundTopics: ReadonlySet<string>
  /** Questions about particular symptoms. */
  readonly particular: readonly number[]
  readonly answered: readonly number[]
  readonly results: readonly number[]
  readonly examinations: readonly number[]
  readonly tests: readonly number[]
  readonly allergies: readonly number[]
}

/** @param before place in the turns; what stands from there on does not count */
export function gathered({ dialogue, acts }: ReadDialogue, before: number): Gathered {
  const complaint = new Map<string, number>()
  const danger: number[] = []
  const background: number[] = []
  const known = new Set<string>()
  const particular: number[] = []
  const answered: number[] = []
  const examinations: number[] = []
  const tests: number[] = []
  const allergies: number[] = []
  for (const [at, { speaker, text }] of dialogue.turns.entries())
    if (at < before && speaker === 'patient') {
      if (tellsOnset.test(text) && !complaint.has('onset')) complaint.set('onset', at)
      if (/\ballerg/i.test(text)) allergies.push(at)
    }
  for (const act of acts) {
    if (act.at >= before) break
    if (act.examinations.length > 0) examinations.push(act.at)
    if (act.tests.length > 0) tests.push(act.at)
    if (act.read.questions.length === 0) continue
    if (act.answered) answered.push(act.at)
    if (act.asksDanger) danger.push(act.at)
    const core = act.topics.filter((topic) => complaintTopics.has(topic))
    const back = act.topics.filter((topic) => backgroundTopics.has(topic))
    if (back.length === 0 && asksPast.test(act.read.questions.join(' '))) back.push('past-history')
    for (const topic of core) if (!complaint.has(topic)) complaint.set(topic, act.at)
    if (back.length > 0) background.push(act.at)
    for (const topic of back) known.add(topic)
    if (back.includes('allergies')) allergies.push(act.at)
    if (
      act.asksDanger ||
      (back.length === 0 && !act.topics.some((topic) => otherTopics.has(topic) || topic === 'onset'))
    )
      particular.push(act.at)
  }
  // A symptom beside the complaint characterises it too; more than two add nothing of that kind.
  for (const [index, at] of particular.slice(0, 2).entries())
    if (![...complaint.values()].includes(at)) complaint.set(`symptom-${index + 1}`, at)
  return {
    complaint,
    danger,
    background,
    backgroundTopics: known,
    particular,
    answered,
    results: [...dialogue.turns.entries()]
      .filter(([at, { speaker }]) => at < before && speaker === 'result')
      .map(([at]) => at),
    examinations,
    tests,
    allergies,
  }
}
