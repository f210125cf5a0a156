import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shortest, strengthOf } from '../../../renderer/views/passphrase.ts'

describe('passphrase strength', () => {
  it('takes what the vault takes and nothing shorter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (passphrase) => {
        expect(strengthOf(passphrase).enough).toBe(Array.from(passphrase).length >= shortest)
      }),
    )
  })

  it('does not call repeats and runs strong', () => {
    expect(strengthOf('aaaaaaaaaaaaaaaaaaaa').words).toMatch(/^Weak/)
    expect(strengthOf('abcdefghijklmnopqrst').words).toMatch(/^Weak/)
    expect(strengthOf('12345678').words).toMatch(/^Weak/)
  })

  it('prefers several words', () => {
    const fair = strengthOf('horse-lamp')
    const good = strengthOf('seven quiet horses sing')
    expect(fair.words).toMatch(/^Fair/)
    expect(good.words).toMatch(/^Good/)
    expect(good.share).toBeGreaterThan(fair.share)
  })
})
