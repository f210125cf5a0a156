import { describe, expect, it } from 'vitest'
import { contextOf, countEqual, spread, turnOrder } from '../../../electron/cli/bench/measurements.ts'

describe('the schedule', () => {
  it('lets each engine take every place once in as many rounds as there are engines', () => {
    const orders = [0, 1, 2, 3].map((round) => turnOrder(4, round))
    for (const order of orders) expect(order.toSorted()).toEqual([0, 1, 2, 3])
    for (const place of [0, 1, 2, 3])
      expect(new Set(orders.map((order) => order[place]))).toEqual(new Set([0, 1, 2, 3]))
  })
})

describe('the context of a turn', () => {
  it('ends as a longer prompt ends', () => {
    expect(contextOf([1, 2, 3, 4, 5], 3)).toEqual([3, 4, 5])
  })

  it('repeats a shorter prompt before itself', () => {
    expect(contextOf([1, 2, 3], 7)).toEqual([3, 1, 2, 3, 1, 2, 3])
  })

  it('is the prompt where the lengths are equal', () => {
    expect(contextOf([7, 8], 2)).toEqual([7, 8])
  })
})

describe('the sums', () => {
  it('takes the middle of an odd and between the middles of an even number of values', () => {
    expect(spread([5, 1, 3])).toEqual({ min: 1, median: 3, max: 5 })
    expect(spread([4, 1, 3, 2])).toEqual({ min: 1, median: 2.5, max: 4 })
  })

  it('counts equal choices place by place and refuses unequal lengths', () => {
    expect(countEqual([1, 2, 9], [1, 2, 3])).toEqual({ equal: 2, total: 3 })
    expect(() => countEqual([1], [1, 2])).toThrow(RangeError)
  })
})
