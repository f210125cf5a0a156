/** The bundled knowledge base and its guide, read when first asked for: half a second, once. */
import { Guide } from '../../models/dialogue/guide/guide.ts'
import { FindingReader } from '../../models/dialogue/reading/reader.ts'
import { remembering, type SentenceEncoder } from '../../models/embedding/sentence-encoder.ts'
import type { FindingIndex } from '../../models/dialogue/reading/finding-index.ts'
import type { Cues } from '../../models/dialogue/reading/cues.ts'
import type { KnowledgeBase } from '../../models/knowledge/knowledge-base.ts'
import { openFindingIndex } from '../finding-files.ts'
import { openCues } from '../guide-files.ts'
import { openKnowledge } from '../knowledge-files.ts'
import type { Knowledge } from './ports.ts'

/** Sentences of one consultation. */
const sentencesKept = 2000

export class KnowledgeFolder implements Knowledge {
  readonly #resources: string
  readonly #encoder: SentenceEncoder
  #base: KnowledgeBase | null = null
  #cues: Cues | null = null
  #index: FindingIndex | null = null

  /**
   * @param resources the product's resources folder
   * @param encoder the bundled sentence encoder
   */
  constructor(resources: string, encoder: SentenceEncoder) {
    this.#resources = resources
    this.#encoder = encoder
  }

  get base(): KnowledgeBase {
    this.#base ??= openKnowledge(this.#resources)
    return this.#base
  }

  guide(): Guide {
    this.#cues ??= openCues(this.#resources)
    this.#index ??= openFindingIndex(this.#resources, this.base, this.#encoder.width, () => true)
    // What was said is remembered for one reading: nothing of it may outlast a lock.
    const encoder = remembering(this.#encoder, sentencesKept)
    return new Guide(this.base, this.#cues, new FindingReader(this.base, this.#index, encoder))
  }
}
