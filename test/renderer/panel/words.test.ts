import { describe, expect, it } from 'vitest'
import { verdictRules } from '../../../models/panel/record.ts'
import {
  asTurn,
  checkWords,
  firstVote,
  outcomeOf,
  reliabilityWords,
  worth,
} from '../../../renderer/views/panel/words.ts'
import { panelRecord } from '../../support/panel-replies.ts'

const decidedBy = (by: (typeof verdictRules)[number]) => {
  const record = panelRecord()
  return outcomeOf({
    ...record,
    verdict: { ...record.verdict, by, consensus: by === 'consensus', members: ['knowledge'] },
  })
}

describe('how a result is put into words', () => {
  it('says for every rule how it was decided and that it may be wrong', () => {
    for (const by of verdictRules) {
      const { how } = decidedBy(by)
      expect(how).toMatch(/not proof|can be wrong|as open/)
    }
    expect(decidedBy('majority').badge).toBe('majority, no consensus')
    expect(decidedBy('summed-confidence').badge).toBe('no consensus')
    expect(decidedBy('best-calibrated').how).toContain('most often right')
  })

  it('counts those who vote, not the challenger', () => {
    expect(outcomeOf(panelRecord()).who).toBe('Both members who voted say')
    expect(decidedBy('majority').who).toBe('1 of 2 members who voted say')
  })

  it('tells a consensus before reading from one after', () => {
    const record = panelRecord()
    const [, second] = record.rounds
    if (!second) throw new Error('no second round')
    expect(outcomeOf(record).how).toContain('in round 1, after reading each other')
    expect(outcomeOf({ ...record, rounds: [{ ...second, number: 0 }] }).how).toContain('alone')
  })

  it('tells the plain vote, and that no answer was ahead', () => {
    expect(firstVote(panelRecord())).toBe('no answer ahead, 2 answers')
    const record = panelRecord()
    expect(firstVote({ ...record, rounds: record.rounds.slice(1) })).toBe('Pulmonary embolism, 2 of 2')
  })

  it('says when a reason does not hold, and when nothing was measured', () => {
    const check = {
      finding: 'fever',
      name: 'fever',
      present: true,
      record: 'absent',
      turn: 2,
      bits: -0.5,
      holds: false,
    } as const
    expect(checkWords(check)).toContain('the record says the opposite')
    expect(checkWords(check)).toContain('This reason does not hold.')
    expect(checkWords({ ...check, record: 'not-asked', bits: null })).toContain('nobody asked about it')
    expect(reliabilityWords(null)).toContain('never measured')
    expect(reliabilityWords(0.41)).toBe(
      'when this sure, right in 41 % of training patients with such a record',
    )
    expect(worth({ bits: 0.672, between: ['gout', 'cellulitis', 'measles'] })).toBe(
      '0.67 bits between gout, cellulitis and measles',
    )
    expect(worth({ bits: 0.5, between: [] })).toBe('0.50 bits')
  })

  it('words examinations and tests as orders are read', () => {
    expect(asTurn({ kind: 'question', ask: 'Any fever?' })).toBe('Any fever?')
    expect(asTurn({ kind: 'examination', ask: 'abdomen' })).toBe('I would like to examine: abdomen.')
    expect(asTurn({ kind: 'test', ask: 'ECG' })).toBe('I would like to order: ECG.')
  })
})
