/**
 * The inputs and outputs of a compiled decoder: the one place where compiler and engine agree on names.
 *
 * L layers, Hkv key/value heads of width D, model width d, vocabulary V, P rows of key/value capacity,
 * S new rows, R rows whose logits are wanted.
 *
 * | input          | type    | shape       |                                                      |
 * |----------------|---------|-------------|------------------------------------------------------|
 * | ids            | int64   | [1, S]      | token ids                                            |
 * | positions      | int64   | [1, S]      | rotary positions, 0 <= p < CompiledModel.maxPositions |
 * | mask           | float32 | [S, P + S]  | additive: 0 visible, -1e9 hidden; past rows come first |
 * | logit_rows     | int64   | [R]         | rows of S                                            |
 * | past_key_{l}   | float32 | [Hkv, 1, D, P] | transposed, after the rotary embedding            |
 * | past_value_{l} | float32 | [Hkv, 1, P, D] |                                                   |
 *
 * | output         | type    | shape       |                                                      |
 * |----------------|---------|-------------|------------------------------------------------------|
 * | logits         | float32 | [R, V]      |                                                      |
 * | best           | int64   | [R]         | the first index of the largest logit                 |
 * | hidden         | float32 | [S, d]      | state after the last layer, before the final norm    |
 * | new_key_{l}    | float32 | [Hkv, 1, D, S] | the rows that the caller writes into its past     |
 * | new_value_{l}  | float32 | [Hkv, 1, S, D] |                                                   |
 *
 * Past rows that are masked must still be finite. A graph with exact sums (exact-attention.ts) asks more:
 * a row of the past lies at its position, positions are below P, and rows that are not filled are zeros.
 */
export const graphInputs = {
  ids: 'ids',
  positions: 'positions',
  mask: 'mask',
  logitRows: 'logit_rows',
} as const

export const graphOutputs = {
  logits: 'logits',
  best: 'best',
  hidden: 'hidden',
} as const

export const pastKeyName = (layer: number): string => `past_key_${layer}`
export const pastValueName = (layer: number): string => `past_value_${layer}`
export const newKeyName = (layer: number): string => `new_key_${layer}`
export const newValueName = (layer: number): string => `new_value_${layer}`

/** What a hidden position of the mask holds: large enough to vanish in the softmax, finite in every precision. */
export const hiddenMask = -1e9

/**
 * Fills the mask of `rows` new rows over `capacity` past rows, of which the first `past` are filled:
 * each new row sees the filled past and those new rows that `sees` names.
 *
 * @param mask at least rows * (capacity + rows) numbers; the first that many are overwritten
 * @param sees whether new row `row` sees new row `other`; without it each row sees itself and those before it
 */
export function fillMask(
  mask: Float32Array,
  rows: number,
  capacity: number,
  past: number,
  sees: (row: number, other: number) => boolean = (row, other) => other <= row,
): void {
  const width = capacity + rows
  if (mask.length < rows * width || past > capacity) throw new RangeError('mask too small for its rows')
  for (let row = 0; row < rows; row++) {
    const start = row * width
    mask.fill(0, start, start + past)
    mask.fill(hiddenMask, start + past, start + width)
    for (let other = 0; other < rows; other++) {
      if (sees(row, other)) mask[start + capacity + other] = 0
    }
  }
}
