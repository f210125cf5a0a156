/** What of the running estimates is kept: one moment every few seconds, handed on in batches. */
import { uncertainty, type ModalityReading } from '../../models/emotion/reading.ts'
import type { FusedEstimate } from '../../models/emotion/fusion/index.ts'
import type { KeptReading, ReadingSource } from '../../models/session/kept-reading.ts'

export interface KeepingRules {
  /** Seconds between two moments that are kept. */
  readonly every: number
  /** Seconds after which a batch is due. */
  readonly batch: number
}

export const keepingRules: KeepingRules = { every: 5, batch: 15 }

export class KeptTimeline {
  readonly #rules: KeepingRules
  #pending: KeptReading[] = []
  #lastMoment = -Infinity
  #firstPending = Infinity

  constructor(rules: KeepingRules = keepingRules) {
    this.#rules = rules
  }

  /**
   * Keeps a moment when one is due.
   *
   * @param now seconds on a clock that never stands still; the session's own clock may
   */
  moment(now: number, rows: () => readonly KeptReading[]): void {
    if (now - this.#lastMoment < this.#rules.every) return
    this.#lastMoment = now
    this.add(now, rows())
  }

  add(now: number, rows: readonly KeptReading[]): void {
    if (rows.length === 0) return
    this.#pending.push(...rows)
    this.#firstPending = Math.min(this.#firstPending, now)
  }

  isDue(now: number): boolean {
    return now - this.#firstPending >= this.#rules.batch
  }

  /** Everything that waits, which then waits no longer. */
  take(): readonly KeptReading[] {
    const taken = this.#pending
    this.#pending = []
    this.#firstPending = Infinity
    return taken
  }

  drop(sources: readonly ReadingSource[]): void {
    this.#pending = this.#pending.filter(({ source }) => !sources.includes(source))
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
