import { expect, test } from 'vitest'
import { openKnowledge } from '../../../../electron/knowledge-files.ts'
import { resourcesFolder } from '../../../../electron/resources.ts'
import { seededRandom } from '../../../../models/core/random.ts'
import { idleThemes, worseSteps } from '../../../../models/dialogue/generation/worse-steps.ts'
import { writeStep, type PlannedStep } from '../../../../models/dialogue/doctor/plan.ts'

const base = openKnowledge(resourcesFolder())
const asks: PlannedStep = { kind: 'ask', about: 'fever and cough' }
const orders: PlannedStep = { kind: 'order', examinations: [], tests: ['ECG'] }

const flawsOf = (step: PlannedStep, taken: number, before: PlannedStep | null = null): readonly string[] =>
  worseSteps(base, seededRandom(3), { step, before, suspected: ['gout'], taken, budget: 12 }).map(
    ({ flaw }) => flaw,
  )

test('a question early in the visit could have been a conclusion, a repetition or idle', () => {
  expect(flawsOf(asks, 4, orders)).toEqual(['premature', 'repetitive', 'uninformative'])
})

test('late in the visit concluding and ordering are not early any more', () => {
  expect(flawsOf(asks, 10)).toEqual(['uninformative'])
})

test('an order could have been for something that nobody suspects, or put off without end', () => {
  expect(flawsOf(orders, 10)).toEqual(['misordered', 'endless'])
})

test('a conclusion could have been one question more', () => {
  expect(flawsOf({ kind: 'conclude' }, 11)).toEqual(['endless'])
})

test('nothing is worse than itself', () => {
  expect(flawsOf(asks, 10, asks)).not.toContain('repetitive')
})

test('what is idle matters for nothing that is suspected, and is asked in one list', () => {
  const mattering = new Set(Object.keys(base.conditions.get('gout')?.findings ?? {}))
  for (let seed = 0; seed < 40; seed++) {
    const { themes, step } = idleThemes(base, seededRandom(seed), ['gout'])
    expect(themes.flatMap(({ findings }) => findings).filter((id) => mattering.has(id))).toEqual([])
    expect(writeStep(step)).toMatch(/^Ask about .+\.$/)
  }
})
