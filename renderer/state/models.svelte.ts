/** Installed models: what fits this machine, what is prepared, and preparing, importing and removing. */
import type { Job, JobId } from '../../models/contract/operations.ts'
import type { ModelId, ModelSummary } from '../../models/decoding/language-model.ts'
import type { SelfTestReport } from '../../models/decoding/self-test.ts'
import type { Requests } from './requests.ts'

/** The model the app answers with. */
export const appModel: ModelId = 'default'

export class ModelsState {
  list = $state.raw<readonly ModelSummary[]>([])
  loaded = $state(false)
  /** The newest self-test of each model. */
  selfTests = $state.raw<Readonly<Record<ModelId, SelfTestReport>>>({})
  /** Which model each preparation that was started here is of. */
  #preparing = $state.raw<Readonly<Record<JobId, ModelId>>>({})
  /** The model that the app uses, or the first bundled one where the list names no default. */
  readonly current = $derived(
    this.list.find(({ id }) => id === appModel) ??
      this.list.find(({ origin }) => origin === 'bundled') ??
      null,
  )
  readonly #requests: Requests
  readonly #toast: (text: string) => void

  constructor(requests: Requests, toast: (text: string) => void) {
    this.#requests = requests
    this.#toast = toast
    requests.bridge.on('job.ended', (end) => {
      if (!end.ok) return
      if (end.outcome.kind === 'import') toast(`${end.outcome.model.name} is imported.`)
      if (end.outcome.kind === 'import' || end.outcome.kind === 'prepare') void this.load()
      if (end.outcome.kind === 'self-test') {
        const { report } = end.outcome
        this.selfTests = { ...this.selfTests, [report.model]: report }
      }
    })
  }

  async load(): Promise<void> {
    const list = await this.#requests.ask('models.list', {}, () => void this.load())
    if (list) this.list = list
    this.loaded = true
  }

  /** Starts preparing; the job shows its own progress. False when it could not start. */
  async prepare(model: ModelId): Promise<boolean> {
    const started = await this.#requests.ask('models.prepare', { model }, () => void this.prepare(model))
    if (!started) return false
    this.#preparing = { ...this.#preparing, [started.job]: model }
    return true
  }

  /** The preparation of this model among the given jobs, or null. */
  preparation(model: ModelId, jobs: readonly Job[]): Job | null {
    return jobs.find(({ id }) => this.#preparing[id] === model) ?? null
  }

  /** Work on models that no installed model shows: imports, and preparations that others started. */
  unplaced(jobs: readonly Job[]): readonly Job[] {
    return jobs.filter(
      ({ id, kind }) =>
        kind === 'import' ||
        kind === 'self-test' ||
        (kind === 'prepare' && this.#preparing[id] === undefined),
    )
  }

  /** Starts decoding the same texts with and without guesses; the result comes with the end of the job. */
  async selfTest(model: ModelId): Promise<void> {
    await this.#requests.ask('models.selfTest', { model }, () => void this.selfTest(model))
  }

  async import(): Promise<void> {
    await this.#requests.ask('models.import', {}, () => void this.import())
  }

  async remove(model: ModelSummary): Promise<void> {
    if ((await this.#requests.ask('models.remove', { model: model.id })) === undefined) return
    await this.load()
    this.#toast(`${model.name} is removed.`)
  }
}
