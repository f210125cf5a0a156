/** The shapes that describe a model to its users: what a weights file says of itself. */

export type Architecture = 'llama' | 'qwen2' | 'qwen3'

/** How rotary frequencies deviate from theta^(-2i/D). */
export type RopeScaling =
  | { readonly kind: 'linear'; readonly factor: number }
  /** Llama 3: long wavelengths are stretched by `factor`, short ones kept, those between interpolated. */
  | {
      readonly kind: 'llama3'
      readonly factor: number
      readonly lowFrequencyFactor: number
      readonly highFrequencyFactor: number
      readonly originalContextTokens: number
    }
  /** Each of the D/2 frequencies divided by its own number (GGUF `rope_freqs.weight`). */
  | { readonly kind: 'divisors'; readonly divisors: Float32Array }

export interface Rope {
  readonly theta: number
  readonly scaling: RopeScaling | null
}

export interface ModelHeader {
  readonly architecture: Architecture
  readonly name: string
  /** Weights in all matrices and vectors; a tied head counts once. */
  readonly parameters: number
  readonly contextTokens: number
  readonly vocabulary: number
  readonly layers: number
  readonly width: number
  readonly feedForwardWidth: number
  readonly heads: number
  readonly kvHeads: number
  readonly headWidth: number
  readonly normEpsilon: number
  readonly rope: Rope
  /** The output head is the embedding table. */
  readonly tiedHead: boolean
  readonly licence: string | null
  /** How most weights are stored: "Q4_1", "BF16". */
  readonly weightsType: string
}

/** Enough to build a tokenizer with @huggingface/tokenizers and to format a conversation. */
export interface TokenizerSource {
  /** Content of a tokenizer.json. */
  readonly tokenizerJson: Readonly<Record<string, unknown>>
  /** Content of a tokenizer_config.json. */
  readonly tokenizerConfig: Readonly<Record<string, unknown>>
  /** Jinja source, or null when the file has none. */
  readonly chatTemplate: string | null
  readonly bosId: number | null
  /** Every id that ends a reply; never empty for a usable chat model. */
  readonly eosIds: readonly number[]
  /** Whether plain text is prefixed with the begin token (a chat template writes its own). */
  readonly addBos: boolean
}

/** Weight matrices and vectors by their Hugging Face names, as float32, whatever the file stores. */
export interface Weights {
  /** Tensor names in the order of the file. */
  readonly names: readonly string[]
  /** [rows, columns] of a matrix, [length] of a vector; a RangeError for an unknown name. */
  shape(name: string): readonly number[]
  /** Storage type of the file: "F32", "BF16", "Q4_1"... */
  type(name: string): string
  /** Rows [first, first + count) in row-major order; a vector is one row. A fresh array at each call. */
  rows(name: string, first: number, count: number): Float32Array
}

export interface Model {
  readonly header: ModelHeader
  readonly weights: Weights
  readonly tokenizer: TokenizerSource
}
