/** Jobs that wait for the inference child, in the order they came. */
import type { Failure } from '../../models/core/failure.ts'
import type { OnProgress } from '../../models/core/progress.ts'
import type { ProcessKind, TokenDelta } from '../../models/decoding/language-model.ts'
import type { JobRequest } from './protocol.ts'

export interface QueuedJob {
  readonly id: number
  readonly request: JobRequest
  /** The kind of process that can do it; null for any. */
  readonly process: ProcessKind | null
  readonly onProgress: OnProgress
  readonly onDelta: (delta: TokenDelta) => void
  readonly resolve: (value: unknown) => void
  readonly reject: (failure: Failure) => void
}

export class JobQueue {
  readonly #jobs: QueuedJob[] = []

  get size(): number {
    return this.#jobs.length
  }

  push(job: QueuedJob): void {
    this.#jobs.push(job)
  }

  first(): QueuedJob | undefined {
    return this.#jobs[0]
  }

  shift(): QueuedJob | undefined {
    return this.#jobs.shift()
  }

  /** Whether the job was still waiting. */
  remove(job: QueuedJob): boolean {
    const index = this.#jobs.indexOf(job)
    if (index >= 0) this.#jobs.splice(index, 1)
    return index >= 0
  }

  /** Takes all of them. */
  drain(): readonly QueuedJob[] {
    return this.#jobs.splice(0)
  }
}
