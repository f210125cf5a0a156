/** Long work, one at a time: started, followed, stopped and ended in one place. */
import type { Job, JobDelta, JobId, JobOutcome, Pushes, PushName } from '../../models/contract/operations.ts'
import { fail, failureOf, FailureError, type Failure } from '../../models/core/failure.ts'
import type { Progress } from '../../models/core/progress.ts'
import type { Id } from '../../models/session/session.ts'
import { DeltaStream } from './delta-stream.ts'

export type Push = <K extends PushName>(name: K, payload: Pushes[K]) => void

export interface JobContext {
  /** Aborted when the person stops the job or the vault locks. */
  readonly signal: AbortSignal
  readonly progress: (progress: Progress) => void
  readonly delta: (delta: JobDelta) => void
}

export interface JobWork {
  readonly kind: Job['kind']
  /** Shown to the person; never patient text. */
  readonly title: string
  readonly session: Id | null
  /** Stores what it brings before it resolves: the end is announced right after. */
  run(context: JobContext): Promise<JobOutcome>
}

export interface JobQueueOptions {
  readonly push: Push
  readonly newId: () => Id
  readonly now: () => Date
  /** Told about bugs; expected trouble only travels to the window. */
  readonly reportBug: (error: unknown) => void
  /** Shortest time between two pushes of one job's deltas, in ms. */
  readonly deltaIntervalMs?: number
  /** Most jobs that may wait. */
  readonly capacity?: number
}

interface Entry {
  job: Job
  readonly work: JobWork
  readonly abort: AbortController
  readonly ended: Promise<void>
  readonly settle: () => void
}

const waiting: Progress = { stage: 'Waiting', fraction: null, secondsLeft: null }
const starting: Progress = { stage: 'Starting', fraction: null, secondsLeft: null }
const stopped: Failure = { code: 'cancelled', message: 'Stopped.' }

/** The engine serves one request at a time, so a second job waits its turn and can be stopped there. */
export class JobQueue {
  readonly #options: JobQueueOptions
  readonly #entries = new Map<JobId, Entry>()
  #running: Entry | null = null

  constructor(options: JobQueueOptions) {
    this.#options = options
  }

  /** Fails with `refused` when too much is waiting already. */
  start(work: JobWork): Job {
    if (this.#entries.size >= (this.#options.capacity ?? 32))
      fail('refused', 'Too much is waiting for the model already. Wait for it, or stop something first.')
    let settle = (): void => undefined
    const ended = new Promise<void>((resolve) => (settle = resolve))
    const entry: Entry = {
      job: {
        id: this.#options.newId(),
        kind: work.kind,
        title: work.title,
        session: work.session,
        progress: this.#running ? waiting : starting,
        startedAt: this.#options.now().toISOString(),
      },
      work,
      abort: new AbortController(),
      ended,
      settle,
    }
    this.#entries.set(entry.job.id, entry)
    this.#options.push('job.started', entry.job)
    // The reply with the job's id leaves before the job can end.
    setImmediate(() => this.#next())
    return entry.job
  }

  list(): readonly Job[] {
    return [...this.#entries.values()].map((entry) => entry.job)
  }

  /** Asks a job to stop; it ends soon after. A job that has ended already is no error. */
  cancel(id: JobId): void {
    const entry = this.#entries.get(id)
    if (!entry) return
    entry.abort.abort()
    if (entry !== this.#running) this.#end(entry, { job: id, ok: false, failure: stopped })
  }

  /** Stops every job that `which` selects; resolves when they have ended and stored what they had. */
  async cancelAll(which: (job: Job) => boolean = () => true): Promise<void> {
    const chosen = [...this.#entries.values()].filter((entry) => which(entry.job))
    for (const entry of chosen) this.cancel(entry.job.id)
    await Promise.all(chosen.map((entry) => entry.ended))
  }

  #next(): void {
    if (this.#running) return
    const entry = this.#entries.values().next().value
    if (!entry) return
    this.#running = entry
    void this.#run(entry)
  }

  async #run(entry: Entry): Promise<void> {
    const { id, session } = entry.job
    const deltas = new DeltaStream(
      (delta) => this.#options.push('job.delta', { job: id, session, ...delta }),
      this.#options.deltaIntervalMs ?? 33,
    )
    const progress = (step: Progress): void => {
      entry.job = { ...entry.job, progress: step }
      this.#options.push('job.progress', { job: id, progress: step })
    }
    let end: Pushes['job.ended']
    try {
      if (entry.job.progress === waiting) progress(starting)
      const outcome = await entry.work.run({
        signal: entry.abort.signal,
        progress,
        delta: (delta) => deltas.add(delta),
      })
      end = { job: id, ok: true, outcome }
    } catch (error) {
      const failure = failureOf(error)
      if (failure.code === 'internal' || (error instanceof FailureError && error.cause !== undefined))
        this.#options.reportBug(error)
      end = { job: id, ok: false, failure }
    }
    deltas.close()
    this.#running = null
    this.#end(entry, end)
    this.#next()
  }

  #end(entry: Entry, end: Pushes['job.ended']): void {
    if (!this.#entries.delete(entry.job.id)) return
    this.#options.push('job.ended', end)
    entry.settle()
  }
}
