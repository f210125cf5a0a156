/** What is kept of a panel: enough to show, to export and to run it again exactly. */
import type { EvidenceCheck, Exchange, MemberDescription, Opinion, RankedAnswer } from './member.ts'
import type { PanelQuestion } from './question.ts'

export interface PanelBudget {
  /** Most tokens, prompts included, of the whole run. */
  readonly tokens: number
  /** Most tokens of one reply. */
  readonly replyTokens: number
  /** Most tokens of one prompt. */
  readonly promptTokens: number
  /** Longest that one member may take in one round. */
  readonly seconds: number
}

export interface PanelOptions {
  /** 1..4; the first round counts. */
  readonly rounds: number
  readonly seed: number
  readonly budget: PanelBudget
}

export const absences = ['failed', 'timed-out', 'stopped', 'unreadable', 'over-budget', 'not-sent'] as const
export interface Absence {
  readonly why: (typeof absences)[number]
  /** In plain words. */
  readonly message: string
}

/** What made a member change its mind. */
export interface Change {
  readonly from: string
  readonly fromName: string
  /** Who had said so before, and in what words the member heard it; null when no peer had said the new answer before. */
  readonly because: { readonly member: string; readonly name: string; readonly quote: string } | null
}

export interface MemberAnswer {
  readonly member: string
  /** Null exactly when the member was present. */
  readonly absence: Absence | null
  /** As read: a condition's id, a letter, a number, yes or no; null when absent. */
  readonly answer: string | null
  readonly answerName: string | null
  readonly opinion: Opinion | null
  readonly check: EvidenceCheck | null
  /** How often such a member is right when it is this sure, 0..1; null where that was never measured. */
  readonly reliability: number | null
  readonly change: Change | null
  readonly exchanges: readonly Exchange[]
}

export interface PanelRound {
  /** From 0. */
  readonly number: number
  readonly answers: readonly MemberAnswer[]
  /** Share of voting members with the commonest answer, 0..1. */
  readonly agreement: number
}

/** consensus: all the same in one round. The others hold only after a round limit without consensus. */
export const verdictRules = ['consensus', 'majority', 'summed-confidence', 'best-calibrated'] as const
export type VerdictRule = (typeof verdictRules)[number]

export interface Verdict {
  readonly consensus: boolean
  readonly by: VerdictRule
  readonly answer: string
  readonly answerName: string
  /** Of the last round: the voting members who say so. */
  readonly members: readonly string[]
  /** What each rule would have said; null where it could not decide. */
  readonly rules: {
    readonly majority: string | null
    readonly summedConfidence: string | null
    readonly bestCalibrated: string | null
  }
}

export interface Dissent {
  readonly member: string
  readonly name: string
  readonly answer: string
  readonly answerName: string
  readonly confidence: number
  readonly reasons: string
}

/** What would tell most between the answers that are left. */
export interface AskNext {
  readonly finding: string
  readonly name: string
  /** The question, or the examination or test to order. */
  readonly ask: string
  readonly kind: 'question' | 'examination' | 'test'
  /** Expected gain in bits. */
  readonly bits: number
  /** Names of the conditions it tells apart. */
  readonly between: readonly string[]
}

export interface NamedAnswer extends RankedAnswer {
  readonly name: string
}

/** A run, without times: the same members, question and options bring the same record. */
export interface PanelRecord {
  readonly schema: 'consilium-panel/1'
  readonly question: PanelQuestion
  readonly options: PanelOptions
  readonly members: readonly MemberDescription[]
  readonly rounds: readonly PanelRound[]
  readonly verdict: Verdict
  readonly dissent: readonly Dissent[]
  /** The differential that results, falling; empty unless diagnoses were asked for. */
  readonly differential: readonly NamedAnswer[]
  /** The most dangerous diagnosis that is not excluded; null where there is none. */
  readonly mustNotMiss: { readonly condition: string; readonly name: string; readonly why: string } | null
  readonly askNext: readonly AskNext[]
  readonly tokens: { readonly prompt: number; readonly generated: number }
}
