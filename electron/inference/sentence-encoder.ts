/** The sentence encoder over its bundled network. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  sentenceBatches,
  sentenceTokenizer,
  type SentenceEncoder,
  type SentenceTokenizer,
} from '../../models/embedding/sentence-encoder.ts'
import { OnnxSession, tensor } from './onnx.ts'

const folder = 'models/sentence-encoder'
/** What `openSentenceEncoder` reads, relative to the resources folder. */
export const sentenceEncoderFiles = ['tokenizer.json', 'tokenizer_config.json', 'encoder.onnx'].map(
  (name) => `${folder}/${name}`,
)

const width = 384
const sentencesPerRun = 32

export class LocalSentenceEncoder implements SentenceEncoder {
  readonly width = width
  readonly #session: OnnxSession
  readonly #tokenize: SentenceTokenizer

  constructor(session: OnnxSession, tokenize: SentenceTokenizer) {
    this.#session = session
    this.#tokenize = tokenize
  }

  async encode(sentences: readonly string[]): Promise<readonly Float32Array[]> {
    const vectors = sentences.map(() => new Float32Array(width))
    for (const { indices, ids, mask, tokens } of sentenceBatches(
      sentences.map((sentence) => this.#tokenize(sentence)),
      sentencesPerRun,
    )) {
      const shape = [indices.length, tokens]
      const answers = await this.#session.run(
        { input_ids: tensor(ids, shape), attention_mask: tensor(mask, shape) },
        ['embedding'],
      )
      const data = answers['embedding']?.data
      if (!(data instanceof Float32Array)) throw new TypeError('The sentence encoder gave no embedding.')
      for (const [row, index] of indices.entries())
        vectors[index]?.set(data.subarray(row * width, (row + 1) * width))
    }
    return vectors
  }

  async dispose(): Promise<void> {
    await this.#session.dispose()
  }
}

/** @param resources the product's resources folder */
export async function openSentenceEncoder(resources: string, threads = 1): Promise<LocalSentenceEncoder> {
  const [tokenizer, config, session] = await Promise.all([
    readFile(join(resources, folder, 'tokenizer.json'), 'utf8'),
    readFile(join(resources, folder, 'tokenizer_config.json'), 'utf8'),
    OnnxSession.open(join(resources, folder, 'encoder.onnx'), { threads, prepacked: false }),
  ])
  return new LocalSentenceEncoder(session, sentenceTokenizer(tokenizer, config))
}
