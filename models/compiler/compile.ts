/** Compiles a model: weights are read, quantised and written one matrix at a time. */
import type { Cancellation } from '../core/cancellation.ts'
import { fail } from '../core/failure.ts'
import type { OnProgress } from '../core/progress.ts'
import { mergedWeights } from './adapter.ts'
import { buildDecoder } from './decoder-graph.ts'
import type { HeadSpreads } from './exact-attention.ts'
import { GraphBuilder, type Placement } from './graph-builder.ts'
import { graphInputs } from './graph-interface.ts'
import { type Block8Placement, floatRows, lowerBlock8, lowerF32, lowerings, writeBlock8 } from './linear.ts'
import { type MatrixRows, type Part, stackedRows } from './matrix-rows.ts'
import type {
  CompiledModel,
  CompileOptions,
  CompileTarget,
  LinearPrecision,
  MatrixKind,
  MatrixRecipe,
} from './options.ts'
import { blockInputs } from './quantize.ts'
import { mixed, unmixed } from './mixing-nodes.ts'
import { rotatedModel } from './rotation.ts'
import type { Model, ModelHeader, Weights } from './shapes.ts'
import {
  biasName,
  embeddingName,
  feedForwardNormName,
  finalNormName,
  headName,
  inputNormName,
  keyNormName,
  type LayerMatrix,
  matrixName,
  queryNormName,
} from './tensor-names.ts'

const defaultMaxPositions = 32_768

/** 4-bit graphs keep the head in 8 bits: it decides the token, and a tied one then shares the table's bytes. */
function defaultPrecision(precision: CompileOptions['precision'], kind: MatrixKind): LinearPrecision {
  if (precision === 'q4') return kind === 'head' ? 'block8' : 'block4'
  return precision
}

/**
 * Writes the decoder described in graph-interface.ts. The data sink is written first and in order, the
 * graph at the end, in one piece; memory holds one matrix at a time.
 *
 * Throws a FailureError (`model-invalid` for weights that are not numbers or an adapter that does not fit,
 * `invalid-request` for a recipe that does not fit) and what `signal` and the sinks throw.
 */
export function compile(
  model: Model,
  options: CompileOptions,
  target: CompileTarget,
  onProgress: OnProgress,
  signal: Cancellation,
): CompiledModel {
  const merged = options.adapter ? mergedWeights(model.weights, options.adapter) : model.weights
  const rotated =
    (options.rotation ?? options.precision === 'row8') ? rotatedModel(model.header, merged) : null
  const { header, weights } = rotated ?? { header: model.header, weights: merged }
  const graph = new GraphBuilder(target.data, target.dataName)
  const onWeights = progressOf(header, onProgress, signal)
  onWeights(0)
  const maxPositions = options.maxPositions ?? Math.min(header.contextTokens, defaultMaxPositions)
  const recipes = new Recipes(header, options)
  const table = new EmbeddingTable(graph, header, weights, recipes.precision('head', 0), options, onWeights)
  const middles = zeroPoints(graph)
  buildDecoder(graph, {
    header,
    maxPositions,
    embedding: (ids) => table.lookUp(ids),
    normBefore: (kind, layer) => normWeights(weights, recipes, kind, layer),
    headNorms: (layer) =>
      header.architecture === 'qwen3'
        ? {
            query: weights.rows(queryNormName(layer), 0, 1).map((gain) => gain / Math.sqrt(header.headWidth)),
            key: weights.rows(keyNormName(layer), 0, 1),
          }
        : null,
    exactSums:
      options.precision === 'row8'
        ? (layer) => headSpreads(header, weights, matrixOf(header, weights, recipes, 'qkv', layer), layer)
        : null,
    publish: rotated && ((state) => unmixed(graph, rotated.residual, state)),
    linear: (kind, layer, state) => {
      const input =
        kind === 'down' && rotated?.down ? mixed(graph, rotated.down, header, layer, state) : state
      const request = {
        graph,
        matrix: matrixOf(header, weights, recipes, kind, layer),
        input,
        weightLimit: options.weightLimit,
        importance: recipes.importance(kind, layer),
        middles: middles(kind),
        // Rotated weights have no outliers that clipping could serve.
        searchScale: recipes.of(kind).searchScale ?? rotated === null,
        onWeights,
      }
      return (
        (kind === 'head' ? table.lowerTiedHead(request) : null) ??
        lowerings[recipes.precision(kind, layer)](request)
      )
    },
  })
  const bytes = graph.encode()
  target.graph.write(bytes)
  onProgress({ stage: 'Preparing the model', fraction: 1, secondsLeft: null })
  const { layers, kvHeads, headWidth, width, vocabulary } = header
  return {
    layers,
    kvHeads,
    headWidth,
    width,
    vocabulary,
    maxPositions,
    graphBytes: bytes.length,
    dataBytes: graph.dataBytes,
  }
}

