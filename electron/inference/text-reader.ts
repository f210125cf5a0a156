/** Reads the emotion of what was said: the text network over the windows of a text. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  sentenceBatches,
  sentenceTokenizer,
  type SentenceTokenizer,
} from '../../models/embedding/sentence-encoder.ts'
import { emotions, type Distribution, type ModalityReading } from '../../models/emotion/reading.ts'
import { judgeText } from '../../models/emotion/text/text-quality.ts'
import { textProbabilities, textReading } from '../../models/emotion/text/text-reading.ts'
import { OnnxSession, tensor } from './onnx.ts'

/** What a text reader reads, relative to the resources folder; it shares the encoder's tokenizer. */
export const textReaderFiles = [
  'models/sentence-encoder/tokenizer.json',
  'models/sentence-encoder/tokenizer_config.json',
  'models/text-emotion/text-emotion.onnx',
]

const windowsPerRun = 32

export class TextReader {
  readonly #network: OnnxSession
  readonly #tokenize: SentenceTokenizer

  private constructor(network: OnnxSession, tokenize: SentenceTokenizer) {
    this.#network = network
    this.#tokenize = tokenize
  }

  /** @param resources the product's resources folder */
  static async open(resources: string): Promise<TextReader> {
    const encoder = join(resources, 'models/sentence-encoder')
    const [tokenizer, config, network] = await Promise.all([
      readFile(join(encoder, 'tokenizer.json'), 'utf8'),
      readFile(join(encoder, 'tokenizer_config.json'), 'utf8'),
      OnnxSession.open(join(resources, 'models/text-emotion/text-emotion.onnx'), {
        threads: 1,
        prepacked: false,
      }),
    ])
    return new TextReader(network, sentenceTokenizer(tokenizer, config))
  }

  /** One reading per text, in order; `missing` where nothing can be read. */
  async read(texts: readonly string[]): Promise<readonly ModalityReading[]> {
    const judged = texts.map(judgeText)
    const scores = await this.#classify(judged.flatMap(({ windows }) => windows))
    let next = 0
    return judged.map((text) => {
      const start = next
      next += text.windows.length
      return textReading(text, scores.slice(start, next))
    })
  }

  async #classify(windows: readonly string[]): Promise<readonly Distribution[]> {
    const scores = new Map<number, Distribution>()
    for (const { indices, ids, mask, tokens } of sentenceBatches(
      windows.map((window) => this.#tokenize(window)),
      windowsPerRun,
    )) {
      const shape = [indices.length, tokens]
      const answers = await this.#network.run(
        { input_ids: tensor(ids, shape), attention_mask: tensor(mask, shape) },
        ['logits'],
      )
      const logits = answers['logits']?.data
      if (!(logits instanceof Float32Array)) throw new TypeError('The text network gave no logits.')
      for (const [row, index] of indices.entries())
        scores.set(
          index,
          textProbabilities(logits.subarray(row * emotions.length, (row + 1) * emotions.length)),
        )
    }
    return windows.map((_, index) => scores.get(index)!)
  }

  async dispose(): Promise<void> {
    await this.#network.dispose()
  }
}
