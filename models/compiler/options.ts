/** What a compilation is asked for, and what it gives back. */
import type { ByteSink } from '../core/bytes.ts'
import type { Adapter } from './adapter.ts'

/**
 * How one matrix is computed.
 * - `f32`: as stored, in float32.
 * - `row8`: int8 weights with one scale per output, uint8 activations with one scale per row (zero point 128).
 *   Each row is computed apart from the others, so its result does not depend on them.
 * - `block8`, `block4`: MatMulNBits in blocks of 32 inputs with zero points, accuracy level 4.
 */
export const linearPrecisions = ['f32', 'row8', 'block8', 'block4'] as const
export type LinearPrecision = (typeof linearPrecisions)[number]

/** The fused matrices of a layer, and the head. */
export const matrixKinds = ['qkv', 'attentionOutput', 'gateUp', 'down', 'head'] as const
export type MatrixKind = (typeof matrixKinds)[number]

/** How one kind of matrix is quantised. Arrays hold one entry per layer; the head counts as one layer. */
export interface MatrixRecipe {
  readonly precision?: LinearPrecision | readonly LinearPrecision[]
  /**
   * Per-input-channel divisors of the activations (SmoothQuant, Xiao 2022, eq. 4): activations are divided
   * by them and weights multiplied, so the result is the same before quantisation. The division costs
   * nothing: it is folded into what comes before (norm weights; the up matrix before `down`; the value
   * matrix before `attentionOutput`, which therefore takes kvHeads * headWidth numbers).
   */
  readonly smooth?: readonly (Float32Array | null)[]
  /** Mean squares of the activations per input channel: weigh the errors when scales are searched. */
  readonly importance?: readonly (Float32Array | null)[]
  /** Try smaller scales that clip outliers and keep the one with the least squared error. Default true. */
  readonly searchScale?: boolean
}

export type Recipe = { readonly [K in MatrixKind]?: MatrixRecipe }

export interface CompileOptions {
  readonly precision: 'f32' | 'row8' | 'q4'
  /** Largest int8 weight of `row8`: 63 where uint8 x int8 products saturate (AVX2 without VNNI), else 127. */
  readonly weightLimit: 63 | 127
  /** Rotary table length; the default is the model's context, at most 32,768. */
  readonly maxPositions?: number
  /** Low-rank updates that are merged, in float32, before anything is quantised. */
  readonly adapter?: Adapter
  /**
   * Whether the model is compiled in a rotated basis (rotation.ts), which changes nothing but what rounding
   * costs. Default: for `row8` alone, whose activations are rounded by the row; the others keep the
   * weights as they are stored.
   */
  readonly rotation?: boolean
  /** Overrides what the precision means per kind of matrix. */
  readonly recipe?: Recipe
}

export interface CompileTarget {
  /** Receives the ONNX model at the end. */
  readonly graph: ByteSink
  /** Receives the weights while they are converted. */
  readonly data: ByteSink
  /** File name of the weights relative to the graph: what the graph refers to. */
  readonly dataName: string
}

export interface CompiledModel {
  readonly layers: number
  readonly kvHeads: number
  readonly headWidth: number
  readonly width: number
  readonly vocabulary: number
  /** Positions must stay below this. */
  readonly maxPositions: number
  readonly graphBytes: number
  readonly dataBytes: number
}
