import { describe, expect, it } from 'vitest'
import { readQuestion, readSection } from '../../../models/consult/index.ts'

describe('readQuestion', () => {
  it('takes the first sentence that asks', () => {
    expect(readQuestion("You're lucky. Have you taken any other medications? And more?")).toBe(
      'Have you taken any other medications?',
    )
  })
  it('drops the opening words and a speaker label', () => {
    expect(readQuestion('Thank you. Let me ask: how long has it lasted?')).toBe('How long has it lasted?')
    expect(readQuestion('Doctor: Do you smoke?')).toBe('Do you smoke?')
  })
  it('returns nothing when nothing is asked', () => {
    expect(readQuestion('I am sorry for your loss.')).toBeNull()
    expect(readQuestion('?')).toBeNull()
    expect(readQuestion('')).toBeNull()
  })
  it('does not offer a whole paragraph as a question', () => {
    expect(readQuestion(`Is it ${'very '.repeat(80)}bad?`)).toBeNull()
  })
})

describe('readSection', () => {
  it('keeps each sentence once when a model loops', () => {
    expect(readSection('It was a cough. It was a cough. It was a cough. There was fever.')).toBe(
      'It was a cough. There was fever.',
    )
  })
  it('drops a last sentence that was cut off, unless it is all there is', () => {
    expect(readSection('He coughs. The fever was')).toBe('He coughs.')
    expect(readSection('The fever was')).toBe('The fever was')
  })
  it('removes list marks and keeps titles with names', () => {
    expect(readSection('1. Dr. Sato ordered an X-ray.\n2. Rest.')).toBe('Dr. Sato ordered an X-ray. Rest.')
  })
})
