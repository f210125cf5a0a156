/** A model text while it is being written, assembled from the deltas of its job. */
import type { Job, JobDelta, JobId } from '../../../models/contract/operations.ts'
import type { Failure } from '../../../models/core/failure.ts'
import type { Progress } from '../../../models/core/progress.ts'
import type { Id, NoteSectionId } from '../../../models/session/session.ts'

export type StreamKind = 'chat' | 'suggest' | 'note'

/** Text by note section; a chat reply or a question has one part under `text`. */
export type StreamPart = NoteSectionId | 'text'

export class Stream {
  readonly job: JobId
  readonly session: Id
  readonly kind: StreamKind
  /** True when this window missed the beginning, so that the text shown starts in the middle. */
  readonly late: boolean
  /** Grows with every text that was started, in the order of their starts. */
  readonly sequence: number
  parts = $state.raw<Readonly<Partial<Record<StreamPart, string>>>>({})
  /** The part that grew last. */
  part = $state<StreamPart | null>(null)
  tokens = $state(0)
  tokensPerSecond = $state(0)
  progress = $state.raw<Progress | null>(null)
  stopping = $state(false)

  constructor(job: JobId, session: Id, kind: StreamKind, sequence: number, late = false) {
    this.job = job
    this.session = session
    this.kind = kind
    this.sequence = sequence
    this.late = late
  }

  get text(): string {
    return this.parts.text ?? ''
  }

  get empty(): boolean {
    return this.part === null
  }

  append(push: JobDelta): void {
    const part = push.kind === 'note' ? push.section : 'text'
    this.part = part
    this.parts = { ...this.parts, [part]: (this.parts[part] ?? '') + push.delta.text }
    this.tokens = push.delta.tokens
    if (push.delta.tokensPerSecond > 0) this.tokensPerSecond = push.delta.tokensPerSecond
  }
}

/** A text whose job failed: why, and what had been written by then. */
export interface BrokenOff {
  readonly failure: Failure
  readonly parts: Stream['parts']
}

export function isStreamKind(kind: Job['kind']): kind is StreamKind {
  return kind === 'chat' || kind === 'suggest' || kind === 'note'
}
