/** Compiles draft heads into a folder of the cache: their graphs, packed for this machine's kernels. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  compileHeads,
  headGraphs,
  type Adapter,
  type DraftHeads,
  type HeadGraph,
  type Model,
} from '../../../models/compiler/index.ts'
import type { Cancellation } from '../../../models/core/cancellation.ts'
import type { OnProgress } from '../../../models/core/progress.ts'
import { FileSink, syncFile } from '../file-bytes.ts'
import { prepack } from '../onnx.ts'
import { canStorePacked } from '../packing.ts'
import { writeHeadsRecord } from './heads-record.ts'

export const headGraphFile = (name: HeadGraph): string => `${name}.onnx`

export interface HeadsCompilation {
  readonly adapter: Adapter | null
  readonly weightLimit: 63 | 127
  /** Tokens that the model attends to. */
  readonly contextTokens: number
  readonly threads: number
  readonly onProgress: OnProgress
  readonly cancellation: Cancellation
}

/** Most bytes on the disk while compiling: int8 weights, plain and packed, and the plain ones before that. */
export function headsDiskNeeded({ draftIds, weights }: DraftHeads, width: number): number {
  const own = weights.names.reduce(
    (sum, name) => sum + weights.shape(name).reduce((product, side) => product * side, 1),
    0,
  )
  return 3.2 * 1.15 * (own + 3 * draftIds.length * width) + 16e6
}

export async function compileHeadsInto(
  folder: string,
  heads: DraftHeads,
  model: Model,
  job: HeadsCompilation,
): Promise<void> {
  const { width, feedForwardWidth, kvHeads, headWidth } = model.header
  const lengths = [width, kvHeads * headWidth, feedForwardWidth, heads.draftIds.length]
  const packs = canStorePacked(lengths, width * Math.min(...lengths))
  for (const name of headGraphs[heads.kind]) {
    job.cancellation.throwIfAborted()
    const plain = { graph: join(folder, `${name}-plain.onnx`), weights: join(folder, `${name}-plain.bin`) }
    writePlain(name, plain, heads, model, job)
    await prepack(plain.graph, join(folder, headGraphFile(name)), `${name}.bin`, job.threads, packs)
    rmSync(plain.graph)
    rmSync(plain.weights)
    syncFile(join(folder, headGraphFile(name)))
    syncFile(join(folder, `${name}.bin`))
  }
  writeHeadsRecord(folder, heads, model.header, job.contextTokens)
}

function writePlain(
  name: HeadGraph,
  plain: { readonly graph: string; readonly weights: string },
  heads: DraftHeads,
  model: Model,
  job: HeadsCompilation,
): void {
  using graph = new FileSink(plain.graph)
  using data = new FileSink(plain.weights)
  const { weightLimit, adapter, contextTokens } = job
  compileHeads(
    name,
    heads,
    model,
    { precision: 'fast', weightLimit, maxPositions: contextTokens, adapter },
    { graph, data, dataName: `${name}-plain.bin` },
    job.onProgress,
    job.cancellation,
  )
  graph.finish()
  data.finish()
}
