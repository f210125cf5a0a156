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
  it('learns what steps of so many rows cost, and what lies between', () => {
    const costs = learned(0.25)
    expect(costs.relative(4)).toBeCloseTo(1.75)
    expect(costs.relative(3)).toBeCloseTo(1.5)
    for (let i = 0; i < 60; i++) costs.note(8, 20)
    expect(costs.relative(6)).toBeCloseTo(1.875, 1)
    expect(costs.relative(4)).toBeCloseTo(1.75, 1)
  })

  it('counts on more rows to cost no less', () => {
    const costs = learned(0.25)
    for (let i = 0; i < 60; i++) costs.note(6, 12)
    expect(costs.relative(4)).toBeCloseTo(1.2, 1)
    expect(costs.relative(5)).toBeCloseTo(1.2, 1)
  })

  it('follows a text that makes every step slower', () => {
    const costs = learned(0.25)
    for (let i = 0; i < 400; i++) costs.note(4, 35)
    expect(costs.plainMs! * costs.relative(4)).toBeCloseTo(35, 0)
  })

  it('believes the fastest of the first plain steps, and nothing before them', () => {
    const costs = new StepCosts()
    costs.note(4, 12)
    for (const ms of [31, 10]) costs.note(1, ms)
    expect(costs.plainMs).toBeNull()
    costs.note(1, 11)
    expect(costs.plainMs).toBe(10)
  })

  it('does not hold plain steps to be slower than steps of several rows', () => {
    const costs = new StepCosts()
    for (let i = 0; i < 3; i++) costs.note(1, 30)
    for (let i = 0; i < 12; i++) costs.note(6, 15)
    expect(costs.plainMs).toBeLessThan(16)
  })

  it('takes the rows that pay and no more', () => {
    const likelihoods = [1, 0.8, 0.6, 0.2, 0.1]
    expect(learned(0).bestRows(likelihoods, 0)).toBe(4)
    expect(learned(0.25).bestRows(likelihoods, 0)).toBe(3)
    expect(learned(0.9).bestRows(likelihoods, 0)).toBe(1)
    expect(learned(0.9).bestRows([1], 0)).toBe(1)
  })

  it('counts the time of guessing, which more rows make up for', () => {
    const costs = learned(0.25)
    expect(costs.worth([1, 0.8], 0)).toBeCloseTo(1.8 / 1.25)
    expect(costs.worth([1, 0.8], 5)).toBeCloseTo(1.8 / 1.75)
    expect(costs.worth([1, 0.1], 5)).toBeCloseTo(1 / 1.5)
    const likelihoods = [1, 0.5, 0.35, 0.3]
    expect(costs.bestRows(likelihoods, 0)).toBeLessThan(costs.bestRows(likelihoods, 10))
  })

  it('is not misled for long by a stall', () => {
    const costs = learned(0.25)
    costs.note(1, 5000)
    for (let i = 0; i < 60; i++) costs.note(1, 10)
    expect(costs.plainMs).toBeCloseTo(10, 1)
  })
})
