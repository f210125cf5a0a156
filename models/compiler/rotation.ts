/**
 * The same model in a basis that rounds better. The residual stream and every value head are rotated
 * (Ashkboos 2024, QuaRot, section 4, without its rotation of queries and keys): outlier channels, which
 * would force one coarse scale on a whole row, are spread over all channels. The gains of the norms move
 * into the matrices behind them, because only a plain RMS norm commutes with a rotation. In real numbers
 * nothing changes; the graph differs in one place, the input of `down`, which it mixes itself.
 *
 * Measured in docs/quantisation.md.
 */
import { Mixing } from './mixing.ts'
import type { ModelHeader, Weights } from './shapes.ts'
import { embeddingName, feedForwardNormName, finalNormName, headName, inputNormName } from './tensor-names.ts'

/** Length of the blocks in which the input of `down` is mixed while the model runs. */
export const downBlock = 64

export interface RotatedModel {
  /** The head is no longer the embedding: the gains of the last norm lie in it. */
  readonly header: ModelHeader
  readonly weights: Weights
  /** x Q is the rotated form of a residual state x. */
  readonly residual: Mixing
  /** Mixes the input of `down`; null where its width does not divide into blocks. */
  readonly down: Mixing | null
}

export function rotatedModel(header: ModelHeader, weights: Weights): RotatedModel {
  const { width, headWidth, feedForwardWidth, vocabulary, tiedHead } = header
  const residual = new Mixing(width)
  const down = feedForwardWidth % downBlock === 0 ? new Mixing(downBlock) : null
  const rotation = new Rotation(header, weights, residual, new Mixing(headWidth), down)
  return {
    header: {
      ...header,
      tiedHead: false,
      parameters: header.parameters + (tiedHead ? vocabulary * width : 0),
    },
    weights: {
      names: tiedHead ? [...weights.names, headName] : weights.names,
      shape: (name) => weights.shape(rotation.storedName(name)),
      type: (name) => weights.type(rotation.storedName(name)),
      rows: (name, first, count) => rotation.rows(name, first, count),
    },
    residual,
    down,
  }
}

class Rotation {
  readonly #header: ModelHeader
  readonly #weights: Weights
  readonly #residual: Mixing
  readonly #head: Mixing
  readonly #down: Mixing | null
  /** The last matrix whose rows mix with each other: it is read in pieces but computed whole. */
  #whole: { readonly name: string; readonly rows: Float32Array } | null = null

  constructor(header: ModelHeader, weights: Weights, residual: Mixing, head: Mixing, down: Mixing | null) {
    this.#header = header
    this.#weights = weights
    this.#residual = residual
    this.#head = head
    this.#down = down
  }

  storedName(name: string): string {
    return name === headName && this.#header.tiedHead ? embeddingName : name
  }

  rows(name: string, first: number, count: number): Float32Array {
    const stored = this.storedName(name)
    if (name === embeddingName) return this.#mixed(this.#weights.rows(stored, first, count))
    if (name === headName)
      return this.#mixed(this.#gained(this.#weights.rows(stored, first, count), finalNormName))
    if (name === finalNormName) return this.#ones(name)
    const [, layer, part = ''] = /^model\.layers\.(\d+)\.(.+)$/.exec(name) ?? []
    switch (part) {
      case 'input_layernorm.weight':
      case 'post_attention_layernorm.weight':
        return this.#ones(name)
      case 'self_attn.q_proj.weight':
      case 'self_attn.k_proj.weight':
        return this.#reading(name, first, count, inputNormName(Number(layer)))
      case 'mlp.gate_proj.weight':
      case 'mlp.up_proj.weight':
        return this.#reading(name, first, count, feedForwardNormName(Number(layer)))
      case 'self_attn.v_proj.weight':
        return this.#piece(name, first, count, (rows, height) => {
          const { width, headWidth } = this.#header
          this.#mixed(this.#gained(rows, inputNormName(Number(layer))))
          for (let head = 0; head < height; head += headWidth) this.#head.columns(rows, width, head * width)
        })
      case 'self_attn.o_proj.weight':
        return this.#piece(name, first, count, (rows, height) => {
          this.#head.rows(rows)
          this.#residual.columns(rows, rows.length / height)
        })
      case 'mlp.down_proj.weight':
        return this.#piece(name, first, count, (rows, height) => {
          this.#down?.rows(rows)
          this.#residual.columns(rows, rows.length / height)
        })
      case 'self_attn.v_proj.bias': {
        const bias = this.#weights.rows(name, first, count)
        this.#head.rows(bias)
        return bias
      }
      case 'self_attn.o_proj.bias':
      case 'mlp.down_proj.bias':
        return this.#mixed(this.#weights.rows(name, first, count))
      default:
        return this.#weights.rows(name, first, count)
    }
  }

  /** Rows of a matrix that reads the residual stream behind a norm. */
  #reading(name: string, first: number, count: number, norm: string): Float32Array {
    return this.#mixed(this.#gained(this.#weights.rows(name, first, count), norm))
  }

  #mixed(rows: Float32Array): Float32Array {
    this.#residual.rows(rows)
    return rows
  }

  #gained(rows: Float32Array, norm: string): Float32Array {
    const gains = this.#weights.rows(norm, 0, 1)
    for (let start = 0; start < rows.length; start += gains.length)
      for (let i = 0; i < gains.length; i++) rows[start + i] = rows[start + i]! * gains[i]!
    return rows
  }

  #ones(name: string): Float32Array {
    return new Float32Array(this.#weights.shape(name)[0] ?? 0).fill(1)
  }

  #piece(
    name: string,
    first: number,
    count: number,
    rotate: (rows: Float32Array, height: number) => void,
  ): Float32Array {
    const [height = 0, inputs = 0] = this.#weights.shape(name)
    if (this.#whole?.name !== name) {
      const rows = this.#weights.rows(name, 0, height)
      rotate(rows, height)
      this.#whole = { name, rows }
    }
    const piece = this.#whole.rows.slice(first * inputs, (first + count) * inputs)
    // The last piece was read: nothing else needs the matrix.
    if (first + count === height) this.#whole = null
    return piece
  }
}
