/** A topic that a question asks about. */
export interface TopicMatch {
  /** A standard topic, or one of a case's own. */
  readonly topic: string
  /** How sure the reading is, 0..1; what rules read has 1. */
  readonly score: number
}
