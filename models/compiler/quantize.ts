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

/** w ~ scale * (q - zeroPoint) + offset */
export interface BlockFit {
  scale: number
  zeroPoint: number
  offset: number
}

/** Shares of a block's range that its 16 levels are first spread over. */
const ranges = [1, 0.93, 0.86, 0.79] as const
// An error this small beside the block's own square is rounding: the block came from 4 bits and is found again.
const exact = 1e-10

/**
 * Fits q and zeroPoint in 0..15 to one block by trying several ranges; for each, weights are rounded to
 * levels, and scale (and offset) are then those of the least squares line through the roundings.
 *
 * @param row weights; the block is `count` of them, at most 32, from index `from`
 * @param withOffset whether an offset may remain (the file stores one per block); otherwise it is 0
 * @param importance weight of each squared error, indexed as the row, or null
 * @param codes receives 32 codes
 */
export function fitBlock4(
  row: Float32Array,
  from: number,
  count: number,
  withOffset: boolean,
  importance: Float32Array | null,
  codes: Uint8Array,
  fit: BlockFit,
): void {
  let low = 0
  let high = 0
  let square = 0
  for (let i = 0; i < count; i++) {
    const w = row[from + i] as number
    if (i === 0 || w < low) low = w
    if (i === 0 || w > high) high = w
    square += w * w
  }
  fit.scale = 0
  fit.zeroPoint = 8
  fit.offset = 0
  codes.fill(8)
  if (square === 0) return
  const block: Block = { row, from, count, importance }
  if (withOffset) fitLine(block, low, high, exact * square, fit)
  else fitLevels(block, Math.min(low, 0), Math.max(high, 0), exact * square, fit)
  fit.scale = Math.fround(fit.scale)
  fit.offset = Math.fround(fit.offset)
  const { scale, zeroPoint, offset } = fit
  if (scale === 0) codes.fill(zeroPoint)
  else
    for (let i = 0; i < count; i++)
      codes[i] = clip(nearest(((row[from + i] as number) - offset) / scale) + zeroPoint, 0, 15)
}

interface Block {
  readonly row: Float32Array
  readonly from: number
  readonly count: number
  readonly importance: Float32Array | null
}

/** Levels scale * q + least with any `least`, split afterwards into zero point and offset. */
function fitLine(
  { row, from, count, importance }: Block,
  low: number,
  high: number,
  enough: number,
  fit: BlockFit,
): void {
  let leastError = Infinity
  let bestScale = 0
  let bestLeast = low
  for (const range of ranges) {
    if (high === low) break
    const scale = (range * (high - low)) / 15
    const least = low + ((1 - range) * (high - low)) / 2
    const inverse = 1 / scale
    let n = 0
    let sumQ = 0
    let sumQQ = 0
    let sumW = 0
    let sumQW = 0
    let sumWW = 0
    for (let i = 0; i < count; i++) {
      const w = row[from + i] as number
      const q = clip(nearest((w - least) * inverse), 0, 15)
      const weight = importance === null ? 1 : (importance[from + i] as number)
      n += weight
      sumQ += weight * q
      sumQQ += weight * q * q
      sumW += weight * w
      sumQW += weight * q * w
      sumWW += weight * w * w
    }
    const spread = n * sumQQ - sumQ * sumQ
    if (spread <= 0) continue
    const slope = (n * sumQW - sumQ * sumW) / spread
    const start = (sumW - slope * sumQ) / n
    const error = sumWW - slope * sumQW - start * sumW
    if (slope > 0 && error < leastError) {
      leastError = error
      bestScale = slope
      bestLeast = start
    }
    if (error <= enough) break
  }
  fit.scale = bestScale
  fit.zeroPoint = bestScale === 0 ? 8 : clip(nearest(-bestLeast / bestScale), 0, 15)
  fit.offset = bestLeast + bestScale * fit.zeroPoint
}

/** Levels scale * (q - zeroPoint): the range is that of the block, or one that Q4_0 would have used. */
function fitLevels(block: Block, low: number, high: number, enough: number, fit: BlockFit): void {
  let leastError = Infinity
  const tryLevels = (scale: number, zeroPoint: number): boolean => {
    const { row, from, count, importance } = block
    const inverse = 1 / scale
    let sumQQ = 0
    let sumQW = 0
    let sumWW = 0
    for (let i = 0; i < count; i++) {
      const w = row[from + i] as number
      const q = clip(nearest(w * inverse), -zeroPoint, 15 - zeroPoint)
      const weight = importance === null ? 1 : (importance[from + i] as number)
      sumQQ += weight * q * q
      sumQW += weight * q * w
      sumWW += weight * w * w
    }
    if (sumQQ === 0 || sumQW <= 0) return false
    const error = sumWW - (sumQW * sumQW) / sumQQ
    if (error < leastError) {
      leastError = error
      fit.scale = sumQW / sumQQ
      fit.zeroPoint = zeroPoint
    }
    return error <= enough
  }
  if (low < 0 && tryLevels(-low / 8, 8)) return
  if (high > 0 && tryLevels(high / 8, 7)) return
  for (const range of ranges) {
    const scale = (range * (high - low)) / 15
    const middle = clip(nearest((-low / (high - low)) * 15), 0, 15)
    for (let zeroPoint = Math.max(0, middle - 1); zeroPoint <= Math.min(15, middle + 1); zeroPoint++)
      if (tryLevels(scale, zeroPoint)) return
  }
}
