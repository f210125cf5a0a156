/** How often members are right when they are as sure as they say, and how they are best weighed together. */
import * as v from 'valibot'
import { fail } from '../core/failure.ts'
import { poolRules } from './clinical/pool.ts'

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
/** P(right) = 1 / (1 + exp(-(offset + slope * logit(confidence)))). */
const curve = v.strictObject({ offset: v.number(), slope: v.number() })

const measurement = v.strictObject({
  /** How many histories were measured. */
  persons: v.pipe(v.number(), v.integer(), v.minValue(1)),
  members: v.record(v.string(), v.strictObject({ accuracy: share, persons: v.number(), alone: curve })),
  /** After the exchange, for members that pool. */
  together: curve,
  /**
   * For each set of pooling members the rule that did better on persons whom it was not fitted on, and its weights; the
   * prior's corrects what all have counted.
   */
  pools: v.array(
    v.strictObject({
      members: v.array(v.string()),
      rule: v.picklist(poolRules),
      prior: v.number(),
      weights: v.record(v.string(), v.number()),
    }),
  ),
})

/**
 * Members that compare wordings do well where the record speaks in set words and badly where it does not, so
 * both were measured: on generated persons, and on the written training cases.
 */
const schema = v.strictObject({
  schema: v.literal('consilium-calibration/2'),
  /** Share of reports' parts in set words from which on a record counts as one of set words. */
  setWordsFrom: share,
  setWords: measurement,
  ownWords: measurement,
})

export type Calibration = v.InferOutput<typeof schema>
export type Curve = v.InferOutput<typeof curve>
export type Measurement = v.InferOutput<typeof measurement>
export type PoolWeights = Measurement['pools'][number]

/** @param familiarity share of the record's reports that is in set words, 0..1 */
export const measuredFor = (
  { setWordsFrom, setWords, ownWords }: Calibration,
  familiarity: number,
): Measurement => (familiarity >= setWordsFrom ? setWords : ownWords)

/** Fails with `resource-altered`, naming the file and the field. */
export function parseCalibration(input: unknown, file: string): Calibration {
  const parsed = v.safeParse(schema, input, { abortEarly: true })
  if (parsed.success) return parsed.output
  const issue = parsed.issues[0]
  const field = v.getDotPath(issue) ?? 'file'
  fail('resource-altered', `${file} cannot be used: ${field} ${issue.message}. Restore the file.`, {
    file,
    field,
    reason: issue.message,
  })
}

/** Confidences of exactly 0 or 1 say no more than these. */
const surest = 0.999

export function chanceOfRight({ offset, slope }: Curve, confidence: number): number {
  const p = Math.min(surest, Math.max(1 - surest, confidence))
  return 1 / (1 + Math.exp(-(offset + slope * Math.log(p / (1 - p)))))
}

/** The weights for exactly these members; for a set that was never fitted, an equal share each. */
export function poolWeights({ pools }: Measurement, members: readonly string[]): PoolWeights {
  const wanted = members.toSorted().join(' ')
  const found = pools.find((pool) => pool.members.toSorted().join(' ') === wanted)
  if (found) return found
  return {
    members: [...members],
    rule: 'logarithmic',
    prior: 0,
    weights: Object.fromEntries(members.map((member) => [member, 1 / Math.max(1, members.length)])),
  }
}
