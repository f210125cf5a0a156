import { beforeAll, describe, expect, test } from 'vitest'
import { openCases } from '../../../../electron/case-files.ts'
import { openGuide } from '../../../../electron/guide-files.ts'
import { openKnowledge } from '../../../../electron/knowledge-files.ts'
import { resourcesFolder } from '../../../../electron/resources.ts'
import { seededRandom } from '../../../../models/core/random.ts'
import type { Flaw } from '../../../../models/dialogue/generation/flaws.ts'
import { byWordsAlone } from '../../../../models/dialogue/topics/index.ts'
import { readStep, writeStep } from '../../../../models/dialogue/doctor/plan.ts'
import type { PracticeCase } from '../../../../models/practice/case.ts'
import { planLesson, type PlanLesson } from '../../../../models/practice/spt/plan-lesson.ts'

const resources = resourcesFolder()
const base = openKnowledge(resources)
const guide = openGuide(resources, base)
let practice: PracticeCase

beforeAll(() => {
  const found = openCases(`${resources}/cases/training`, base.names)[0]
  if (!found) throw new Error('There is no training case.')
  practice = found
})

const lessonWith = (flaw: Flaw | null, stray = 0): Promise<PlanLesson> =>
  planLesson(base, guide, practice, {
    budget: 12,
    flaw,
    stray,
    random: seededRandom(5),
    listen: () => Promise.resolve(byWordsAlone),
  })
const kinds = ({ plan }: PlanLesson): readonly (string | undefined)[] =>
  plan.map(({ step }) => readStep(step)?.kind)

describe('a careful visit as a lesson', () => {
  test('asks first, orders and concludes, each decision after a note without one', async () => {
    const lesson = await lessonWith(null)
    expect(kinds(lesson).slice(0, 3)).toEqual(['ask', 'ask', 'ask'])
    expect(kinds(lesson)).toContain('order')
    expect(kinds(lesson).at(-1)).toBe('conclude')
    for (const [at, { note }] of lesson.plan.entries())
      expect(note).toMatch(new RegExp(`^Turn ${at + 1} of 12\\. Noted: [^N]*`))
    expect(lesson.plan.map(({ note }) => note).join(' ')).not.toContain('Next:')
  })

  test('holds worse decisions at their places, none of them the better one', async () => {
    const { plan, worse } = await lessonWith(null)
    expect(worse.length).toBeGreaterThan(10)
    for (const { at, step } of worse) expect(writeStep(step)).not.toBe(plan[at]?.step)
  })

  test('says in words what its notes decided', async () => {
    const { plan, turns } = await lessonWith(null)
    const spoken = turns.filter(({ speaker }) => speaker === 'doctor')
    expect(spoken.map(({ note }) => note?.replace(/ Next: .*$/, ''))).toEqual(plan.map(({ note }) => note))
    expect(spoken.at(-1)?.note).toMatch(/ Next: conclude\.$/)
  })
})

describe('a careful visit that goes astray now and then', () => {
  test('holds the better decision at each place where it did, and worse ones elsewhere', async () => {
    const { plan, worse, better } = await lessonWith(null, 0.4)
    expect(better.length).toBeGreaterThan(1)
    expect(better.length).toBeLessThan(plan.length)
    const astray = new Set(better.map(({ at }) => at))
    for (const { at, step } of better) expect(writeStep(step)).not.toBe(plan[at]?.step)
    for (const { at } of worse) expect(astray).not.toContain(at)
    expect(kinds({ plan } as PlanLesson).at(-1)).toBe('conclude')
  })

  test('goes astray nowhere where it is not told to', async () => {
    expect((await lessonWith(null)).better).toEqual([])
  })
})

describe('a visit with a flaw', () => {
  test('concludes after two questions where it is premature', async () => {
    expect(kinds(await lessonWith('premature'))).toEqual(['ask', 'ask', 'conclude'])
  })

  test('orders after two questions where it is unsafe', async () => {
    expect(kinds(await lessonWith('unsafe')).slice(0, 3)).toEqual(['ask', 'ask', 'order'])
  })

  test('never concludes where it is endless', async () => {
    const lesson = await lessonWith('endless')
    expect(kinds(lesson)).not.toContain('conclude')
    expect(lesson.plan).toHaveLength(12)
  })

  test('decides the same again where it is repetitive', async () => {
    const { plan } = await lessonWith('repetitive')
    expect(plan.some(({ step }, at) => at > 0 && step === plan[at - 1]?.step)).toBe(true)
  })

  test('has no worse decisions', async () => {
    expect((await lessonWith('premature')).worse).toEqual([])
  })
})
