/** The process rules and the judgement by them. */
export {
  compareEvaluations,
  compareTurns,
  evaluateDialogue,
  rankDialogues,
  rankTurns,
  rules,
  type Evaluation,
  type Ranked,
  type RuleCounts,
  type RuleVerdict,
  type TurnVerdicts,
} from './evaluate.ts'
export { unexplainedJargon } from './jargon.ts'
export type { Rule, Verdict, VerdictName } from './rule.ts'
