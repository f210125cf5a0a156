/** Rounds weights to few bits, each group with the scale that loses least. */

/** Shares of the largest weight that a scale may cover: below 1, outliers are clipped to serve the rest. */
const clippings = [1, 0.95, 0.9, 0.85, 0.8] as const

/**
 * Symmetric rounding of one row to int8: w ~ scale * q, |q| <= limit.
 *
 * @param row weights of one output
 * @param out receives q; as long as the row
 * @param importance weight of each squared error, or null for equal weights
 * @param search whether smaller, clipping scales are tried
 * @returns the scale; 0 for a row of zeros
 */
export function quantizeRow(
  row: Float32Array,
  out: Int8Array,
  limit: number,
  importance: Float32Array | null,
  search: boolean,
): number {
  let largest = 0
  for (let i = 0; i < row.length; i++) largest = Math.max(largest, Math.abs(row[i] as number))
  if (largest === 0) {
    out.fill(0)
    return 0
  }
  let best = largest / limit
  if (search) {
    let least = Infinity
    for (const clipping of clippings) {
      const scale = (clipping * largest) / limit
      const error = rowError(row, scale, limit, importance)
      if (error < least) {
        least = error
        best = scale
      }
    }
  }
  const scale = Math.fround(best)
  const inverse = 1 / scale
  for (let i = 0; i < row.length; i++) out[i] = clip(nearest((row[i] as number) * inverse), -limit, limit)
  return scale
}

function rowError(row: Float32Array, scale: number, limit: number, importance: Float32Array | null): number {
  const inverse = 1 / scale
  let sum = 0
  for (let i = 0; i < row.length; i++) {
    const w = row[i] as number
    const error = w - scale * clip(nearest(w * inverse), -limit, limit)
    sum += importance === null ? error * error : error * error * (importance[i] as number)
  }
  return sum
}

// Math.round is slower, and the difference (halves below zero) does not matter here.
const nearest = (x: number): number => Math.floor(x + 0.5)
const clip = (x: number, low: number, high: number): number => (x < low ? low : x > high ? high : x)

/** Inputs that share a scale in MatMulNBits. */
export const blockInputs = 32

/**
 * Symmetric rounding to 8 bits around zero point 128: w ~ scale * (q - 128). A block that came from Q8_0
 * is kept exactly.
 *
 * @param from first weight of the block; `count` weights follow, at most 32
 */
export function quantizeBlock8(
  row: Float32Array,
  from: number,
  count: number,
  out: Uint8Array,
  at: number,
): number {
  let largest = 0
  for (let i = 0; i < count; i++) largest = Math.max(largest, Math.abs(row[from + i] as number))
  const scale = Math.fround(largest / 127)
  const inverse = scale === 0 ? 0 : 1 / scale
  for (let i = 0; i < count; i++) out[at + i] = 128 + nearest((row[from + i] as number) * inverse)
  out.fill(128, at + count, at + blockInputs)
  return scale
}

export interface BlockFit {
  scale: number
  zeroPoint: number
}

/**
 * Fits w ~ scale * (q - zeroPoint) with q and zeroPoint in 0..15 to one block: for several ranges, the
 * weights are rounded, then the scale that minimises the squared error for those roundings is taken
 * (ordinary least squares), then they are rounded again.
 *
 * @param codes receives q of the block's `count` weights
 * @param fit receives scale and zero point
 * @param importance weight of each squared error, from index `from`, or null
 */
export function fitBlock4(
  row: Float32Array,
  from: number,
  count: number,
  importance: Float32Array | null,
  codes: Uint8Array,
  fit: BlockFit,
): void {
  let low = 0
  let high = 0
  for (let i = 0; i < count; i++) {
    const w = row[from + i] as number
    if (w < low) low = w
    if (w > high) high = w
  }
  fit.scale = 0
  fit.zeroPoint = 8
  codes.fill(8)
  if (high - low === 0) return
  let least = Infinity
  for (let step = 0; step < 7; step++) {
    const range = (high - low) * (1.03 - 0.04 * step)
    const scale = range / 15
    const middle = clip(nearest(-low / scale - (15 * (0.04 * step - 0.03)) / 2), 0, 15)
    for (let zeroPoint = Math.max(0, middle - 1); zeroPoint <= Math.min(15, middle + 1); zeroPoint++) {
      const refined = leastSquaresScale(row, from, count, importance, scale, zeroPoint)
      const error = blockError(row, from, count, importance, refined, zeroPoint)
      if (error < least) {
        least = error
        fit.scale = refined
        fit.zeroPoint = zeroPoint
      }
    }
  }
  const scale = Math.fround(fit.scale)
  fit.scale = scale
  const inverse = 1 / scale
  for (let i = 0; i < count; i++)
    codes[i] = clip(nearest((row[from + i] as number) * inverse) + fit.zeroPoint, 0, 15)
}

function leastSquaresScale(
  row: Float32Array,
  from: number,
  count: number,
  importance: Float32Array | null,
  scale: number,
  zeroPoint: number,
): number {
  const inverse = 1 / scale
  let product = 0
  let square = 0
  for (let i = 0; i < count; i++) {
    const w = row[from + i] as number
    const q = clip(nearest(w * inverse), -zeroPoint, 15 - zeroPoint)
    const weight = importance === null ? 1 : (importance[from + i] as number)
    product += weight * w * q
    square += weight * q * q
  }
  return square === 0 || product <= 0 ? scale : product / square
}

function blockError(
  row: Float32Array,
  from: number,
  count: number,
  importance: Float32Array | null,
  scale: number,
  zeroPoint: number,
): number {
  const inverse = 1 / scale
  let sum = 0
  for (let i = 0; i < count; i++) {
    const w = row[from + i] as number
    const error = w - scale * clip(nearest(w * inverse), -zeroPoint, 15 - zeroPoint)
    sum += importance === null ? error * error : error * error * (importance[from + i] as number)
  }
  return sum
}
