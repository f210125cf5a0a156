import { describe, expect, it } from 'vitest'
import { StepCosts } from '../../../models/decoding/step-costs.ts'

/** Costs learned from many steps in which each row more takes `perRow` of a plain step. */
function learned(perRow: number): StepCosts {
  const costs = new StepCosts()
  for (let i = 0; i < 60; i++) {
    costs.note(1, 10)
    costs.note(4, 10 + 30 * perRow)
  }
  return costs
}

describe('the costs of steps', () => {
  it('learns what a row more costs', () => {
    expect(learned(0.25).relative(5)).toBeCloseTo(2)
    expect(learned(0).relative(9)).toBeCloseTo(1)
  })

  it('knows nothing before the first plain step', () => {
    const costs = new StepCosts()
    costs.note(4, 12)
    expect(costs.plainMs).toBeNull()
    costs.note(1, 10)
    expect(costs.plainMs).toBe(10)
  })

  it('takes the rows that pay and no more', () => {
    const likelihoods = [1, 0.8, 0.6, 0.2, 0.1]
    expect(learned(0).bestRows(likelihoods)).toBe(5)
    expect(learned(0.25).bestRows(likelihoods)).toBe(3)
    expect(learned(0.9).bestRows(likelihoods)).toBe(1)
    expect(learned(0.9).bestRows([1])).toBe(1)
  })

  it('is not misled for long by a stall', () => {
    const costs = learned(0.25)
    costs.note(1, 5000)
    for (let i = 0; i < 30; i++) costs.note(1, 10)
    expect(costs.plainMs).toBeCloseTo(10, 1)
  })
})
