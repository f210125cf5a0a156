/** Clover's compiled graphs as decoding sees them. */
import {
  fillMask,
  graphInputs,
  guessesPerRow,
  headInputs,
  headOutputs,
  newKeyName,
  newValueName,
  pastKeyName,
  pastValueName,
} from '../../../models/compiler/index.ts'
import type { CloverGraph, Guesses } from '../../../models/decoding/heads/head-graphs.ts'
import type { KvCache, KvShape } from '../../../models/decoding/kv-cache.ts'
import { tensor, type GraphTensor, type OnnxSession } from '../onnx.ts'
import { DraftVocabulary } from './draft-vocabulary.ts'
import type { HeadsRecord } from './heads-record.ts'

/** Inputs of one number of beams. */
interface BeamInputs {
  readonly places: BigInt64Array
  readonly placesTensor: GraphTensor
  readonly ready: GraphTensor
  readonly given: GraphTensor
}

export class CloverSession implements CloverGraph {
  readonly width: number
  readonly block: KvShape
  readonly #blockSession: OnnxSession
  readonly #guessSession: OnnxSession
  readonly #vocabulary: DraftVocabulary
  readonly #blockOutputs: readonly string[]
  readonly #beams = new Map<number, BeamInputs>()
  readonly #pastTensors = new WeakMap<Float32Array, GraphTensor>()
  readonly #nothing: GraphTensor
  readonly #noPlace: GraphTensor
  readonly #isReady: GraphTensor

  constructor(record: HeadsRecord, blockSession: OnnxSession, guessSession: OnnxSession) {
    if (!record.block) throw new RangeError('these heads have no Augmenting Block')
    this.width = record.width
    this.block = record.block
    this.#blockSession = blockSession
    this.#guessSession = guessSession
    this.#vocabulary = new DraftVocabulary(record.draftIds, record.vocabulary)
    this.#blockOutputs = [
      headOutputs.state,
      headOutputs.guess,
      ...Array.from({ length: record.block.layers }, (_, layer) => [
        newKeyName(layer),
        newValueName(layer),
      ]).flat(),
    ]
    this.#nothing = tensor(new Float32Array(record.width), [1, record.width])
    this.#noPlace = tensor(new BigInt64Array(1), [1, 1])
    this.#isReady = tensor(new Uint8Array([1]), [1, 1])
  }

  async advance(
    states: Float32Array,
    following: readonly number[],
    cache: KvCache,
  ): ReturnType<CloverGraph['advance']> {
    const rows = following.length
    const { layers, kvHeads, headWidth } = this.block
    const places = new BigInt64Array(rows)
    this.#vocabulary.write(following, places)
    const mask = new Float32Array(rows * (cache.capacity + rows))
    fillMask(mask, rows, cache.capacity, cache.length)
    const feeds: Record<string, GraphTensor> = {
      [headInputs.states]: tensor(states, [rows, this.width]),
      [graphInputs.ids]: tensor(places, [1, rows]),
      [graphInputs.positions]: tensor(
        BigInt64Array.from({ length: rows }, (_, row) => BigInt(cache.length + row)),
        [1, rows],
      ),
      [graphInputs.mask]: tensor(mask, [rows, cache.capacity + rows]),
    }
    for (let layer = 0; layer < layers; layer++) {
      const key = [kvHeads, 1, headWidth, cache.capacity]
      const value = [kvHeads, 1, cache.capacity, headWidth]
      feeds[pastKeyName(layer)] = this.#past(cache.keys(layer), key)
      feeds[pastValueName(layer)] = this.#past(cache.values(layer), value)
    }
    const outputs = await this.#blockSession.run(feeds, this.#blockOutputs)
    const floats = (name: string): Float32Array => outputs[name]!.data as Float32Array
    return {
      state: floats(headOutputs.state),
      guess: floats(headOutputs.guess),
      newKeys: Array.from({ length: layers }, (_, layer) => floats(newKeyName(layer))),
      newValues: Array.from({ length: layers }, (_, layer) => floats(newValueName(layer))),
    }
  }

  async rank(guess: Float32Array): Promise<Guesses> {
    const outputs = await this.#guessSession.run(
      {
        [headInputs.states]: this.#nothing,
        [graphInputs.ids]: this.#noPlace,
        [headInputs.ready]: this.#isReady,
        [headInputs.given]: tensor(guess, [1, this.width]),
      },
      [headOutputs.tokens, headOutputs.chances],
    )
    return this.#guesses(outputs)
  }

  async next(
    states: Float32Array,
    tokens: readonly number[],
  ): Promise<Guesses & { readonly states: Float32Array }> {
    const rows = tokens.length
    const { places, placesTensor, ready, given } = this.#beamInputs(rows)
    this.#vocabulary.write(tokens, places)
    const outputs = await this.#guessSession.run(
      {
        [headInputs.states]: tensor(states, [rows, this.width]),
        [graphInputs.ids]: placesTensor,
        [headInputs.ready]: ready,
        [headInputs.given]: given,
      },
      [headOutputs.next, headOutputs.tokens, headOutputs.chances],
    )
    return { ...this.#guesses(outputs), states: outputs[headOutputs.next]!.data as Float32Array }
  }

  async dispose(): Promise<void> {
    await this.#blockSession.dispose()
    await this.#guessSession.dispose()
  }

  #guesses(outputs: Readonly<Record<string, GraphTensor>>): Guesses {
    return {
      perRow: guessesPerRow,
      tokens: this.#vocabulary.idsOf(outputs[headOutputs.tokens]!.data as BigInt64Array),
      chances: outputs[headOutputs.chances]!.data as Float32Array,
    }
  }

  #beamInputs(rows: number): BeamInputs {
    let inputs = this.#beams.get(rows)
    if (!inputs) {
      const places = new BigInt64Array(rows)
      inputs = {
        places,
        placesTensor: tensor(places, [1, rows]),
        ready: tensor(new Uint8Array(rows), [rows, 1]),
        given: tensor(new Float32Array(rows * this.width), [rows, this.width]),
      }
      this.#beams.set(rows, inputs)
    }
    return inputs
  }

  #past(buffer: Float32Array, dims: readonly number[]): GraphTensor {
    let past = this.#pastTensors.get(buffer)
    if (!past) this.#pastTensors.set(buffer, (past = tensor(buffer, dims)))
    return past
  }
}
