/** Long work under way: every job with its progress, and how to stop it. */
import type { Job, JobId } from '../../models/contract/operations.ts'
import type { Id } from '../../models/session/session.ts'
import type { Report, Requests } from './requests.ts'

export class JobsState {
  list = $state.raw<readonly Job[]>([])
  readonly #requests: Requests

  constructor(requests: Requests, report: Report) {
    this.#requests = requests
    requests.bridge.on('job.started', (job) => {
      this.list = [...this.list.filter(({ id }) => id !== job.id), job]
    })
    requests.bridge.on('job.progress', ({ job, progress }) => {
      this.list = this.list.map((each) => (each.id === job ? { ...each, progress } : each))
    })
    requests.bridge.on('job.ended', (end) => {
      const job = this.list.find(({ id }) => id === end.job)
      this.list = this.list.filter(({ id }) => id !== end.job)
      // A session's own job is reported beside its text, or by the session's state when it is not open.
      if (!end.ok && end.failure.code !== 'cancelled' && !job?.session) report(end.failure)
    })
  }

  async load(): Promise<void> {
    const list = await this.#requests.ask('job.list', {})
    if (list) this.list = list
  }

  /** Jobs that belong to one session. */
  of(session: Id): readonly Job[] {
    return this.list.filter((job) => job.session === session)
  }

  async cancel(job: JobId): Promise<void> {
    await this.#requests.ask('job.cancel', { job })
  }

  clear(): void {
    this.list = []
  }
}
