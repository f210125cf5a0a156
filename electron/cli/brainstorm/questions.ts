/** Questions of a file: diagnoses, choices, numbers, yes or no; with or without a case. */
import * as v from 'valibot'
import { fail } from '../../../models/core/failure.ts'
import type { ReadCondition } from '../../../models/dialogue/conditions/index.ts'
import type { Guide } from '../../../models/dialogue/guide/guide.ts'
import type { KnowledgeBase } from '../../../models/knowledge/knowledge-base.ts'
import { kindOfAnswer, readAnswer, unreadable } from '../../../models/panel/answers.ts'
import type { PanelQuestion } from '../../../models/panel/question.ts'
import type { PracticeCase } from '../../../models/practice/case.ts'
import { questionOf, type HistoryFile } from '../../histories.ts'
import { readJsonLines } from '../json-lines.ts'

export interface AskedQuestion {
  readonly question: PanelQuestion
  /** The right answer as the answer reader gives it; null where the file does not say. */
  readonly right: string | null
}

const turn = v.object({
  speaker: v.picklist(['doctor', 'patient', 'result']),
  text: v.pipe(v.string(), v.minLength(1)),
})
const story = v.object({
  age: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(120))),
  sex: v.optional(v.picklist(['female', 'male'])),
  turns: v.optional(v.array(turn)),
  text: v.optional(v.string()),
})
const line = v.object({
  id: v.union([v.string(), v.number()]),
  question: v.pipe(v.string(), v.minLength(1)),
  choices: v.optional(v.union([v.array(v.string()), v.record(v.string(), v.string())])),
  answer: v.optional(v.nullable(v.union([v.string(), v.number(), v.boolean()]))),
  case: v.optional(v.nullable(v.union([v.string(), story]))),
})
type Line = v.InferOutput<typeof line>

export interface QuestionTools {
  readonly base: KnowledgeBase
  readonly readCondition: ReadCondition
  readonly guide: Guide
  /** Bundled cases that a line may name. */
  readonly cases: readonly PracticeCase[]
  readonly histories: HistoryFile
  readonly seed: number
}

const marked = /^\s*\(?[A-Z][).:]\s+/

function choicesOf(choices: Line['choices']): readonly string[] {
  if (choices === undefined) return []
  const texts = Array.isArray(choices)
    ? choices
    : Object.entries(choices)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, text]) => text)
  return texts.every((text) => marked.test(text)) ? texts.map((text) => text.replace(marked, '')) : texts
}

const expected = (answer: Line['answer']): string | null =>
  answer === undefined || answer === null
    ? null
    : typeof answer === 'boolean'
      ? answer
        ? 'yes'
        : 'no'
      : String(answer)

async function recordOf(
  given: Line['case'],
  { cases, histories, guide, seed }: QuestionTools,
): Promise<Pick<PanelQuestion, 'patient' | 'turns'>> {
  const unknown = { age: null, sex: null }
  if (given === undefined || given === null) return { patient: unknown, turns: [] }
  if (typeof given === 'string') {
    const practice = cases.find(({ id }) => id === given)
    if (!practice) return { patient: unknown, turns: [{ number: 1, speaker: 'patient', text: given }] }
    const { patient, turns } = questionOf(practice, await histories.history(practice, guide, seed))
    return { patient, turns }
  }
  const turns = given.turns ?? (given.text ? [{ speaker: 'patient' as const, text: given.text }] : [])
  return {
    patient: { age: given.age ?? null, sex: given.sex ?? null },
    turns: turns.map(({ speaker, text }, at) => ({ number: at + 1, speaker, text })),
  }
}

/** Fails with `invalid-request` where a line's own answer cannot be read or two lines share an id. */
export async function questionsOf(path: string, tools: QuestionTools): Promise<readonly AskedQuestion[]> {
  const asked: AskedQuestion[] = []
  const ids = new Set<string>()
  for (const given of readJsonLines(path, line)) {
    const id = String(given.id)
    if (ids.has(id))
      fail('invalid-request', `Two questions are called ${id}. Give each an id of its own.`, { question: id })
    ids.add(id)
    const choices = choicesOf(given.choices)
    const answer = expected(given.answer)
    const kind = kindOfAnswer(answer, choices, given.question)
    const question: PanelQuestion = {
      id,
      text: given.question,
      kind,
      choices,
      ...(await recordOf(given.case, tools)),
    }
    asked.push({ question, right: answer === null ? null : rightAnswer(answer, question, tools) })
  }
  return asked
}

function rightAnswer(
  answer: string,
  question: PanelQuestion,
  { base, readCondition }: QuestionTools,
): string {
  if (question.kind === 'diagnosis' && base.names.has(answer)) return answer
  const right = readAnswer(answer, question, readCondition)
  if (right === unreadable)
    fail(
      'invalid-request',
      `The answer of question ${question.id} cannot be read as one ${question.kind}. Correct the file.`,
      { question: question.id },
    )
  return right
}
