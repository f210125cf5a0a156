/**
 * The rule evaluation model: every doctor's turn gets each rule's verdict with the turns that show it,
 * and dialogues and candidate turns are ranked by them. Goals are compared in the flowchart's order and
 * decide before constraints do (after PLPF, arXiv 2401.05695: Rg first, then the weighted sum over Rc).
 */
import {
  gathered,
  readDialogue,
  ruleReader,
  type DoctorAct,
  type ProcessReader,
  type ReadDialogue,
} from '../acts.ts'
import { isShort, type Dialogue } from '../dialogue.ts'
import { processState } from '../process.ts'
import { constraintRules } from './constraints.ts'
import { goalRules } from './goals.ts'
import type { Rule, Verdict, VerdictName } from './rule.ts'

/** Every rule: the goals in the flowchart's order, then the constraints. */
export const rules: readonly Rule[] = [...goalRules, ...constraintRules]

export interface RuleVerdict extends Verdict {
  readonly rule: string
}

export interface TurnVerdicts {
  /** Place in the dialogue's turns, from 0. */
  readonly turn: number
  /** One for each rule, in the order of `rules`. */
  readonly verdicts: readonly RuleVerdict[]
}

export interface RuleCounts {
  readonly satisfied: number
  readonly violated: number
  readonly notApplicable: number
}

export interface Evaluation {
  readonly turns: readonly TurnVerdicts[]
  readonly rules: Readonly<Record<string, RuleCounts>>
  /** The first goal in the flowchart's order that is violated or not reached; null when all are met. */
  readonly firstUnmetGoal: string | null
  /** How far each goal is met, in order: 0 violated, 1 open, up to 2 as it is approached and met. */
  readonly goals: readonly number[]
  /** Weighted share of satisfied among applicable verdicts of the constraints, 0..1. */
  readonly score: number
  /** A diagnosis was named before the complaint, danger or something telling was known. */
  readonly premature: boolean
  /** The turns were used up without a diagnosis. */
  readonly endless: boolean
}

const goalNodes: Readonly<Record<string, string>> = {
  'complaint-before-diagnosis': 'complaint',
  'red-flags-before-diagnosis': 'red-flags',
  'background-before-diagnosis': 'background',
}
const prematureGoals: ReadonlySet<string> = new Set([
  'complaint-before-diagnosis',
  'red-flags-before-diagnosis',
  'evidence-before-diagnosis',
])

const closingPlace = ({ acts }: ReadDialogue): number | null =>
  acts.find((act) => act.read.closing)?.at ?? null

function judgeTurn(read: ReadDialogue, act: DoctorAct, closedAt: number | null): TurnVerdicts {
  const context = { read, act, known: gathered(read, act.at), short: isShort(read.dialogue), closedAt }
  return { turn: act.at, verdicts: rules.map((rule) => ({ rule: rule.id, ...rule.judge(context) })) }
}

function judgeTurns(read: ReadDialogue): readonly TurnVerdicts[] {
  const closedAt = closingPlace(read)
  return read.acts.map((act) => judgeTurn(read, act, closedAt))
}

/**
 * Every rule's verdict on the last doctor turn alone.
 *
 * @param dialogue holds at least one turn of a doctor
 */
export function judgeLastTurn(dialogue: Dialogue, reader: ProcessReader = ruleReader()): TurnVerdicts {
  const read = readDialogue(dialogue, reader)
  const act = read.acts.at(-1)
  if (!act) throw new RangeError('The dialogue has no turn of a doctor.')
  return judgeTurn(read, act, closingPlace(read))
}

