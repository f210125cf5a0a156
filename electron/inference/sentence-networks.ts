/** The small text networks of the inference child. */
import type { ModalityReading } from '../../models/emotion/reading.ts'
import { openSentenceEncoder, sentenceEncoderFiles, type LocalSentenceEncoder } from './sentence-encoder.ts'
import { ShippedNetwork } from './shipped-network.ts'
import { TextReader, textReaderFiles } from './text-reader.ts'
import type { VerifiedFiles } from './verified-files.ts'

export class SentenceNetworks {
  readonly #encoder: ShippedNetwork<LocalSentenceEncoder>
  readonly #reader: ShippedNetwork<TextReader>

  /** @param resources the product's resources folder */
  constructor(resources: string, verified: VerifiedFiles) {
    this.#encoder = new ShippedNetwork(resources, sentenceEncoderFiles, verified, openSentenceEncoder)
    this.#reader = new ShippedNetwork(resources, textReaderFiles, verified, (from) => TextReader.open(from))
  }

  async embed(sentences: readonly string[]): Promise<readonly Float32Array[]> {
    return (await this.#encoder.get()).encode(sentences)
  }

  async readTexts(texts: readonly string[]): Promise<readonly ModalityReading[]> {
    return (await this.#reader.get()).read(texts)
  }
}