/** Estimates what queries, keys and values of a layer amount to, from their weights. */
function headSpreads(
  header: ModelHeader,
  weights: Weights,
  { rows, bias }: MatrixRows,
  layer: number,
): HeadSpreads {
  const { heads, kvHeads, headWidth, architecture } = header
  const meanSquare = (values: Float32Array): number =>
    values.reduce((sum, value) => sum + value * value, 0) / headWidth
  const all = Array.from({ length: heads + 2 * kvHeads }, (_, head) => {
    const own = bias?.subarray(head * headWidth, (head + 1) * headWidth) ?? new Float32Array(0)
    return Math.sqrt(meanSquare(rows(head * headWidth, headWidth)) + meanSquare(own))
  })
  const value = all.slice(heads + kvHeads)
  if (architecture !== 'qwen3') return { queryAndKey: all.slice(0, heads + kvHeads), value }
  // The norms of queries and keys set their size.
  const query = Math.sqrt(meanSquare(weights.rows(queryNormName(layer), 0, 1)) / headWidth)
  const key = Math.sqrt(meanSquare(weights.rows(keyNormName(layer), 0, 1)))
  return {
    queryAndKey: [...new Array<number>(heads).fill(query), ...new Array<number>(kvHeads).fill(key)],
    value,
  }
}

/**
 * Names of the zero points of quantised activations: uint8, 128 for each of S rows, or of R for the head.
 * Added when first asked for.
 */
function zeroPoints(graph: GraphBuilder): (kind: MatrixKind) => () => string {
  const made = new Map<string, string>()
  return (kind) => () => {
    const [rows, axis] = kind === 'head' ? [graphInputs.logitRows, 0] : [graphInputs.ids, 1]
    const known = made.get(rows)
    if (known !== undefined) return known
    const count = graph.node('Shape', [rows], `${rows}.count`, { attributes: { start: axis, end: axis + 1 } })
    const middle = graph.constant('middle', 'uint8', [], [128])
    const name = graph.node('Expand', [middle, count], `${rows}.middles`)
    made.set(rows, name)
    return name
  }
}

/** Counts weights; reports each whole percent and stops when told to. */
function progressOf(
  header: ModelHeader,
  onProgress: OnProgress,
  signal: Cancellation,
): (count: number) => void {
  let done = 0
  let reported = -1
  return (count) => {
    signal.throwIfAborted()
    done += count
    const percent = Math.min(99, Math.floor((100 * done) / header.parameters))
    if (percent > reported) {
      reported = percent
      onProgress({ stage: 'Preparing the model', fraction: percent / 100, secondsLeft: null })
    }
  }
}

/** The recipe, checked, with the defaults of the precision. */
class Recipes {
  readonly #header: ModelHeader
  readonly #options: CompileOptions
  constructor(header: ModelHeader, options: CompileOptions) {
    this.#header = header
    this.#options = options
  }

  of(kind: MatrixKind): MatrixRecipe {
    return this.#options.recipe?.[kind] ?? {}
  }

