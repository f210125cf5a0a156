/**
 * Attention whose sums come out the same to the last bit in whatever order they are taken.
 *
 * Kernels add in another order for one row than for several, and for keys that lie in the cache than for
 * those of the same step. In float32 that is a difference of 1e-7, but rounding to int8 behind it now and
 * then falls to the other side, and what follows is another text. Here queries, keys, values and shares
 * are first rounded to multiples of powers of two, so coarse that every product and every partial sum fits
 * the 24 bits of a float32: such sums are exact, hence the same in any order, by any kernel. The softmax
 * adds numbers that are not on a grid; its order is fixed instead, by giving each token the column of its
 * position, whether its key is new or cached.
 */
import type { GraphBuilder } from './graph-builder.ts'
import { graphInputs, hiddenMask } from './graph-interface.ts'
import type { Folding } from './decoder-layer.ts'

/** Root mean squares that a layer's heads have for inputs of root mean square 1. */
export interface HeadSpreads {
  /** Query heads, then key heads. */
  readonly queryAndKey: readonly number[]
  readonly value: readonly number[]
}

/**
 * Steps of the grids, in spreads, chosen so that the texts tried, random tokens among them, stay below 80 % of 2^24 steps. A score may
 * be a sum of 2^24 x 2^-7 x 2^-7 = 1,024 products of spreads over its channels; a value may be
 * 2^24 x 2^-15 x 2^-6 = 8 spreads. What exceeds that is still right, only no longer exact.
 */
const queryKeyStep = 2 ** -7
const valueStep = 2 ** -6
/** Step of the shares, which add up to 1. */
const shareStep = 2 ** -15
/** The first layer reads embeddings, which lie less evenly than later states: its heads go further. */
const firstLayerFactor = 2

export class ExactAttention {
  readonly #graph: GraphBuilder
  readonly #spreads: (layer: number) => HeadSpreads
  /** float32 [G S / F, S], 1 where a row sees another. */
  readonly #sees: string
  /** int64 [Hkv, F, G S / F, S], the column of each new row. */
  readonly #columns: string
  /** float32 [G S / F, P], additive. */
  readonly #mask: string

  /** @param past name of int64 [1], P */
  constructor(
    graph: GraphBuilder,
    spreads: (layer: number) => HeadSpreads,
    past: string,
    splits: string,
    { newScores, folded }: Folding,
  ) {
    this.#graph = graph
    this.#spreads = spreads
    const [pastMask, newMask] = ['past_mask', 'new_mask']
    graph.nodes('Split', [graphInputs.mask, splits], [pastMask, newMask], { attributes: { axis: 1 } })
    const half = graph.constant('half_hidden', 'float32', [], [hiddenMask / 2])
    const visible = graph.node('Greater', [newMask, half], 'visible')
    const sees = graph.node('Cast', [visible], 'sees', { attributes: { to: 1 } })
    this.#sees = folded(sees, 'folded_sees')
    const flat = graph.constant('shape_m1', 'int64', [1], [-1])
    const places = graph.node('Reshape', [graphInputs.positions, flat], 'places')
    const offAndOn = graph.constant('off_and_on', 'float32', [2], [0, 1])
    const columns = graph.node('OneHot', [places, past, offAndOn], 'columns')
    this.#columns = graph.node('Expand', [places, newScores], 'column_of_row')
    const seen = graph.node('MatMul', [sees, columns], 'seen_columns')
    const lift = graph.constant('unhidden', 'float32', [], [-hiddenMask])
    const lifted = graph.node('Mul', [seen, lift], 'lifted_columns')
    this.#mask = folded(graph.node('Add', [pastMask, lifted], 'column_mask'), 'folded_mask')
  }

  /**
   * Rounds rotated queries and keys [1, Hq + Hkv, S, D] and values [1, Hkv, S, D] to their grids.
   */
  onGrid(layer: number, queryAndKey: string, value: string): { queryAndKey: string; value: string } {
    const spreads = this.#spreads(layer)
    const unit = layer === 0 ? firstLayerFactor : 1
    const steps = spreads.queryAndKey.map((spread) => powerOfTwo(unit * spread * queryKeyStep))
    const valueSteps = spreads.value.map((spread) => powerOfTwo(unit * spread * valueStep))
    return {
      queryAndKey: this.#snapped(queryAndKey, steps, `layer${layer}.query_key`),
      value: this.#snapped(value, valueSteps, `layer${layer}.value`),
    }
  }

  /** The shares of the past's columns [Hkv, F, G S / F, P], and those of new rows [..., S]. */
  shares(at: string, pastScores: string, newScores: string): readonly [past: string, fresh: string] {
    const graph = this.#graph
    const seen = graph.node('Mul', [newScores, this.#sees], `${at}.seen_scores`)
    // Columns without a cached row hold zeros, so that each sum has one term.
    const placed = graph.node('ScatterElements', [pastScores, this.#columns, seen], `${at}.placed_scores`, {
      attributes: { axis: 3, reduction: { text: 'add' } },
    })
    const scores = graph.node('Add', [placed, this.#mask], `${at}.masked_scores`)
    const fine = graph.node('Softmax', [scores], `${at}.fine_shares`, { attributes: { axis: -1 } })
    const past = this.#snapped(fine, [shareStep], `${at}.share`)
    const picked = graph.node('GatherElements', [past, this.#columns], `${at}.picked_shares`, {
      attributes: { axis: 3 },
    })
    return [past, graph.node('Mul', [picked, this.#sees], `${at}.new_shares`)]
  }

  /** Rounds to multiples of a step per head: adding 1.5 x 2^23 steps leaves no room for smaller bits. */
  #snapped(input: string, steps: readonly number[], name: string): string {
    const graph = this.#graph
    const shape = steps.length === 1 ? [] : [1, steps.length, 1, 1]
    const shifts = steps.map((step) => step * 1.5 * 2 ** 23)
    const shift = graph.constant(`shift_${shifts.join('_')}`, 'float32', shape, shifts)
    const coarse = graph.node('Add', [input, shift], `${name}_coarse`)
    return graph.node('Sub', [coarse, shift], `${name}_on_grid`)
  }
}

const powerOfTwo = (value: number): number => 2 ** Math.round(Math.log2(Math.max(value, 2 ** -100)))
