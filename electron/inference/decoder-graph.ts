/** A compiled decoder as decoding sees it: fills the inputs of one step and hands out the new rows. */
import type { KvCache, KvShape } from '../../models/decoding/kv-cache.ts'
import type { LanguageGraph, Step, StepResult } from '../../models/decoding/language-graph.ts'
import {
  fillMask,
  graphInputs,
  graphOutputs,
  newKeyName,
  newValueName,
  pastKeyName,
  pastValueName,
} from '../../models/compiler/graph-interface.ts'
import { tensor, type GraphTensor, type OnnxSession } from './onnx.ts'

/** Inputs whose size depends on the number of new rows alone. */
interface RowInputs {
  readonly ids: BigInt64Array
  readonly positions: BigInt64Array
  readonly idsTensor: GraphTensor
  readonly positionsTensor: GraphTensor
}

export class DecoderGraph implements LanguageGraph {
  readonly layers: number
  readonly kvHeads: number
  readonly headWidth: number
  readonly contextTokens: number
  readonly vocabulary: number
  readonly #session: OnnxSession
  readonly #cacheOutputs: readonly string[]
  readonly #rowInputs = new Map<number, RowInputs>()
  /** Tensors over cache buffers live as long as the buffers. */
  readonly #pastTensors = new WeakMap<Float32Array, GraphTensor>()
  #mask = new Float32Array(0)
  #maskTensor: GraphTensor | null = null

  constructor(session: OnnxSession, shape: KvShape & { readonly vocabulary: number }) {
    this.#session = session
    this.layers = shape.layers
    this.kvHeads = shape.kvHeads
    this.headWidth = shape.headWidth
    this.contextTokens = shape.contextTokens
    this.vocabulary = shape.vocabulary
    this.#cacheOutputs = Array.from({ length: shape.layers }, (_, layer) => [
      newKeyName(layer),
      newValueName(layer),
    ]).flat()
  }

  async evaluate(step: Step, cache: KvCache): Promise<StepResult> {
    const rows = step.ids.length
    const { idsTensor, positionsTensor, ids, positions } = this.#inputsFor(rows)
    for (let row = 0; row < rows; row++) {
      ids[row] = BigInt(step.ids[row]!)
      positions[row] = BigInt(cache.length + (step.tree ? step.tree.depths[row]! : row))
    }
    // A graph without any row to choose at does not run.
    const choices = step.chooseAt.length > 0 ? step.chooseAt : [rows - 1]
    const feeds: Record<string, GraphTensor> = {
      [graphInputs.ids]: idsTensor,
      [graphInputs.positions]: positionsTensor,
      [graphInputs.mask]: this.#maskFor(rows, cache, step),
      [graphInputs.logitRows]: tensor(BigInt64Array.from(choices, BigInt), [choices.length]),
    }
    for (let layer = 0; layer < this.layers; layer++) {
      feeds[pastKeyName(layer)] = this.#past(cache.keys(layer), [
        this.kvHeads,
        1,
        this.headWidth,
        cache.capacity,
      ])
      feeds[pastValueName(layer)] = this.#past(cache.values(layer), [
        this.kvHeads,
        1,
        cache.capacity,
        this.headWidth,
      ])
    }
    const choice = step.logits ? graphOutputs.logits : graphOutputs.best
    const wanted = [...this.#cacheOutputs]
    if (step.chooseAt.length > 0) wanted.push(choice)
    if (step.states) wanted.push(graphOutputs.hidden)
    const outputs = await this.#session.run(feeds, wanted)

    const newKeys: Float32Array[] = []
    const newValues: Float32Array[] = []
    for (let layer = 0; layer < this.layers; layer++) {
      newKeys.push(outputs[newKeyName(layer)]!.data as Float32Array)
      newValues.push(outputs[newValueName(layer)]!.data as Float32Array)
    }
    const best = outputs[graphOutputs.best]?.data as BigInt64Array | undefined
    const logits = outputs[graphOutputs.logits]?.data as Float32Array | undefined
    return {
      best: best ? Array.from(best, Number) : [],
      logits: logits ?? null,
      states: (outputs[graphOutputs.hidden]?.data as Float32Array | undefined) ?? null,
      newKeys,
      newValues,
    }
  }

  #inputsFor(rows: number): RowInputs {
    let inputs = this.#rowInputs.get(rows)
    if (!inputs) {
      const ids = new BigInt64Array(rows)
      const positions = new BigInt64Array(rows)
      inputs = {
        ids,
        positions,
        idsTensor: tensor(ids, [1, rows]),
        positionsTensor: tensor(positions, [1, rows]),
      }
      this.#rowInputs.set(rows, inputs)
    }
    return inputs
  }

  #maskFor(rows: number, cache: KvCache, step: Step): GraphTensor {
    const width = cache.capacity + rows
    if (this.#maskTensor?.dims[0] !== rows || this.#maskTensor.dims[1] !== width) {
      this.#mask = new Float32Array(rows * width)
      this.#maskTensor = tensor(this.#mask, [rows, width])
    }
    fillMask(this.#mask, rows, cache.capacity, cache.length, step.tree?.sees)
    return this.#maskTensor
  }

  #past(buffer: Float32Array, dims: readonly number[]): GraphTensor {
    let past = this.#pastTensors.get(buffer)
    if (!past) this.#pastTensors.set(buffer, (past = tensor(buffer, dims)))
    return past
  }
}
