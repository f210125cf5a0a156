/** What of the running estimates is kept: one moment every few seconds, each to be stored as soon as it is made. */
import { uncertainty, type ModalityReading } from '../../models/emotion/reading.ts'
import type { FusedEstimate } from '../../models/emotion/fusion/index.ts'
import type { KeptReading, ReadingSource } from '../../models/session/kept-reading.ts'

/**
 * Seconds between two moments that are kept: all that is lost when the app is killed. Estimates fade over about as
 * long, so that moments closer together would say the same.
 */
export const keptEvery = 2

export class KeptTimeline {
  readonly #every: number
  #lastMoment = -Infinity

  constructor(every = keptEvery) {
    this.#every = every
  }

  /**
   * Whether a moment is due; the next is so again after `every` seconds.
   *
   * @param now seconds on a clock that never stands still; the session's own clock may
   */
  isDue(now: number): boolean {
    if (now - this.#lastMoment < this.#every) return false
    this.#lastMoment = now
    return true
  }
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4

export function keptReading(reading: ModalityReading, atMs: number, turn: number | null): KeptReading {
  const source = reading.modality
  if (reading.kind === 'missing') return missing(source, atMs, turn, reading.reasons)
  return {
    source,
    atMs,
    turn,
    scores: Object.fromEntries(Object.entries(reading.scores).map(([label, p]) => [label, rounded(p)])),
    quality: rounded(reading.quality.score),
    uncertainty: rounded(uncertainty(reading.scores)),
    reasons: reading.quality.reasons,
  }
}

export function keptEstimate(estimate: FusedEstimate, atMs: number): KeptReading {
  if (estimate.kind === 'missing') return missing('fused', atMs, null, estimate.reasons)
  return {
    source: 'fused',
    atMs,
    turn: null,
    scores: Object.fromEntries(Object.entries(estimate.scores).map(([label, p]) => [label, rounded(p)])),
    quality: rounded(estimate.quality.score),
    uncertainty: rounded(estimate.uncertainty),
    reasons: estimate.quality.reasons,
  }
}

const missing = (
  source: ReadingSource,
  atMs: number,
  turn: number | null,
  reasons: readonly string[],
): KeptReading => ({ source, atMs, turn, scores: null, quality: null, uncertainty: null, reasons })
