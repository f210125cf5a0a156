/** Medusa's compiled graph as decoding sees it. */
import { guessesPerRow, headInputs, headOutputs } from '../../../models/compiler/index.ts'
import type { Guesses, MedusaGraph } from '../../../models/decoding/heads/head-graphs.ts'
import { tensor, type OnnxSession } from '../onnx.ts'
import { DraftVocabulary } from './draft-vocabulary.ts'
import type { HeadsRecord } from './heads-record.ts'

export class MedusaSession implements MedusaGraph {
  readonly width: number
  readonly #session: OnnxSession
  readonly #vocabulary: DraftVocabulary

  constructor(record: HeadsRecord, session: OnnxSession) {
    this.width = record.width
    this.#session = session
    this.#vocabulary = new DraftVocabulary(record.draftIds, record.vocabulary)
  }

  async guess(state: Float32Array): Promise<Guesses> {
    const outputs = await this.#session.run({ [headInputs.states]: tensor(state, [1, this.width]) }, [
      headOutputs.tokens,
      headOutputs.chances,
    ])
    return {
      perRow: guessesPerRow,
      tokens: this.#vocabulary.idsOf(outputs[headOutputs.tokens]!.data as BigInt64Array),
      chances: outputs[headOutputs.chances]!.data as Float32Array,
    }
  }

  dispose(): Promise<void> {
    return this.#session.dispose()
  }
}
