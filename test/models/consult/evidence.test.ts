import { describe, expect, it } from 'vitest'
import { linkEvidence, parseSample, withTurnNumbers } from '../../../models/consult/index.ts'
import type { Turn } from '../../../models/session/session.ts'

const turn = (number: number, text: string): Turn => ({
  id: String(number).padStart(32, '0'),
  number,
  speaker: 'patient',
  text,
  atMs: number * 1000,
  recordedAt: '2026-01-01T00:00:00.000Z',
  editedAt: null,
})
const turns = [
  turn(2, "I've had a cough since Saturday and I feel dreadful."),
  turn(4, 'It brings up thick, rusty brown stuff.'),
  turn(6, 'Amlodipine for blood pressure, one a day.'),
]

describe('linkEvidence', () => {
  it('points a sentence at the turn that says it', () => {
    expect(linkEvidence('The cough began on Saturday. He brings up rusty brown sputum.', turns)).toEqual([
      { text: 'The cough began on Saturday.', turn: 2 },
      { text: 'He brings up rusty brown sputum.', turn: 4 },
    ])
  })
  it('points at nothing when no turn says it', () => {
    expect(linkEvidence('He was diagnosed with a parasitic infection.', turns)[0]?.turn).toBeNull()
    expect(linkEvidence('Blood tests were normal.', turns)[0]?.turn).toBeNull()
  })
  it('writes the number after supported sentences only', () => {
    expect(withTurnNumbers('Takes amlodipine for blood pressure. Has asthma.', turns)).toBe(
      'Takes amlodipine for blood pressure. [6] Has asthma.',
    )
  })
  it('accepts an empty text and an empty consultation', () => {
    expect(linkEvidence('', turns)).toEqual([])
    expect(linkEvidence('Something was said here.', [])).toEqual([
      { text: 'Something was said here.', turn: null },
    ])
  })
})

describe('parseSample', () => {
  it('names the field that is wrong', () => {
    expect(() => parseSample({ schema: 'consilium-sample/1' })).toThrow(/Install Consilium again/)
  })
})
