/** Compiles a model and runs its graph, with a key/value cache of its own. */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import {
  type CompiledModel,
  compile,
  type CompileOptions,
  fillMask,
  graphInputs,
  graphOutputs,
  type Model,
  newKeyName,
  newValueName,
  pastKeyName,
  pastValueName,
} from '../../../models/compiler/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'

export interface Rows {
  readonly ids: readonly number[]
  /** Default: those after the kept rows, in order. */
  readonly positions?: readonly number[]
  /** Default: each row sees itself and those before it. */
  readonly sees?: (row: number, other: number) => boolean
}

export interface RowResults {
  /** One per row. */
  readonly logits: readonly Float32Array[]
  readonly best: readonly number[]
  readonly hidden: readonly Float32Array[]
  /** Puts these of the rows into the cache, in this order. */
  keep(rows: readonly number[]): void
}

export class RunningGraph {
  readonly compiled: CompiledModel
  readonly #session: InferenceSession
  readonly #capacity: number
  readonly #keys: Float32Array[]
  readonly #values: Float32Array[]
  #kept = 0

  private constructor(compiled: CompiledModel, session: InferenceSession, capacity: number) {
    this.compiled = compiled
    this.#session = session
    this.#capacity = capacity
    const layers = Array.from({ length: compiled.layers })
    const size = compiled.kvHeads * compiled.headWidth * capacity
    this.#keys = layers.map(() => new Float32Array(size))
    this.#values = layers.map(() => new Float32Array(size))
  }

  /** @param capacity rows that can be kept */
  static async open(model: Model, options: CompileOptions, capacity = 64): Promise<RunningGraph> {
    using folder = temporaryFolder()
    const path = join(folder.path, 'model.onnx')
    const data = openSync(join(folder.path, 'model.data'), 'w')
    const compiled = compile(
      model,
      options,
      {
        graph: { write: (bytes) => writeFileSync(path, bytes) },
        data: { write: (bytes) => void writeSync(data, bytes) },
        dataName: 'model.data',
      },
      () => undefined,
      new AbortController().signal,
    )
    closeSync(data)
    const session = await InferenceSession.create(path, { intraOpNumThreads: 1, logSeverityLevel: 3 })
    return new RunningGraph(compiled, session, capacity)
  }

  get kept(): number {
    return this.#kept
  }

  forget(): void {
    this.#kept = 0
    for (const rows of [...this.#keys, ...this.#values]) rows.fill(0)
  }

  async run({ ids, positions, sees }: Rows): Promise<RowResults> {
    const { layers, kvHeads, headWidth, vocabulary, width } = this.compiled
    const count = ids.length
    const capacity = this.#capacity
    const mask = new Float32Array(count * (capacity + count))
    fillMask(mask, count, capacity, this.#kept, sees)
    const feeds: Record<string, Tensor> = {
      [graphInputs.ids]: whole(ids, [1, count]),
      [graphInputs.positions]: whole(positions ?? ids.map((_, row) => this.#kept + row), [1, count]),
      [graphInputs.mask]: new Tensor('float32', mask, [count, capacity + count]),
      [graphInputs.logitRows]: whole(
        ids.map((_, row) => row),
        [count],
      ),
    }
    for (let layer = 0; layer < layers; layer++) {
      const [keys, values] = this.#cache(layer)
      feeds[pastKeyName(layer)] = new Tensor('float32', keys, [kvHeads, 1, headWidth, capacity])
      feeds[pastValueName(layer)] = new Tensor('float32', values, [kvHeads, 1, capacity, headWidth])
    }
    const results = await this.#session.run(feeds)
    const floats = (name: string): Float32Array => results[name]?.data as Float32Array
    const inRows = (name: string, length: number): Float32Array[] =>
      ids.map((_, row) => floats(name).slice(row * length, (row + 1) * length))
    return {
      logits: inRows(graphOutputs.logits, vocabulary),
      best: [...(results[graphOutputs.best]?.data as BigInt64Array)].map(Number),
      hidden: inRows(graphOutputs.hidden, width),
      keep: (rows) => {
        for (let layer = 0; layer < layers; layer++) {
          const [keys, values] = this.#cache(layer)
          const newKeys = floats(newKeyName(layer))
          const newValues = floats(newValueName(layer))
          rows.forEach((row, index) => {
            const place = this.#kept + index
            for (let channel = 0; channel < kvHeads * headWidth; channel++) {
              keys[channel * capacity + place] = newKeys[channel * count + row] as number
              const head = Math.floor(channel / headWidth)
              const inHead = channel % headWidth
              values[(head * capacity + place) * headWidth + inHead] = newValues[
                (head * count + row) * headWidth + inHead
              ] as number
            }
          })
        }
        this.#kept += rows.length
      },
    }
  }

  async close(): Promise<void> {
    await this.#session.release()
  }

  #cache(layer: number): readonly [Float32Array, Float32Array] {
    return [this.#keys[layer] as Float32Array, this.#values[layer] as Float32Array]
  }
}

function whole(values: readonly number[], dimensions: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), dimensions)
}

/** The largest absolute difference; Infinity where lengths differ or a number is none. */
export function furthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity
  let most = 0
  for (let i = 0; i < a.length; i++) {
    const distance = Math.abs((a[i] as number) - (b[i] as number))
    if (!(distance <= most)) most = Number.isNaN(distance) ? Infinity : distance
  }
  return most
}
