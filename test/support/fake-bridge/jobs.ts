/** Jobs, which move when the test says so, or by themselves for looking at screens. */
import type { Job, JobId, JobOutcome } from '../../../models/contract/operations.ts'
import type { Failure } from '../../../models/core/failure.ts'
import type { NoteSectionId } from '../../../models/session/session.ts'
import { playedTexts } from '../bridge-samples.ts'
import { newId } from '../session-records.ts'
import { outcomeOf } from './outcomes.ts'
import type { FakeState, HandlersOf } from './state.ts'

export class FakeJobs {
  readonly all: Job[] = []
  readonly noteRequests = new Map<JobId, readonly NoteSectionId[]>()
  readonly handlers: HandlersOf<'job'> = {
    'job.list': () => this.all,
    'job.cancel': ({ job }) => {
      if (this.all.some(({ id }) => id === job)) {
        this.fail(job, { code: 'cancelled', message: 'Stopped.' })
      }
      return null
    },
  }
  readonly #state: FakeState
  readonly #autoplay: boolean

  constructor(state: FakeState, autoplay: boolean) {
    this.#state = state
    this.#autoplay = autoplay
  }

  progress(job: JobId, stage: string, fraction: number | null, secondsLeft: number | null = null): void {
    const progress = { stage, fraction, secondsLeft }
    const index = this.all.findIndex(({ id }) => id === job)
    const before = this.all[index]
    if (before) this.all[index] = { ...before, progress }
    this.#state.push('job.progress', { job, progress })
  }

  /** Streams one piece of text into the session of a chat, suggestion or note job. */
  stream(job: JobId, text: string, section: NoteSectionId = 'subjective'): void {
    const found = this.#job(job)
    const delta = {
      text,
      tokens: 1,
      tokensPerSecond: 41,
      context: { usedTokens: 3110, capacityTokens: 8192 },
    }
    const head = { job, session: found.session }
    if (found.kind === 'note') this.#state.push('job.delta', { ...head, kind: 'note', section, delta })
    else if (found.kind === 'chat' || found.kind === 'suggest') {
      this.#state.push('job.delta', { ...head, kind: found.kind, delta })
    }
  }

  /** Ends a job with what the model would have written. */
  finish(job: JobId, text = ''): void {
    const found = this.#job(job)
    this.#end(job)
    this.#state.push('job.ended', {
      job,
      ok: true,
      outcome: outcomeOf(this.#state, found, text, this.noteRequests.get(job)),
    })
  }

  /** Ends a job with an outcome of the test's own. */
  finishWith(job: JobId, outcome: JobOutcome): void {
    this.#end(job)
    this.#state.push('job.ended', { job, ok: true, outcome })
  }

  fail(job: JobId, failure: Failure): void {
    this.#end(job)
    this.#state.push('job.ended', { job, ok: false, failure })
  }

  start(kind: Job['kind'], title: string, of: string | null): JobId {
    const job: Job = {
      id: newId(),
      kind,
      title,
      session: of,
      progress: { stage: 'Waiting', fraction: null, secondsLeft: null },
      startedAt: '2026-11-25T11:42:00.000Z',
    }
    this.all.push(job)
    this.#state.push('job.started', job)
    if (this.#autoplay) this.#play(job, 0)
    return job.id
  }

  #play(job: Job, step: number): void {
    const text = playedTexts[job.kind] ?? ''
    const words = text.split(/(?<= )/)
    const steps = text ? words.length : 20
    setTimeout(() => {
      if (!this.all.some(({ id }) => id === job.id)) return
      if (step >= steps) {
        this.finish(job.id, text)
        return
      }
      if (text) this.stream(job.id, words[step] ?? '')
      else this.progress(job.id, 'Reading weights', step / steps, (steps - step) * 0.2)
      this.#play(job, step + 1)
    }, 200)
  }

  #job(id: JobId): Job {
    const found = this.all.find((job) => job.id === id)
    if (!found) throw new Error(`no job ${id}`)
    return found
  }

  #end(job: JobId): void {
    const index = this.all.findIndex(({ id }) => id === job)
    if (index >= 0) this.all.splice(index, 1)
  }
}
