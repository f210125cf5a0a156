/** How well verdicts agree with labels given by hand, rule by rule. */
import type { VerdictName } from './rule.ts'

export interface LabelPair {
  readonly rule: string
  readonly label: VerdictName
  readonly verdict: VerdictName
}

export interface Agreement {
  readonly rule: string
  /** Turns compared, and how many of them the labels call satisfied and violated. */
  readonly turns: number
  readonly satisfied: number
  readonly violated: number
  /** Share of equal verdicts, 0..1. */
  readonly accuracy: number
  /** Cohen's kappa over the three verdicts; null where both sides always say the same one. */
  readonly kappa: number | null
  /** Of the violations by label, the share found; of those found, the share right. Null without any. */
  readonly recall: number | null
  readonly precision: number | null
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

export function agreement(rule: string, pairs: readonly LabelPair[]): Agreement {
  const own = pairs.filter((pair) => pair.rule === rule)
  const count = (test: (pair: LabelPair) => boolean): number => own.filter(test).length
  const equal = count(({ label, verdict }) => label === verdict)
  const names: readonly VerdictName[] = ['satisfied', 'violated', 'not-applicable']
  const chance = names.reduce(
    (sum, name) =>
      sum +
      (count(({ label }) => label === name) / own.length) *
        (count(({ verdict }) => verdict === name) / own.length),
    0,
  )
  const both = count(({ label, verdict }) => label === 'violated' && verdict === 'violated')
  const violated = count(({ label }) => label === 'violated')
  return {
    rule,
    turns: own.length,
    satisfied: count(({ label }) => label === 'satisfied'),
    violated,
    accuracy: equal / own.length,
    kappa: chance > 1 - 1e-12 ? null : (equal / own.length - chance) / (1 - chance),
    recall: share(both, violated),
    precision: share(
      both,
      count(({ verdict }) => verdict === 'violated'),
    ),
  }
}
