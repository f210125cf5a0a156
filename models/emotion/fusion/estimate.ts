/** What the modalities say together about one person at one moment, and the port that answers it. */
import {
  distribution,
  emotions,
  modalities,
  uncertainty,
  type Distribution,
  type EmotionReading,
  type Modality,
  type ModalityReading,
  type Quality,
} from '../reading.ts'
import { fail } from '../../core/failure.ts'
import { disagreementOf, type Disagreement } from './disagreement.ts'

export type Readings = Readonly<Record<Modality, ModalityReading>>

export interface JointEstimate {
  readonly kind: 'estimate'
  readonly scores: Distribution
  /** 0 (certain) .. 1 (nothing known); grows with each modality that is missing and with disagreement. */
  readonly uncertainty: number
  /** How much each modality counted, summing to one; 0 where it is missing. */
  readonly shares: Readonly<Record<Modality, number>>
  /** Modalities without a reading, in the order of `modalities`. */
  readonly missing: readonly Modality[]
  readonly disagreement: Disagreement
  /** Mean by share; reasons as "face: blurred". */
  readonly quality: Quality
  /** Unpleasant to pleasant and calm to stirred, -1..1, where a modality gives it. */
  readonly valence?: number
  readonly arousal?: number
}

/** No modality could be read. Never to be shown or counted as neutral. */
export interface NoEstimate {
  readonly kind: 'missing'
  readonly missing: readonly Modality[]
  /** As "face: blurred". */
  readonly reasons: readonly string[]
}

export type FusedEstimate = JointEstimate | NoEstimate

/** Joins what the modalities present say; all seven subsets work, and none gives `missing`. */
export type Fusion = (readings: Readings) => FusedEstimate

/** `missing` for every modality that is not named. */
export const readingsOf = (present: readonly ModalityReading[]): Readings =>
  Object.fromEntries(
    modalities.map((modality): [Modality, ModalityReading] => [
      modality,
      present.find((reading) => reading.modality === modality) ?? {
        kind: 'missing',
        modality,
        reasons: ['not-given'],
      },
    ]),
  ) as Readings

/** What a fusion computes; the rest of an estimate is the same for each. */
export interface Joined {
  readonly scores: Distribution
  /** Weights of the readings in order, not negative; scaled to shares. */
  readonly weights: readonly number[]
}

/**
 * Certainty left when one or two of the three modalities are missing: a stated choice, so that one modality
 * alone is never shown as certain however sure it is.
 */
const coverage = [0, 0.8, 0.9, 1] as const

/**
 * A fusion from the function that joins the readings present (at least one, in the order of `modalities`).
 *
 * The certainty of the joint distribution (one minus its share of the greatest entropy) is multiplied by
 * `coverage` and by one minus the disagreement. Fails with `invalid-request` when a reading holds a number
 * that is none.
 */
export function fusion(join: (present: readonly EmotionReading[]) => Joined): Fusion {
  return (readings) => {
    const present = modalities.flatMap((modality) => {
      const reading = readings[modality]
      return reading.kind === 'reading' ? [checked(reading)] : []
    })
    const missing = modalities.filter((modality) => readings[modality].kind === 'missing')
    if (present.length === 0)
      return {
        kind: 'missing',
        missing,
        reasons: modalities.flatMap((modality) => {
          const reading = readings[modality]
          return reading.kind === 'missing' ? reading.reasons.map((reason) => `${modality}: ${reason}`) : []
        }),
      }
    const { scores, weights } = join(present)
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const shares = weights.map((weight) => (total > 0 ? weight / total : 1 / weights.length))
    const disagreement = disagreementOf(present)
    return {
      kind: 'estimate',
      scores,
      uncertainty: 1 - (1 - uncertainty(scores)) * coverage[present.length]! * (1 - disagreement.value),
      shares: Object.fromEntries(
        modalities.map((modality) => [
          modality,
          shares[present.findIndex((reading) => reading.modality === modality)] ?? 0,
        ]),
      ) as Record<Modality, number>,
      missing,
      disagreement,
      quality: {
        score: present.reduce((sum, { quality }, index) => sum + shares[index]! * quality.score, 0),
        reasons: present.flatMap(({ modality, quality }) =>
          quality.reasons.map((reason) => `${modality}: ${reason}`),
        ),
      },
      ...axis('valence', present, shares),
      ...axis('arousal', present, shares),
    }
  }
}

function axis(
  name: 'valence' | 'arousal',
  present: readonly EmotionReading[],
  shares: readonly number[],
): Partial<Record<'valence' | 'arousal', number>> {
  let sum = 0
  let weight = 0
  for (const [index, reading] of present.entries()) {
    const value = reading[name]
    if (value === undefined) continue
    sum += shares[index]! * value
    weight += shares[index]!
  }
  return weight > 0 ? { [name]: sum / weight } : {}
}

function checked(reading: EmotionReading): EmotionReading {
  const numbers = [...emotions.map((emotion) => reading.scores[emotion]), reading.quality.score]
  if (numbers.some((value) => !(value >= 0 && value <= 1)))
    fail('invalid-request', `The reading of the ${reading.modality} holds no probabilities. Read it again.`, {
      modality: reading.modality,
    })
  return reading
}

/**
 * How much likelier each label is by a reading than it was before, 1 for those it is blind to: what a
 * modality cannot tell it neither supports nor denies. The labels it can tell are held equally likely before.
 */
export function evidence({ scores, blind }: EmotionReading): Distribution {
  const told = emotions.filter((emotion) => !blind.includes(emotion))
  const total = told.reduce((sum, emotion) => sum + scores[emotion], 0)
  return distribution((emotion) =>
    blind.includes(emotion) || total <= 0 ? 1 : (told.length * scores[emotion]) / total,
  )
}