  precision(kind: MatrixKind, layer: number): LinearPrecision {
    const { precision = defaultPrecision(this.#options.precision, kind) } = this.of(kind)
    return typeof precision === 'string' ? precision : (precision[layer] ?? misfit(kind))
  }

  /** Divisors of the activations; those of attentionOutput per value row. */
  smooth(kind: MatrixKind, layer: number): Float32Array | null {
    const { smooth } = this.of(kind)
    if (!smooth) return null
    const { width, feedForwardWidth, kvHeads, headWidth } = this.#header
    const lengths = {
      qkv: width,
      attentionOutput: kvHeads * headWidth,
      gateUp: width,
      down: feedForwardWidth,
      head: width,
    }
    return ofLength(smooth[layer], lengths[kind], kind)
  }

  importance(kind: MatrixKind, layer: number): Float32Array | null {
    const { importance } = this.of(kind)
    if (!importance) return null
    const { width, feedForwardWidth, heads, headWidth } = this.#header
    const lengths = {
      qkv: width,
      attentionOutput: heads * headWidth,
      gateUp: width,
      down: feedForwardWidth,
      head: width,
    }
    return ofLength(importance[layer], lengths[kind], kind)
  }
}

function ofLength(
  values: Float32Array | null | undefined,
  length: number,
  kind: MatrixKind,
): Float32Array | null {
  if (values === null) return null
  return values?.length === length ? values : misfit(kind)
}

function misfit(kind: MatrixKind): never {
  return fail(
    'invalid-request',
    `The recipe for ${kind} does not fit this model. Prepare the model without it.`,
  )
}

function normWeights(
  weights: Weights,
  recipes: Recipes,
  kind: 'qkv' | 'gateUp' | 'head',
  layer: number,
): Float32Array {
  const name = { qkv: inputNormName(layer), gateUp: feedForwardNormName(layer), head: finalNormName }[kind]
  const values = weights.rows(name, 0, 1)
  const divisors = recipes.smooth(kind, layer)
  if (divisors)
    for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / (divisors[i] as number)
  return values
}

function matrixOf(
  header: ModelHeader,
  weights: Weights,
  recipes: Recipes,
  kind: MatrixKind,
  layer: number,
): MatrixRows {
  const known = new Set(weights.names)
  const part = (matrix: LayerMatrix, outputDivisors: Float32Array | null = null): Part => {
    const bias = biasName(layer, matrix)
    return { matrix: matrixName(layer, matrix), bias: known.has(bias) ? bias : null, outputDivisors }
  }
  const stacked = (parts: readonly Part[]): MatrixRows =>
    stackedRows(`layer${layer}.${kind}`, weights, parts, inputFactors(header, recipes, kind, layer))
  switch (kind) {
    case 'qkv':
      return stacked([
        // A norm of the queries, where there is one, would undo a scale before it.
        part(
          'self_attn.q_proj',
          header.architecture === 'qwen3'
            ? null
            : new Float32Array(header.heads * header.headWidth).fill(Math.sqrt(header.headWidth)),
        ),
        part('self_attn.k_proj'),
        part('self_attn.v_proj', recipes.smooth('attentionOutput', layer)),
      ])
    case 'attentionOutput':
      return stacked([part('self_attn.o_proj')])
    case 'gateUp':
      return stacked([part('mlp.gate_proj'), part('mlp.up_proj', recipes.smooth('down', layer))])
    case 'down':
      return stacked([part('mlp.down_proj')])
    case 'head': {
      const matrix = header.tiedHead ? embeddingName : headName
      const factors = inputFactors(header, recipes, kind, 0)
      return stackedRows('head', weights, [{ matrix, bias: null, outputDivisors: null }], factors)
    }
  }
}

/** Query heads of a group share their values, so each value's factor serves all of them. */
function inputFactors(
  { heads, kvHeads, headWidth }: ModelHeader,
  recipes: Recipes,
  kind: MatrixKind,
  layer: number,
): Float32Array | null {
  const factors = recipes.smooth(kind, layer)
  if (factors === null || kind !== 'attentionOutput') return factors
  const group = heads / kvHeads
  const expanded = new Float32Array(heads * headWidth)
  for (let i = 0; i < expanded.length; i++) {
    const kvHead = Math.floor(i / headWidth / group)
    expanded[i] = factors[kvHead * headWidth + (i % headWidth)] as number
  }
  return expanded
}

/**
 * The table of token vectors: float32 for the f32 graph, else 8-bit blocks (exact where the file holds
 * Q8_0). A tied head of the same precision uses the same bytes.
 */
class EmbeddingTable {
  readonly #graph: GraphBuilder
  readonly #header: ModelHeader
  readonly #sharesHead: boolean
  readonly #matrix: MatrixRows
  readonly #onWeights: (count: number) => void
  readonly #precision: 'f32' | 'block8'
  #float: Placement | null = null
  #block8: Block8Placement | null = null

  constructor(
    graph: GraphBuilder,
    header: ModelHeader,
    weights: Weights,
    headPrecision: LinearPrecision,
    options: CompileOptions,
    onWeights: (count: number) => void,
  ) {
    this.#graph = graph
    this.#header = header
    this.#onWeights = onWeights
    this.#precision = options.precision === 'f32' || header.width % blockInputs !== 0 ? 'f32' : 'block8'
    this.#sharesHead = header.tiedHead && headPrecision === this.#precision && !options.recipe?.head?.smooth
    const part = { matrix: embeddingName, bias: null, outputDivisors: null }
    this.#matrix = stackedRows('embedding', weights, [part], null)
  }

  lookUp(ids: string): string {
    // A tied head is counted once, when its matrix is written.
    const onWeights =
      this.#header.tiedHead && !this.#sharesHead ? (): void => this.#onWeights(0) : this.#onWeights
    const { outputs, inputs } = this.#matrix
    if (this.#precision === 'f32') {
      this.#float = this.#graph.external(
        'embedding.weight',
        'float32',
        [outputs, inputs],
        floatRows(this.#matrix, onWeights),
      )
      return this.#graph.node('Gather', ['embedding.weight', ids], 'embedding.rows', {
        attributes: { axis: 0 },
      })
    }
    this.#block8 = writeBlock8(this.#graph, this.#matrix, 'table', onWeights)
    return this.#graph.node(
      'GatherBlockQuantized',
      ['embedding.codes', ids, 'embedding.scales'],
      'embedding.rows',
      {
        domain: 'com.microsoft',
        attributes: { bits: 8, block_size: blockInputs, gather_axis: 0, quantize_axis: 1 },
      },
    )
  }

  /** The head over the table's own bytes, or null where they do not serve it. */
  lowerTiedHead(request: Parameters<typeof lowerBlock8>[0]): string | null {
    if (!this.#sharesHead) return null
    if (this.#float) return lowerF32(request, this.#float)
    return this.#block8 ? lowerBlock8(request, this.#block8) : null
  }
}
