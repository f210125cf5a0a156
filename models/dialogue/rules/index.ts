/** The process rules and the judgement by them. */
export {
  compareEvaluations,
  compareTurns,
  dialogueVerdicts,
  evaluateDialogue,
  judgeLastTurn,
  rankDialogues,
  rankTurns,
  rules,
  type Evaluation,
  type Ranked,
  type RuleCounts,
  type RuleVerdict,
  type TurnVerdicts,
} from './evaluate.ts'
export { givesDose } from './constraints.ts'
export { agreement, type Agreement, type LabelPair } from './agreement.ts'
export { unexplainedJargon, withExplanations } from './jargon.ts'
export type { Rule, Verdict, VerdictName } from './rule.ts'
