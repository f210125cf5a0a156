import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { marked } from '../../../renderer/parts/marked.ts'
import { emphasised, matches } from '../../../renderer/shell/matching.ts'

describe('marked excerpts', () => {
  it('cuts at the match marks', () => {
    expect(marked('short of \u0002breath\u0003 for days')).toEqual([
      { text: 'short of ', match: false },
      { text: 'breath', match: true },
      { text: ' for days', match: false },
    ])
  })

  it('keeps every other character, whatever the marks do', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'ü', ' ', '\u0002', '\u0003') }), (excerpt) => {
        const kept = marked(excerpt)
          .map(({ text }) => text)
          .join('')
        expect(kept.replace(/[\u0002\u0003]/g, '')).toBe(excerpt.replace(/[\u0002\u0003]/g, ''))
      }),
    )
  })
})

describe('palette matching', () => {
  it('wants every typed word somewhere', () => {
    expect(matches('Do New consultation', 'cons new')).toBe(true)
    expect(matches('Do New consultation', 'new library')).toBe(false)
    expect(matches('anything', '  ')).toBe(true)
  })

  it('marks the typed letters and loses none', () => {
    expect(emphasised('New consultation', 'CONS')).toEqual([
      { text: 'New ', match: false },
      { text: 'cons', match: true },
      { text: 'ultation', match: false },
    ])
  })
})