/** @param reader topics of a doctor's turn; the rules alone where it is left out */
export function evaluateDialogue(dialogue: Dialogue, reader: ProcessReader = ruleReader()): Evaluation {
  const read = readDialogue(dialogue, reader)
  const turns = judgeTurns(read)
  const verdictsOf = (id: string): readonly VerdictName[] =>
    turns.flatMap(({ verdicts }) => verdicts.filter(({ rule }) => rule === id).map(({ verdict }) => verdict))
  const counts = Object.fromEntries(
    rules.map(({ id }) => {
      const all = verdictsOf(id)
      const count = (name: VerdictName): number => all.filter((verdict) => verdict === name).length
      return [
        id,
        {
          satisfied: count('satisfied'),
          violated: count('violated'),
          notApplicable: count('not-applicable'),
        },
      ]
    }),
  )
  const process = processState(dialogue, reader)
  const known = gathered(read, Infinity)
  const goals = goalRules.map(({ id }) => {
    const { satisfied = 0, violated = 0 } = counts[id] ?? {}
    if (violated > 0) return 0
    if (satisfied > 0 || id === 'indication-before-test') return 2
    const node = process.nodes.find((one) => one.id === goalNodes[id])
    if (node) return 1 + node.progress
    if (id === 'evidence-before-diagnosis')
      return known.results.length > 0 ? 2 : 1 + Math.min(1, known.particular.length / 2)
    return 1
  })
  let weight = 0
  let sum = 0
  for (const rule of constraintRules) {
    const { satisfied = 0, violated = 0 } = counts[rule.id] ?? {}
    weight += rule.weight
    sum += rule.weight * (satisfied + violated === 0 ? 1 : satisfied / (satisfied + violated))
  }
  const unmet = goals.findIndex((goal) => goal < 2)
  const violated = (id: string): boolean => (counts[id]?.violated ?? 0) > 0
  return {
    turns,
    rules: counts,
    firstUnmetGoal: goalRules[unmet]?.id ?? null,
    goals,
    score: sum / weight,
    premature: [...prematureGoals].some(violated),
    endless: violated('reaches-diagnosis'),
  }
}

/** Each rule's verdict on the dialogue as a whole: violated where any turn violates it. */
export function dialogueVerdicts({ rules: counts }: Evaluation): Readonly<Record<string, VerdictName>> {
  return Object.fromEntries(
    Object.entries(counts).map(([rule, { satisfied, violated }]) => [
      rule,
      violated > 0 ? 'violated' : satisfied > 0 ? 'satisfied' : 'not-applicable',
    ]),
  )
}

/** Positive when `a` is better: the first goal on which they differ decides, then the constraints. */
export function compareEvaluations(a: Evaluation, b: Evaluation): number {
  for (const [index, goal] of a.goals.entries()) {
    const difference = goal - (b.goals[index] ?? 0)
    if (difference !== 0) return difference
  }
  return a.score - b.score
}

export interface Ranked<T> {
  readonly item: T
  readonly evaluation: Evaluation
}

/** Dialogues with their evaluations, best first; equals keep their order. */
export function rankDialogues(
  dialogues: readonly Dialogue[],
  reader: ProcessReader = ruleReader(),
): readonly Ranked<Dialogue>[] {
  return dialogues
    .map((item) => ({ item, evaluation: evaluateDialogue(item, reader) }))
    .toSorted((a, b) => compareEvaluations(b.evaluation, a.evaluation))
}

/** Candidates for the doctor's next turn with the evaluation of the dialogue they make, best first. */
export function rankTurns(
  dialogue: Dialogue,
  candidates: readonly string[],
  reader: ProcessReader = ruleReader(),
): readonly Ranked<string>[] {
  return candidates
    .map((item) => ({
      item,
      evaluation: evaluateDialogue(
        { ...dialogue, turns: [...dialogue.turns, { speaker: 'doctor', text: item }] },
        reader,
      ),
    }))
    .toSorted((a, b) => compareEvaluations(b.evaluation, a.evaluation))
}

/** Positive when `a` is the better next turn, negative when `b` is, 0 when the rules see no difference. */
export function compareTurns(
  dialogue: Dialogue,
  a: string,
  b: string,
  reader: ProcessReader = ruleReader(),
): number {
  const [first, second] = [a, b].map((text) =>
    evaluateDialogue({ ...dialogue, turns: [...dialogue.turns, { speaker: 'doctor', text }] }, reader),
  )
  return first && second ? compareEvaluations(first, second) : 0
}
