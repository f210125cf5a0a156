import { describe, expect, it } from 'vitest'
import { agreement, decide, type Vote } from '../../../models/panel/decide.ts'
import { flips, plainVote, plurality, weightedVote, type Judged } from '../../../models/panel/evaluation.ts'
import { panelOf, scripted } from '../../support/panel.ts'

const vote = (member: string, answer: string, confidence = 0.5, reliability: number | null = null): Vote => ({
  member,
  answer,
  answerName: answer,
  confidence,
  reliability,
})

describe('a verdict', () => {
  it('is a consensus only when all say the same', () => {
    expect(decide([vote('a', 'x'), vote('b', 'x')])).toMatchObject({ consensus: true, by: 'consensus' })
    expect(decide([vote('a', 'x'), vote('b', 'x'), vote('c', 'y')])).toMatchObject({
      consensus: false,
      by: 'majority',
      answer: 'x',
      members: ['a', 'b'],
    })
  })

  it('goes by summed confidence without a majority, by measured reliability where there is one', () => {
    expect(decide([vote('a', 'x', 0.9), vote('b', 'y', 0.4)])).toMatchObject({
      by: 'summed-confidence',
      answer: 'x',
    })
    expect(decide([vote('a', 'x', 0.9, 0.1), vote('b', 'y', 0.4, 0.6)])).toMatchObject({
      by: 'summed-confidence',
      answer: 'y',
    })
  })

  it('is not carried by who only says that it is sure, beside members that were measured', () => {
    expect(decide([vote('a', 'x', 0.8, 0.7), vote('b', 'y', 1)])).toMatchObject({
      by: 'summed-confidence',
      answer: 'x',
    })
  })

  it('goes by the best-calibrated member when confidences are equal', () => {
    const four = [
      vote('a', 'x', 0.5, 0.5),
      vote('b', 'x', 0.5, 0.2),
      vote('c', 'y', 0.5, 0.4),
      vote('d', 'y', 0.5, 0.3),
    ]
    expect(decide(four)).toMatchObject({ by: 'best-calibrated', answer: 'x' })
  })

  it('knows how far a round agrees', () => {
    expect(agreement([])).toBe(0)
    expect(agreement([vote('a', 'x'), vote('b', 'x'), vote('c', 'y')])).toBeCloseTo(2 / 3)
  })
})

describe('the comparison', () => {
  it('counts changes of mind from right to wrong and back', async () => {
    const record = await panelOf([
      scripted('one', ['A']),
      scripted('two', ['B', 'C', 'A']),
      scripted('three', ['A', 'B', 'A']),
    ]).start()
    const judged: Judged = { right: 'A', record, alone: new Map(), repeated: [] }
    expect(flips([judged])).toEqual({ rightToWrong: 1, wrongToRight: 2 })
  })

  it('gives each member one vote, however often it answered', () => {
    const judged: Judged = {
      right: 'x',
      record: null,
      alone: new Map([
        ['a', [vote('a', 'y'), vote('a', 'y'), vote('a', 'y')]],
        ['b', [vote('b', 'x')]],
        ['c', [vote('c', 'x')]],
      ]),
      repeated: [],
    }
    expect(plainVote(judged, 1)).toBe('x')
    expect(weightedVote(judged, 1)).toBe('x')
    expect(plurality([], 1)).toBeNull()
  })

  it('draws among equals by its seed', () => {
    const tied = [vote('a', 'x'), vote('b', 'y')]
    const drawn = new Set(Array.from({ length: 40 }, (_, seed) => plurality(tied, seed)))
    expect(drawn).toEqual(new Set(['x', 'y']))
    expect(plurality(tied, 3)).toBe(plurality(tied, 3))
  })
})
