/**
 * What a doctor thinks before a turn, written as its first line: how far the visit is, what was just learned, what
 * it may be, and what comes next. The patient does not hear it. A language model that writes it has the time left, the
 * answer understood and what it suspects in view when it chooses; everyone else sees why it chose so.
 *
 * What comes next is named before it is worded, because there are a thousand ways to ask and few to order: of the words
 * alone the likeliest are an order's long before an order is what is likeliest.
 */
import type { Evidence } from '../../knowledge/belief.ts'
import type { Finding } from '../../knowledge/schema.ts'
import { lowered } from '../lowered.ts'

export interface DoctorNote {
  /** Number of the turn among the doctor's, from 1. */
  readonly turn: number
  /** The most turns there may be, where that is known. */
  readonly budget: number | null
  /** What the last answers and results told, denials as "no …". */
  readonly learned: readonly string[]
  /** Conditions that it may be, the likeliest first. */
  readonly suspected: readonly string[]
  /** What the turn does, see `nextWords`; null where nothing was decided yet. */
  readonly next: string | null
}

/** What a turn may do, as a note says it. */
export type NextStep =
  | { readonly kind: 'ask'; readonly topic: string }
  | { readonly kind: 'order'; readonly examines: boolean; readonly tests: boolean }
  | { readonly kind: 'conclude' }

const plainTopics: Readonly<Record<string, string>> = {
  associated: 'other symptoms',
  aggravating: 'what makes it worse',
  relieving: 'what helps',
  concern: 'worries',
  expectation: 'hopes',
}

/** A standard topic in words. */
export const topicWords = (topic: string): string => plainTopics[topic] ?? topic.replaceAll('-', ' ')

export function nextWords(step: NextStep): string {
  switch (step.kind) {
    case 'ask':
      return `ask about ${step.topic}`
    case 'order':
      return [step.examines ? 'examine' : '', step.tests ? 'test' : ''].filter(Boolean).join(' and ')
    case 'conclude':
      return 'conclude'
  }
}

/** The most that one note says; one that begins late sums up. */
const mostLearned = 6

type Known = Iterable<{ readonly finding: string; readonly present: boolean }>

/** What is there, then what is not. */
function inWords(findings: ReadonlyMap<string, Finding>, evidence: Known, most: number): readonly string[] {
  const told = [...evidence].flatMap(({ finding: id, present }) => {
    const finding = findings.get(id)
    return finding ? [{ present, words: `${present ? '' : 'no '}${lowered(finding.name)}` }] : []
  })
  const ordered = [...told.filter(({ present }) => present), ...told.filter(({ present }) => !present)]
  return [...new Set(ordered.map(({ words }) => words))].slice(0, most)
}

const isResult = (finding: Finding | undefined): boolean => finding !== undefined && 'order' in finding

/** What was told and shown, in a note: what an examination or test did not show goes without saying. */
export const learnedWords = (
  findings: ReadonlyMap<string, Finding>,
  evidence: Known,
  most = mostLearned,
): readonly string[] =>
  inWords(
    findings,
    [...evidence].filter(({ finding, present }) => present || !isResult(findings.get(finding))),
    most,
  )

/** Everything by which a diagnosis is judged: a test that shows nothing decides as much as one that does. */
export const judgedWords = (
  findings: ReadonlyMap<string, Finding>,
  evidence: Known,
  most = Infinity,
): readonly string[] =>
  inWords(
    findings,
    [...evidence].filter(({ finding, present }) => present || findings.get(finding)?.kind !== 'sign'),
    most,
  )

const nothingNew = 'nothing new'

/** What is less certain does not enter a judgement. */
export const leastCertain = 0.7
/** The most findings that are judged together: those that are there before those that are not, the surest first to stay. */
const mostTogether = 12

/** The certain part of what was heard as a list to judge. */
export function listToJudge(
  findings: ReadonlyMap<string, Finding>,
  evidence: readonly Evidence[],
  most = mostTogether,
): readonly string[] {
  const surest = evidence
    .filter(({ certainty }) => certainty >= leastCertain)
    .toSorted((a, b) => Number(b.present) - Number(a.present) || b.certainty - a.certainty)
    .slice(0, most)
  return judgedWords(
    findings,
    evidence.filter((item) => surest.includes(item)),
  )
}

/** Where nothing new was learned, what is suspected has not changed and is left out. */
export const writeNote = ({ turn, budget, learned, suspected, next }: DoctorNote): string =>
  [
    budget === null ? `Turn ${turn}.` : `Turn ${turn} of ${budget}.`,
    `Noted: ${learned.length > 0 ? learned.join('; ') : nothingNew}.`,
    learned.length > 0 && suspected.length > 0 ? `Suspected: ${suspected.join('; ')}.` : '',
    next === null ? '' : `Next: ${next}.`,
  ]
    .filter(Boolean)
    .join(' ')

const line = /^Turn (\d+)(?: of (\d+))?\. Noted: (.*?)\.(?: Suspected: (.*?)\.)?(?: Next: (.*?)\.)?$/
const begins = /^Turn \d+(?: of \d+)?\. /

export interface NotedTurn {
  /** The line as it was written; empty where there is none. */
  readonly note: string
  /** What the patient hears. */
  readonly said: string
}

/** A reply without its note; one that broke off inside the note says nothing. */
export function splitNote(reply: string): NotedTurn {
  const text = reply.trim()
  if (!begins.test(text)) return { note: '', said: text }
  const end = text.indexOf('\n')
  return end < 0
    ? { note: text, said: '' }
    : { note: text.slice(0, end).trim(), said: text.slice(end + 1).trim() }
}

const items = (list: string | undefined): readonly string[] =>
  (list ?? '')
    .split(';')
    .map((item) => item.trim())
    .filter((item) => item !== '' && item !== nothingNew)

/** @returns null for a line that is no note */
export function readNote(note: string): DoctorNote | null {
  const found = line.exec(note.trim())
  return (
    found && {
      turn: Number(found[1]),
      budget: found[2] === undefined ? null : Number(found[2]),
      learned: items(found[3]),
      suspected: items(found[4]),
      next: found[5] ?? null,
    }
  )
}
