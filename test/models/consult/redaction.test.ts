import { describe, expect, it } from 'vitest'
import { redact } from '../../../models/consult/index.ts'

const cases: readonly (readonly [text: string, gone: string])[] = [
  ['Write to ana.petrescu@clinic.example today', 'ana.petrescu@clinic.example'],
  ['See https://clinic.example/record/42 for it', 'clinic.example'],
  ['Seen on 2024-03-05 for review', '2024-03-05'],
  ['Seen on 5/3/2024 for review', '5/3/2024'],
  ['Seen on 5 March 2024 for review', '5 March 2024'],
  ['It began March 3rd, 2021 at night', 'March 3rd'],
  ['Call +44 20 7946 0958 after six', '7946'],
  ['Call (020) 7946 0958 after six', '7946'],
  ['Her MRN: 00481516 is on file', '00481516'],
  ['Number 4815162342 on the card', '4815162342'],
  ['Lives at 12 Baker Street alone', '12 Baker Street'],
  ['Postcode SW1A 1AA is known', 'SW1A 1AA'],
  ['Her neighbour Margaret Thompson called', 'Margaret Thompson'],
  ['She flew home to London yesterday', 'London'],
]

describe('redact', () => {
  it.each(cases)('hides what could name a person: %s', (text, gone) => {
    const result = redact(text, [])
    expect(result.text).not.toContain(gone)
    expect(result.count).toBeGreaterThan(0)
  })
  it('hides the words of a known name wherever they stand, in any case', () => {
    const result = redact('Okafor coughs. I told OKAFOR so. Mr Okafor agreed.', ['Sample: M. Okafor, 58'])
    expect(result.text.toLowerCase()).not.toContain('okafor')
    expect(result.count).toBe(3)
  })
  it('leaves measurements, doses and vital signs alone', () => {
    const text =
      'Blood pressure 142/91, pulse 98, temperature 39.2, amlodipine 5 mg once a day, ten years ago.'
    expect(redact(text, [])).toEqual({ text, count: 0 })
  })
})
