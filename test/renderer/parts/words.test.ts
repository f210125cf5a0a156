import { describe, expect, it } from 'vitest'
import * as words from '../../../renderer/parts/words.ts'

describe('words', () => {
  it('puts a space before every unit', () => {
    expect(words.percent(0.615)).toBe('62 %')
    expect(words.bytes(144_811_456)).toBe('145 MB')
    expect(words.bytes(1_234_000_000)).toBe('1.2 GB')
    expect(words.bytes(999)).toBe('999 B')
    expect(words.secondsLeft(19.2)).toBe('about 20 s left')
    expect(words.secondsLeft(200)).toBe('about 3 min left')
    expect(words.secondsLeft(0.4)).toBe('almost done')
    expect(words.wait(125)).toBe('2 min 05 s')
  })

  it('counts one thing as one', () => {
    expect(words.plural(1, 'turn')).toBe('1 turn')
    expect(words.plural(0, 'turn')).toBe('0 turns')
    expect(words.plural(3110, 'entry', 'entries')).toBe('3,110 entries')
  })

  it('writes a position on the clock with hours only when there are any', () => {
    expect(words.clock(271_000)).toBe('04:31')
    expect(words.clock(3_871_000)).toBe('1:04:31')
  })

  it('names today and yesterday by the calendar, not by hours passed', () => {
    const now = new Date(2026, 10, 25, 0, 10)
    expect(words.when(new Date(2026, 10, 25, 0, 5).toISOString(), now)).toBe('today, 00:05')
    expect(words.when(new Date(2026, 10, 24, 23, 55).toISOString(), now)).toBe('yesterday, 23:55')
    expect(words.when(new Date(2026, 10, 12, 9, 0).toISOString(), now)).toBe('12 Nov')
    expect(words.when(new Date(2024, 10, 12, 9, 0).toISOString(), now)).toBe('12 Nov 2024')
  })

  it('names a model by millions or billions of parameters', () => {
    expect(words.parameters(134_515_008)).toBe('135M')
    expect(words.parameters(1_235_814_400)).toBe('1.2B')
  })
})
