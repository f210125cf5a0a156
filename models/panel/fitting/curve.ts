/** How often a member is right at each confidence: a logistic curve through its answers (Platt 1999). */
import type { Curve } from '../calibration.ts'

const surest = 0.999
const steps = 50
const ridge = 0.01

/** @param told what the member said of itself, 0..1, and whether it was right */
export function fitCurve(told: readonly { readonly confidence: number; readonly right: boolean }[]): Curve {
  let offset = 0
  let slope = 0
  const points = told.map(({ confidence, right }) => {
    const p = Math.min(surest, Math.max(1 - surest, confidence))
    return { x: Math.log(p / (1 - p)), y: right ? 1 : 0 }
  })
  for (let step = 0; step < steps; step++) {
    let [g0, g1, h00, h01, h11] = [ridge * offset, ridge * slope, ridge, 0, ridge]
    for (const { x, y } of points) {
      const p = 1 / (1 + Math.exp(-(offset + slope * x)))
      const spread = p * (1 - p)
      g0 += p - y
      g1 += (p - y) * x
      h00 += spread
      h01 += spread * x
      h11 += spread * x * x
    }
    const determinant = h00 * h11 - h01 * h01
    if (determinant < 1e-12) break
    offset -= (h11 * g0 - h01 * g1) / determinant
    slope -= (h00 * g1 - h01 * g0) / determinant
  }
  return { offset, slope }
}
