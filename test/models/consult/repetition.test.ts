import { describe, expect, it } from 'vitest'
import { loopStart, withoutLoop } from '../../../models/consult/index.ts'

const room = 'They are going to the bathroom in the same room.'
const list = [1, 2, 3].map((n) => `${n}. The patient is lying down and is not sleeping.`).join('\n')

describe('a loop', () => {
  it('is a sentence said three times, not twice', () => {
    expect(loopStart(`He went grey. ${room} ${room}`)).toBeNull()
    expect(loopStart(`He went grey. ${room} ${room} ${room}`)).toBe(`He went grey. ${room} `.length)
  })
  it('is a list that only counts on', () => {
    expect(loopStart(list)).not.toBeNull()
  })
  it('is not ordinary repetition', () => {
    for (const text of [
      'No fever, no cough, no pain, no weight loss, no night sweats, no travel.',
      'Very, very, very bad pain.',
      '',
    ])
      expect(loopStart(text)).toBeNull()
  })
  it('is seen at the latest one copy after it is complete, however long', () => {
    const long = Array.from(
      { length: 60 },
      (_, index) => `word${'abcdefghij'[index % 10]}${'klmnop'[Math.floor(index / 10)]}`,
    ).join(' ')
    expect(loopStart(`${long} ${long} ${long}`)).toBe(long.length + 1)
  })
})

describe('a text without its loop', () => {
  it('keeps one copy and its full stop', () => {
    expect(withoutLoop(`He went grey. ${room} ${room} ${room}`)).toBe(`He went grey. ${room}`)
    expect(withoutLoop(list)).toBe('1. The patient is lying down and is not sleeping.')
  })
  it('is the text itself when there is none', () => {
    expect(withoutLoop('He went grey. 1.')).toBe('He went grey. 1.')
  })
})
