/** The figures of `consilium brainstorm`: a panel beside what its members say without talking. */
import {
  answerAfter,
  flips,
  memberAlone,
  plainVote,
  plurality,
  weightedVote,
  type Judged,
} from '../../../models/panel/evaluation.ts'
import { seedFor } from '../../../models/panel/run.ts'
import type { PanelRecord } from '../../../models/panel/record.ts'
import { bootstrap } from '../../../models/practice/spt/intervals.ts'
import type { PanelTools } from '../../panel-files.ts'
import { accuracyOf } from './alone.ts'
import type { BrainstormOptions } from './options.ts'

export interface AskedAndJudged extends Judged {
  readonly id: string
  /** Whether the file says the right answer. */
  readonly isKnown: boolean
  /** What the members' first beliefs say, pooled without talk; null where that cannot be done. */
  readonly pooledAlone: string | null
  /** Answers of members that are not seated; by member. */
  readonly outside: ReadonlyMap<string, string | null>
  /** What the panel spent, also where too few could be read. */
  readonly tokens: PanelRecord['tokens']
}

interface Measured {
  readonly accuracy: number
  readonly low: number
  readonly high: number
}

export interface Figures {
  readonly questions: number
  readonly rounds: readonly { readonly round: number; readonly accuracy: number }[]
  readonly consensus: Measured & { readonly rate: number }
  readonly flips: { readonly rightToWrong: number; readonly wrongToRight: number }
  /** Mean rounds of a run. */
  readonly roundsUsed: number
  /** Of all runs together, prompts included. */
  readonly tokens: number
  readonly baselines: {
    readonly members: readonly ({ readonly id: string } & Measured)[]
    readonly selfConsistency: Measured
    readonly vote: Measured
    readonly weightedVote: Measured
  }
}

/** Paired differences go to standard error. */
export function figures(
  { members, against, rounds, seed }: BrainstormOptions,
  tools: PanelTools,
  all: readonly AskedAndJudged[],
): Figures {
  const judged = all.filter(({ isKnown }) => isKnown)
  const hits = (said: (each: AskedAndJudged) => string | null): readonly number[] =>
    judged.map((each) => (said(each) === each.right ? 1 : 0))
  const measured = (values: readonly number[]): Measured => {
    const { mean, low, high } = bootstrap(values, seed)
    return { accuracy: mean, low, high }
  }
  const voting = members.filter(({ role }) => role !== 'challenger').map(({ id }) => id)
  const drawSeed = (each: Judged): number =>
    seedFor(seed, judged.indexOf(each as (typeof judged)[number]).toString(), 0)
  const panel = hits(({ record }) => answerAfter(record, rounds - 1))
  const alone = voting.map((id) => ({ id, values: hits((each) => memberAlone(each, id)) }))
  const best = [...alone].toSorted((a, b) => sum(b.values) - sum(a.values))[0]
  const trusted =
    alone.toSorted((a, b) => accuracyOf(tools, b.id) - accuracyOf(tools, a.id))[0]?.id ?? voting[0] ?? ''
  const repeated = hits((each) =>
    each.repeated.length > 0 ? plurality(each.repeated, drawSeed(each)) : memberAlone(each, trusted),
  )
  const vote = hits((each) => plainVote(each, drawSeed(each)))
  const weighted = hits((each) => weightedVote(each, drawSeed(each)))
  const pooled = judged.some(({ pooledAlone }) => pooledAlone !== null)
    ? [['what members believe alone, pooled', hits(({ pooledAlone }) => pooledAlone)] as const]
    : []
  const records = all.flatMap(({ record }) => (record ? [record] : []))
  const disputed = judged.map(({ record }) => (record?.rounds.length ?? 0) > 1)
  const inDispute = (values: readonly number[]): number => sum(values.filter((_, at) => disputed[at]))
  process.stderr.write(
    `${disputed.filter(Boolean).length} of ${judged.length} were talked about; of these the panel has ${inDispute(panel)} right\n`,
  )
  for (const [name, values] of [
    ...(best ? [[`the best member, ${best.id}`, best.values] as const] : []),
    ['the plain vote', vote] as const,
    ['the weighted vote', weighted] as const,
    ...pooled,
    ...(against ?? []).map(
      ({ id }) => [`${id}, not seated`, hits(({ outside }) => outside.get(id) ?? null)] as const,
    ),
  ]) {
    const { mean, low, high } = bootstrap(
      panel.map((value, at) => value - (values[at] ?? 0)),
      seed,
    )
    process.stderr.write(
      `panel less ${name} (${bootstrap(values, seed).mean.toFixed(3)}): ${mean.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)}), paired; of those talked about it has ${inDispute(values)} right\n`,
    )
  }
  return {
    questions: all.length,
    rounds: Array.from({ length: rounds }, (_, round) => ({
      round,
      accuracy: bootstrap(
        hits(({ record }) => answerAfter(record, round)),
        seed,
      ).mean,
    })),
    consensus: {
      ...measured(panel),
      rate: records.filter(({ verdict }) => verdict.consensus).length / Math.max(1, all.length),
    },
    flips: flips(judged),
    roundsUsed: sum(records.map((record) => record.rounds.length)) / Math.max(1, records.length),
    tokens: sum(all.map(({ tokens }) => tokens.prompt + tokens.generated)),
    baselines: {
      members: alone.map(({ id, values }) => ({ id, ...measured(values) })),
      selfConsistency: measured(repeated),
      vote: measured(vote),
      weightedVote: measured(weighted),
    },
  }
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
