/** The bundled knowledge base and its guide, read when first asked for: a quarter of a second, once. */
import type { Guide } from '../../models/dialogue/guide/guide.ts'
import type { KnowledgeBase } from '../../models/knowledge/knowledge-base.ts'
import { openGuide } from '../guide-files.ts'
import { openKnowledge } from '../knowledge-files.ts'
import type { Knowledge } from './ports.ts'

export class KnowledgeFolder implements Knowledge {
  readonly #resources: string
  #base: KnowledgeBase | null = null
  #guide: Guide | null = null

  /** @param resources the product's resources folder */
  constructor(resources: string) {
    this.#resources = resources
  }

  get base(): KnowledgeBase {
    this.#base ??= openKnowledge(this.#resources)
    return this.#base
  }

  get guide(): Guide {
    this.#guide ??= openGuide(this.#resources, this.base)
    return this.#guide
  }
}
