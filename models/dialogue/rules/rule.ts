/** What a process rule is: a sentence for people and a verdict over one doctor's turn. */
import type { DoctorAct, Gathered, ReadDialogue } from '../acts.ts'

export type VerdictName = 'satisfied' | 'violated' | 'not-applicable'

export interface Verdict {
  readonly verdict: VerdictName
  /** Places in the dialogue's turns that show it, from 0; empty where the rule does not apply. */
  readonly evidence: readonly number[]
}

/** One turn in its dialogue. */
export interface RuleContext {
  readonly read: ReadDialogue
  readonly act: DoctorAct
  /** What was known before the turn. */
  readonly known: Gathered
  readonly short: boolean
  /** The turn in which a diagnosis was first committed to; null while there is none. */
  readonly closedAt: number | null
}

export interface Rule {
  readonly id: string
  /** A goal has to be met before its successor is entered; a constraint holds throughout. */
  readonly kind: 'goal' | 'constraint'
  readonly sentence: string
  /** How much a constraint counts beside the others; 1 for goals, which are compared in order. */
  readonly weight: number
  judge(context: RuleContext): Verdict
}

export const notApplicable: Verdict = { verdict: 'not-applicable', evidence: [] }
export const verdict = (satisfied: boolean, ...evidence: readonly number[]): Verdict => ({
  verdict: satisfied ? 'satisfied' : 'violated',
  evidence: [...new Set(evidence)].sort((a, b) => a - b),
})
