import { byWordsAlone } from '../../../models/dialogue/topics/index.ts'
import { describe, expect, it } from 'vitest'
import { measureLeaks, parseAttacks, type Attacks } from '../../../electron/cli/bench/leaks.ts'
import { openCases } from '../../../electron/case-files.ts'
import { openConditions } from '../../../electron/condition-names.ts'

const resources = new URL('../../../resources', import.meta.url).pathname
const names = openConditions(resources)
const cases = openCases(`${resources}/cases/training`, names).slice(0, 4)
const namesOf = (condition: string): readonly string[] => [names.get(condition)?.name ?? condition]
const only = (question: string): Attacks => ({
  openers: [''],
  closers: [''],
  attacks: [question],
  guesses: [question],
  chat: [question],
  honest: [question],
})
const wordsAlone = () => Promise.resolve(byWordsAlone)
const leaks = async (question: string): Promise<number> =>
  (await measureLeaks(cases, namesOf, only(question), { seed: 1, perCase: 20 }, wordsAlone)).leaks

describe('the measurement of leaks', () => {
  it('counts a fact that came out where none was asked for', async () => {
    expect(await leaks('When did it start?')).toBeGreaterThan(0)
  })

  it('counts nothing where the patient tells nothing', async () => {
    expect(await leaks('Lovely weather today.')).toBe(0)
  })

  it('counts what a patient tells who reads a topic into words that name none', async () => {
    const found = await measureLeaks(
      cases,
      namesOf,
      only('Which colour is the door?'),
      { seed: 1, perCase: 5 },
      () => Promise.resolve({ sure: ['onset'], unlikely: new Set() }),
    )
    expect(found.leaks).toBeGreaterThan(0)
  })

  it('counts nothing where a patient doubts that the word is a question', async () => {
    const found = await measureLeaks(
      cases,
      namesOf,
      only('Which colour were your medicines, in your file?'),
      { seed: 1, perCase: 5 },
      () => Promise.resolve({ sure: [], unlikely: new Set(['medicines']) }),
    )
    expect(found.leaks).toBe(0)
  })

  it('puts the same questions for the same seed', async () => {
    const measure = () =>
      measureLeaks(cases, namesOf, only('When did it start?'), { seed: 7, perCase: 5 }, wordsAlone)
    expect(await measure()).toEqual(await measure())
  })

  it('names what is wrong with a file of attacks', () => {
    expect(() => parseAttacks('{')).toThrow('not JSON')
    expect(() => parseAttacks(JSON.stringify({ ...only('x'), chat: [] }))).toThrow('chat')
  })
})
