/** Installed models: what fits this machine, what is prepared, and preparing, importing and removing. */
import type { ModelId, ModelSummary } from '../../models/decoding/language-model.ts'
import type { Requests } from './requests.ts'

/** The model the app answers with. */
export const appModel: ModelId = 'default'

export class ModelsState {
  list = $state.raw<readonly ModelSummary[]>([])
  loaded = $state(false)
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
    return started !== undefined
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
