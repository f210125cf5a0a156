/** What was read of a person's expression and kept on a session's timeline, with consent. */

export const readingSources = ['face', 'voice', 'text', 'fused'] as const
export type ReadingSource = (typeof readingSources)[number]

export interface KeptReading {
  readonly source: ReadingSource
  /** Position on the session's clock in milliseconds. */
  readonly atMs: number
  /** Number of the turn that was read; null where it was no turn. */
  readonly turn: number | null
  /** Probability per label, summing to one; null when nothing could be read. */
  readonly scores: Readonly<Record<string, number>> | null
  /** 0..1; null where there is none. */
  readonly quality: number | null
  /** 0 (certain) .. 1 (nothing known); null when nothing could be read. */
  readonly uncertainty: number | null
  /** Why the quality is not 1, or why nothing could be read. */
  readonly reasons: readonly string[]
}
