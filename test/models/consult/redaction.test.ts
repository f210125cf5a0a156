import { describe, expect, it } from 'vitest'
import { redact as redactWith } from '../../../models/consult/index.ts'

const redact = (text: string, names: readonly string[]) => redactWith(text, names, () => Promise.resolve())

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
  it.each(cases)('hides what could name a person: %s', async (text, gone) => {
    const result = await redact(text, [])
    expect(result.text).not.toContain(gone)
    expect(result.count).toBeGreaterThan(0)
  })
  it('hides the words of a known name wherever they stand, in any case', async () => {
    const result = await redact('Okafor coughs. I told OKAFOR so. Mr Okafor agreed.', [
      'Sample: M. Okafor, 58',
    ])
    expect(result.text.toLowerCase()).not.toContain('okafor')
    expect(result.count).toBe(3)
  })
  it('searches a long text piece by piece and pauses between them', async () => {
    let pauses = 0
    const text = `${'It hurts a lot here. '.repeat(1000)}Okafor coughs. ${'9 '.repeat(5000)}`
    const result = await redactWith(text, ['M. Okafor'], () => {
      pauses += 1
      return Promise.resolve()
    })
    expect(result.text).toContain('[name] coughs.')
    expect(result.text.startsWith('It hurts a lot here. It')).toBe(true)
    expect(pauses).toBeGreaterThan(10)
  })
  it('leaves measurements, doses and vital signs alone', async () => {
    const text =
      'Blood pressure 142/91, pulse 98, temperature 39.2, amlodipine 5 mg once a day, ten years ago.'
    expect(await redact(text, [])).toEqual({ text, count: 0 })
  })
})
