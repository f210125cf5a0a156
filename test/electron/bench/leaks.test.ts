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
const leaks = (question: string): number =>
  measureLeaks(cases, namesOf, only(question), { seed: 1, perCase: 20 }).leaks

describe('the measurement of leaks', () => {
  it('counts a fact that came out where none was asked for', () => {
    expect(leaks('When did it start?')).toBeGreaterThan(0)
  })

  it('counts nothing where the patient tells nothing', () => {
    expect(leaks('Lovely weather today.')).toBe(0)
  })

  it('puts the same questions for the same seed', () => {
    const measure = () => measureLeaks(cases, namesOf, only('When did it start?'), { seed: 7, perCase: 5 })
    expect(measure()).toEqual(measure())
  })

  it('names what is wrong with a file of attacks', () => {
    expect(() => parseAttacks('{')).toThrow('not JSON')
    expect(() => parseAttacks(JSON.stringify({ ...only('x'), chat: [] }))).toThrow('chat')
  })
})
