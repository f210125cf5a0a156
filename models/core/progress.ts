/** How far long work has come. Sent as deltas; the last one stands. */
export interface Progress {
  /** What is being done, in the user's words: "Reading weights". */
  readonly stage: string
  /** Share done, 0..1, or null while it cannot be known. */
  readonly fraction: number | null
  /** Seconds left as far as it can be told, or null. */
  readonly secondsLeft: number | null
}

export type OnProgress = (progress: Progress) => void
