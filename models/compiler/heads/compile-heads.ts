/** Compiles draft heads: their own weights, and the target's rows for the tokens that they can guess. */
import type { Cancellation } from '../../core/cancellation.ts'
import type { OnProgress } from '../../core/progress.ts'
import { type Adapter, mergedWeights } from '../adapter.ts'
import { GraphBuilder } from '../graph-builder.ts'
import type { CompileTarget } from '../options.ts'
import type { Model } from '../shapes.ts'
import { buildCloverBlock, buildCloverGuess } from './clover-graphs.ts'
import type { DraftHeads } from './draft-heads.ts'
import { headProducts, type HeadsPrecision } from './head-products.ts'
import type { HeadGraph } from './heads-interface.ts'
import { buildMedusa } from './medusa-graph.ts'

export interface CompileHeadsOptions {
  readonly precision: HeadsPrecision
  readonly weightLimit: 63 | 127
  /** Rotary table length of the block. */
  readonly maxPositions: number
  /** The adapter that the model is compiled with. */
  readonly adapter: Adapter | null
}

/** Writes the graph `name` of the heads; memory holds one matrix at a time. Throws what `signal` and sinks throw. */
export function compileHeads(
  name: HeadGraph,
  heads: DraftHeads,
  model: Model,
  options: CompileHeadsOptions,
  target: CompileTarget,
  onProgress: OnProgress,
  signal: Cancellation,
): void {
  const weights = options.adapter ? mergedWeights(model.weights, options.adapter) : model.weights
  const merged = { ...model, weights }
  const graph = new GraphBuilder(target.data, target.dataName)
  const products = headProducts(graph, options.precision, options.weightLimit, () => signal.throwIfAborted())
  if (heads.kind === 'medusa') buildMedusa(products, heads, merged)
  else if (name === 'block') buildCloverBlock(products, heads, merged, options.maxPositions)
  else buildCloverGuess(products, heads, merged)
  target.graph.write(graph.encode())
  onProgress({ stage: 'Preparing the draft heads', fraction: null, secondsLeft: null })
}
