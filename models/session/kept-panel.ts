/** A panel's second opinion on a session's timeline, and the servers that a person named for panels. */
import type { Id, Timestamp } from './session.ts'

export interface KeptPanel {
  readonly id: Id
  /** Number of the last turn that the panel saw; 0 where there was none. */
  readonly afterTurn: number
  /** That turn's position on the session's clock, in ms. */
  readonly atMs: number
  readonly startedAt: Timestamp
  readonly endedAt: Timestamp
  /** The whole record as JSON; what is in it belongs to the panel. */
  readonly record: string
}

export interface KeptEndpoint {
  readonly id: Id
  readonly name: string
  readonly url: string
  readonly model: string
  readonly hasKey: boolean
}
