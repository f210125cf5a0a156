/** What panels need of the bundled resources, read when a panel is first asked for. */
import type { SentenceEncoder } from '../../models/embedding/sentence-encoder.ts'
import { openKnowledge } from '../knowledge-files.ts'
import { bundledSources, openPanelTools, type PanelTools } from '../panel-files.ts'
import type { PanelDesk } from './ports.ts'

export class PanelFolder implements PanelDesk {
  readonly #resources: string
  readonly #encoder: () => Promise<SentenceEncoder>
  #tools: Promise<PanelTools> | null = null

  /**
   * @param resources the product's resources folder
   * @param encoder the bundled sentence encoder
   */
  constructor(resources: string, encoder: () => Promise<SentenceEncoder>) {
    this.#resources = resources
    this.#encoder = encoder
  }

  tools(): Promise<PanelTools> {
    this.#tools ??= this.#open().catch((error: unknown) => {
      this.#tools = null
      throw error
    })
    return this.#tools
  }

  async #open(): Promise<PanelTools> {
    const base = openKnowledge(this.#resources)
    return openPanelTools(
      this.#resources,
      base,
      await this.#encoder(),
      () => true,
      bundledSources(this.#resources, base),
    )
  }
}
