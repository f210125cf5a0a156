import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinClaims, readClaims, withoutClaim } from '../../../renderer/state/consult/claims.ts'

describe('claims of a note section', () => {
  it('gives each sentence the turns written after it', () => {
    expect(readClaims('Cough for four days. [4] Rusty sputum. [6, 8] No allergies.')).toEqual([
      { text: 'Cough for four days.', turns: [4], paragraph: 0 },
      { text: 'Rusty sputum.', turns: [6, 8], paragraph: 0 },
      { text: 'No allergies.', turns: [], paragraph: 0 },
    ])
  })

  it('gives a reference to the last of several sentences only', () => {
    expect(readClaims('He coughs. He shivers. [4]').map(({ turns }) => turns)).toEqual([[], [4]])
  })

  it('takes a reference before the full stop, and one after another', () => {
    expect(readClaims('Fever of 39.2 [12]. Seen by Dr. Sato. [1] [2]')).toEqual([
      { text: 'Fever of 39.2.', turns: [12], paragraph: 0 },
      { text: 'Seen by Dr. Sato.', turns: [1, 2], paragraph: 0 },
    ])
  })

  it('leaves brackets that are no reference alone', () => {
    expect(readClaims('Dose [see chart] given.').map(({ text }) => text)).toEqual(['Dose [see chart] given.'])
  })

  it('keeps paragraphs when one sentence is removed', () => {
    expect(withoutClaim('One. [1] Two.\nThree. [3]', 1)).toBe('One. [1]\nThree. [3]')
  })

  it('reads back what it wrote', () => {
    const claim = fc.record({
      text: fc.constantFrom('He coughs.', 'Is it worse at night?', 'No fever.', 'BP 120/80.'),
      turns: fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { maxLength: 3 }),
      breaks: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 8 }), (made) => {
        let paragraph = 0
        const claims = made.map(({ text, turns, breaks }, index) => {
          if (index > 0 && breaks) paragraph++
          return { text, turns, paragraph }
        })
        expect(readClaims(joinClaims(claims))).toEqual(claims)
      }),
    )
  })
})
