/** The small text networks of the inference child: opened when first asked for, and kept. */
import type { ModalityReading } from '../../models/emotion/reading.ts'
import { openSentenceEncoder, type LocalSentenceEncoder } from './sentence-encoder.ts'
import { TextReader } from './text-reader.ts'

export class SentenceNetworks {
  readonly #resources: string
  #encoder: Promise<LocalSentenceEncoder> | null = null
  #reader: Promise<TextReader> | null = null

  /** @param resources the product's resources folder */
  constructor(resources: string) {
    this.#resources = resources
  }

  async embed(sentences: readonly string[]): Promise<readonly Float32Array[]> {
    this.#encoder ??= openSentenceEncoder(this.#resources)
    return (await this.#encoder).encode(sentences)
  }

  async readTexts(texts: readonly string[]): Promise<readonly ModalityReading[]> {
    this.#reader ??= TextReader.open(this.#resources)
    return (await this.#reader).read(texts)
  }
}
