/**
 * Readings of one modality of one person over time: an exponentially weighted mean for readings that come
 * at uneven times (Eckner 2014), each weighted by its quality, that forgets across gaps.
 */
import {
  distribution,
  normalised,
  type Distribution,
  type EmotionReading,
  type Modality,
  type ModalityReading,
} from '../reading.ts'

export interface SmoothingRules {
  /** Seconds after which a reading counts 1/e of a new one; 0 keeps only the latest. */
  readonly fades: number
  /** Seconds without a reading after which nothing is said any more and what was before is forgotten. */
  readonly holds: number
}

/** Faces are read several times a second, voices about once a second, words once per turn. */
export const smoothingRules: Readonly<Record<Modality, SmoothingRules>> = {
  face: { fades: 0.8, holds: 2 },
  voice: { fades: 2, holds: 5 },
  text: { fades: 4, holds: 15 },
}

interface State {
  /** Seconds of the latest reading. */
  readonly at: number
  /** Sum of the faded qualities, and of scores and quality weighted by them. */
  readonly weight: number
  readonly scores: Distribution
  readonly quality: number
  readonly valence: Faded
  readonly arousal: Faded
  readonly latest: EmotionReading
}

interface Faded {
  readonly sum: number
  readonly weight: number
}

const nothing: Faded = { sum: 0, weight: 0 }

export class Smoother {
  readonly #modality: Modality
  readonly #rules: SmoothingRules
  #state: State | null = null
  #reasons: readonly string[] = ['not-given']

  constructor(modality: Modality, rules: SmoothingRules = smoothingRules[modality]) {
    this.#modality = modality
    this.#rules = rules
  }

  /**
   * Takes in a reading. A missing one changes no score: it explains why the others have ended.
   *
   * @param at seconds on the shared clock; one that lies before the latest reading is left out
   */
  push(reading: ModalityReading, at: number): void {
    if (reading.kind === 'missing') {
      this.#reasons = reading.reasons
      return
    }
    const before = this.#state
    if (before && at < before.at) return
    const { fades, holds } = this.#rules
    const gap = before ? at - before.at : Infinity
    const kept = before && gap <= holds && fades > 0 ? Math.exp(-gap / fades) : 0
    const quality = reading.quality.score
    const fade = (old: number | undefined): number => (kept === 0 ? 0 : kept * (old ?? 0))
    const axis = (name: 'valence' | 'arousal'): Faded => {
      const old = before?.[name] ?? nothing
      const value = reading[name]
      return {
        sum: fade(old.sum) + (value === undefined ? 0 : quality * value),
        weight: fade(old.weight) + (value === undefined ? 0 : quality),
      }
    }
    this.#state = {
      at,
      weight: fade(before?.weight) + quality,
      scores: distribution((emotion) => fade(before?.scores[emotion]) + quality * reading.scores[emotion]),
      quality: fade(before?.quality) + quality * quality,
      valence: axis('valence'),
      arousal: axis('arousal'),
      latest: reading,
    }
    this.#reasons = ['stale']
  }

  /** The smoothed reading at `at` seconds; `missing` when the latest is older than the rules hold it. */
  at(at: number): ModalityReading {
    const state = this.#state
    if (!state || at - state.at > this.#rules.holds || state.weight <= 0)
      return { kind: 'missing', modality: this.#modality, reasons: this.#reasons }
    const { latest, weight, valence, arousal } = state
    return {
      kind: 'reading',
      modality: this.#modality,
      scores: normalised(state.scores),
      quality: { score: Math.min(1, state.quality / weight), reasons: latest.quality.reasons },
      blind: latest.blind,
      ...(valence.weight > 0 ? { valence: valence.sum / valence.weight } : {}),
      ...(arousal.weight > 0 ? { arousal: arousal.sum / arousal.weight } : {}),
    }
  }
}
