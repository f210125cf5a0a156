/** Lessons from a model's own visits: its decisions, judgements and words beside better ones at the same places. */
import type { Random } from '../../models/core/random.ts'
import { doctorMessages, listStory, vignetteMessages } from '../../models/dialogue/doctor/prompt.ts'
import { planMessages, writeStep } from '../../models/dialogue/doctor/plan.ts'
import { rightly } from '../../models/dialogue/generation/chart.ts'
import { readDoctorTurn } from '../../models/dialogue/turns.ts'
import type { KnowledgeBase } from '../../models/knowledge/knowledge-base.ts'
import type { CorrectedVisit, Judged } from '../../models/practice/spt/corrected-visit.ts'

export interface CorrectionCounts {
  decisions: number
  judgements: number
  words: number
}

export interface CorrectionUse {
  readonly base: KnowledgeBase
  readonly read: (name: string) => string
  readonly right: string
  /** Of visits, the share that are lessons in words too, 0..1. */
  readonly spoken: number
  readonly random: Random
}

/** Conditions that a list may be told from: where belief puts the right one further down, the list does not tell. */
const tellable = 2

export function correctionLines(
  corrected: CorrectedVisit,
  use: CorrectionUse,
  counts: CorrectionCounts,
): readonly string[] {
  const { decisions, words, judged } = corrected
  const written: object[] = []
  if (decisions.length > 0) {
    counts.decisions += decisions.length
    written.push(inPlan(corrected))
  }
  for (const each of judged) {
    const pair = misjudged(corrected, each, use)
    if (!pair) continue
    counts.judgements++
    written.push(pair)
  }
  if (words.length > 0 && use.random.uniform() < use.spoken) {
    counts.words += words.length
    written.push(inWords(corrected))
  }
  return written.map((each) => `${JSON.stringify(each)}\n`)
}

function inPlan({ visit, plan, decisions }: CorrectedVisit) {
  const until = plan.slice(0, (decisions.at(-1)?.at ?? 0) + 1)
  const last = until.at(-1)
  return {
    role: 'plan',
    messages: [
      ...planMessages(visit.person, until.slice(0, -1), last?.note ?? ''),
      { role: 'assistant', content: last?.step ?? '' },
    ],
    better: decisions.map(({ at, step }) => ({ flaw: 'strayed', text: writeStep(step), at: 2 + 2 * at })),
  }
}

/** @returns null where the model judged rightly, and where what it was given does not tell */
function misjudged(
  { visit }: CorrectedVisit,
  { list, said, ranked }: Judged,
  { base, read, right }: CorrectionUse,
) {
  const names = readDoctorTurn(said).diagnoses
  const told = ranked.slice(0, tellable).some(({ condition }) => condition === right)
  if (!told || read(names[0] ?? '') === right) return null
  const lesson = rightly(base, visit.person, list, right, ranked)
  if (!lesson) return null
  return {
    role: 'heard',
    flaw: 'misjudged',
    messages: vignetteMessages(visit.person, listStory(list)),
    note: '',
    chosen: lesson.at(-1)?.content ?? '',
    rejected: said,
  }
}

function inWords({ visit, turns, words }: CorrectedVisit) {
  const { person, budget } = visit
  const last = words.at(-1)?.at ?? 0
  const spoken = turns.flatMap(({ speaker }, at) => (speaker === 'doctor' ? [at] : []))
  const messages = doctorMessages(
    { ...person, turnBudget: budget },
    turns.slice(0, (spoken[last] ?? turns.length) + 1),
  )
  const places = messages.flatMap(({ role }, at) => (role === 'assistant' ? [at] : []))
  return {
    role: 'doctor',
    messages,
    better: words.map(({ at, text }) => ({ flaw: 'curt', text, at: places[at] ?? 0 })),
  }
}
