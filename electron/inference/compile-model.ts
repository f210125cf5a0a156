/** Compiles a model into a folder of the cache: weights to graph, then packed for this machine's kernels. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { compile, type Adapter, type Model, type ModelHeader } from '../../models/compiler/index.ts'
import type { Cancellation } from '../../models/core/cancellation.ts'
import type { OnProgress } from '../../models/core/progress.ts'
import type { Precision } from '../../models/decoding/language-model.ts'
import { graphFile, tokenizerFile, weightsFile, type CompiledShape } from './compiled-cache.ts'
import { FileSink, syncFile } from './file-bytes.ts'
import { prepack } from './onnx.ts'
import { canStorePacked } from './packing.ts'

const plainGraph = 'plain.onnx'
const plainWeights = 'plain.bin'
/** Share of the time that the compiler takes; packing takes the rest and cannot tell how far it is. */
const compilerShare = 0.7

export interface Compilation {
  readonly precision: Precision
  /** Merged into the weights before anything else. */
  readonly adapter: Adapter | null
  readonly weightLimit: 63 | 127
  readonly threads: number
  readonly onProgress: OnProgress
  readonly cancellation: Cancellation
}

/** Most bytes on the disk while compiling: the plain weights and the file that holds them plain and packed. */
export function diskNeeded(header: ModelHeader, precision: Precision): number {
  const bytesPerWeight = { f32: 4, row8: 1.15, q4: 0.75 }[precision]
  return 3.2 * header.parameters * bytesPerWeight + 64e6
}

export async function compileModel(model: Model, folder: string, job: Compilation): Promise<CompiledShape> {
  const report = (fraction: number): void =>
    job.onProgress({ stage: 'Preparing the model for this machine', fraction, secondsLeft: null })
  const compiled = writePlain(model, folder, job, (fraction) => report(fraction * compilerShare))
  job.cancellation.throwIfAborted()
  report(compilerShare)
  await prepack(
    join(folder, plainGraph),
    join(folder, graphFile),
    weightsFile,
    job.threads,
    job.precision !== 'q4' && packs(model.header),
  )
  rmSync(join(folder, plainGraph))
  rmSync(join(folder, plainWeights))
  syncFile(join(folder, graphFile))
  syncFile(join(folder, weightsFile))
  using tokenizer = new FileSink(join(folder, tokenizerFile))
  tokenizer.write(new TextEncoder().encode(JSON.stringify(model.tokenizer)))
  tokenizer.finish()
  report(1)
  const { layers, kvHeads, headWidth, vocabulary, maxPositions } = compiled
  const contextTokens = Math.min(model.header.contextTokens, maxPositions)
  return { layers, kvHeads, headWidth, vocabulary, contextTokens }
}

function packs({ width, heads, kvHeads, headWidth, feedForwardWidth, vocabulary }: ModelHeader): boolean {
  const lengths = [width, heads * headWidth, kvHeads * headWidth, feedForwardWidth, vocabulary]
  return canStorePacked(lengths, width * Math.min(...lengths))
}

function writePlain(
  model: Model,
  folder: string,
  job: Compilation,
  onFraction: (fraction: number) => void,
): ReturnType<typeof compile> {
  using graph = new FileSink(join(folder, plainGraph))
  using data = new FileSink(join(folder, plainWeights))
  const compiled = compile(
    model,
    {
      precision: job.precision,
      weightLimit: job.weightLimit,
      ...(job.adapter && { adapter: job.adapter }),
    },
    { graph, data, dataName: plainWeights },
    ({ fraction }) => onFraction(fraction ?? 0),
    job.cancellation,
  )
  graph.finish()
  data.finish()
  return compiled
}
