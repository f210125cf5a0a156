import { beforeAll, describe, expect, test } from 'vitest'
import { openCases } from '../../../../electron/case-files.ts'
import { openGuide } from '../../../../electron/guide-files.ts'
import { openKnowledge } from '../../../../electron/knowledge-files.ts'
import { resourcesFolder } from '../../../../electron/resources.ts'
import { ruleReader } from '../../../../models/dialogue/acts.ts'
import type { Complete } from '../../../../models/dialogue/doctor/complete.ts'
import { readStep, writeStep } from '../../../../models/dialogue/doctor/plan.ts'
import { byWordsAlone } from '../../../../models/dialogue/topics/index.ts'
import type { PracticeCase } from '../../../../models/practice/case.ts'
import { correctedVisit, type CorrectedVisit } from '../../../../models/practice/spt/corrected-visit.ts'

const resources = resourcesFolder()
const base = openKnowledge(resources)
const guide = openGuide(resources, base)
let practice: PracticeCase

beforeAll(() => {
  const found = openCases(`${resources}/cases/training`, base.names)[0]
  if (!found) throw new Error('There is no training case.')
  practice = found
})

/** Asks about the sense of smell whatever it was told, then concludes what a list suggested to it. */
const stubborn =
  (steps: readonly string[]): Complete =>
  (messages, wish) => {
    if (wish?.beside === 'judgement') return Promise.resolve('Diagnosis: common cold.')
    if (wish?.beside === 'plan') {
      const taken = messages.filter(({ role }) => role === 'assistant').length
      return Promise.resolve(steps[Math.min(taken, steps.length - 1)] ?? '')
    }
    const said = wish?.opening?.includes('conclude') ? '' : 'Have you lost your sense of smell?'
    return Promise.resolve(`${wish?.opening ?? ''}${said}`)
  }

const corrected = (complete: Complete): Promise<CorrectedVisit> =>
  correctedVisit(base, guide, complete, practice, {
    budget: 12,
    seed: 3,
    listen: () => Promise.resolve(byWordsAlone),
    reader: ruleReader(),
  })

describe('a visit that a model holds', () => {
  test('is told at each of its places what the guided doctor would have decided there', async () => {
    const { plan, decisions } = await corrected(
      stubborn(['Ask about change in your sense of smell.', 'Conclude.']),
    )
    expect(plan.map(({ step }) => step)).toEqual(['Ask about change in your sense of smell.', 'Conclude.'])
    expect(decisions.map(({ at }) => at)).toEqual([0, 1])
    for (const { at, step } of decisions) expect(writeStep(step)).not.toBe(plan[at]?.step)
    expect(decisions.map(({ step }) => step.kind)).toEqual(['ask', 'ask'])
  })

  test('keeps what it judged of each list beside what belief makes of it', async () => {
    const { judged } = await corrected(stubborn(['Ask about change in your sense of smell.', 'Conclude.']))
    expect(judged.length).toBeGreaterThan(0)
    for (const { list, said, ranked } of judged) {
      expect(list.length).toBeGreaterThan(0)
      expect(said).toBe('Diagnosis: common cold.')
      expect(ranked.length).toBeGreaterThan(1)
    }
  })

  test('corrects nothing where the model decides as the guided doctor does', async () => {
    const first = (await corrected(stubborn(['Conclude.']))).decisions[0]?.step
    if (!first) throw new Error('The first decision was not corrected.')
    const { decisions } = await corrected(stubborn([writeStep(first), 'Conclude.']))
    expect(decisions.map(({ at }) => at)).not.toContain(0)
    expect(readStep(writeStep(first))).toEqual(first)
  })
})
