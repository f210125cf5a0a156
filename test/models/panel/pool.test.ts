/** Pooling beliefs: the two rules, how one is chosen on cases left out, and what members that reckon make of it. */
import { describe, expect, it } from 'vitest'
import { openKnowledge } from '../../../electron/knowledge-files.ts'
import { resourcesFolder } from '../../../electron/resources.ts'
import { seededRandom } from '../../../models/core/random.ts'
import { parseCalibration, poolWeights, type Calibration } from '../../../models/panel/calibration.ts'
import type { CaseReading } from '../../../models/panel/clinical/case-reading.ts'
import { normalised, pool, type LogBelief, type PoolRule } from '../../../models/panel/clinical/pool.ts'
import type { ClinicalTools } from '../../../models/panel/clinical/tools.ts'
import { fitPool, pooled, type SolvedVisit } from '../../../models/panel/fitting/pool-rule.ts'
import { ReckoningMember } from '../../../models/panel/members/reckoning.ts'
import type { PanelQuestion } from '../../../models/panel/question.ts'
import { describe as described, panelOf } from '../../support/panel.ts'

const answers = ['a', 'b', 'c']
const belief = (...probabilities: readonly number[]): LogBelief =>
  new Map(probabilities.map((probability, at) => [answers[at] ?? '', Math.log(probability)]))
const chances = (logs: LogBelief): readonly number[] =>
  answers.map((answer) => Math.exp(logs.get(answer) ?? 0))
const leader = (logs: LogBelief): string => [...logs].toSorted((x, y) => y[1] - x[1])[0]?.[0] ?? ''
const shares = (beliefs: readonly LogBelief[]) =>
  beliefs.map((each) => ({ belief: each, weight: 1 / beliefs.length }))

describe('a pool of beliefs', () => {
  it('is their average under the linear rule, whatever shares are summed to', () => {
    const [one, two] = [belief(0.9, 0.05, 0.05), belief(0.1, 0.6, 0.3)]
    const expected = [0.5, 0.325, 0.175]
    for (const weight of [0.5, 3])
      for (const [at, chance] of chances(
        pool('linear', answers, [
          { belief: one, weight },
          { belief: two, weight },
        ]),
      ).entries())
        expect(chance).toBeCloseTo(expected[at] ?? 0)
  })

  it.each(['linear', 'logarithmic'] as const)('counts what all have in common once (%s)', (rule) => {
    const same = belief(0.7, 0.2, 0.1)
    for (const [at, chance] of chances(pool(rule, answers, shares([same, same, same]))).entries())
      expect(chance).toBeCloseTo([0.7, 0.2, 0.1][at] ?? 0)
  })

  it('lets one who is sure rule out what others agree on only under the logarithmic rule', () => {
    const beliefs = [belief(0.6, 0.35, 0.05), belief(0.6, 0.35, 0.05), belief(1e-6, 0.4, 0.6)]
    expect(leader(pool('linear', answers, shares(beliefs)))).toBe('a')
    expect(leader(pool('logarithmic', answers, shares(beliefs)))).toBe('b')
  })

  it('knows nothing of answers that nobody names', () => {
    const logs = pool('linear', answers, [{ belief: new Map(), weight: 1 }])
    for (const chance of chances(logs)) expect(chance).toBeCloseTo(1 / 3)
  })
})

/** Cases of members whose independent errors fall as told; the prior says nothing. */
function drawn(cases: number, seed: number, sharpness: readonly number[]): readonly SolvedVisit[] {
  const random = seededRandom(seed)
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())
  return Array.from({ length: cases }, (_, at) => {
    const right = answers[random.below(answers.length)] ?? ''
    const members = sharpness.map((each) =>
      normalised(
        new Map(answers.map((answer) => [answer, each * ((answer === right ? 1.2 : 0) + normal())])),
      ),
    )
    return { visited: `case ${at}`, beliefs: [belief(1 / 3, 1 / 3, 1 / 3), ...members], right }
  })
}

describe('the rule of a pool', () => {
  it('is the fitted one where many cases bear its weights', () => {
    const { fit, heldOut } = fitPool(drawn(300, 1, [1.2, 1.2]))
    expect(fit.rule).toBe('logarithmic')
    for (const weight of fit.weights) expect(weight).toBeGreaterThan(0.5)
    expect(heldOut.logarithmic.likelihood).toBeGreaterThan(heldOut.linear.likelihood)
  })

  it('is an equal share each where a fit fails on cases left out', () => {
    // Sure and wrong about every eighth case, so that a fit to the others learns to trust it.
    const few = drawn(16, 3, [0.6]).map((each, at): SolvedVisit => {
      const wrong = answers.find((answer) => answer !== each.right) ?? ''
      const sure = normalised(
        new Map(answers.map((answer) => [answer, answer === (at % 8 === 0 ? wrong : each.right) ? 0 : -20])),
      )
      return { ...each, beliefs: [...each.beliefs, sure] }
    })
    const { fit, heldOut } = fitPool(few)
    expect(heldOut.linear.likelihood).toBeGreaterThan(heldOut.logarithmic.likelihood)
    expect(fit).toEqual({ rule: 'linear', prior: 0, weights: [0.5, 0.5] })
  })

  it('is not moved by visiting the same cases again', () => {
    const once = drawn(24, 5, [1, 2])
    const thrice = [...once, ...once, ...once]
    const [first, second] = [fitPool(once), fitPool(thrice)]
    for (const rule of ['logarithmic', 'linear'] as const) {
      expect(second.heldOut[rule].likelihood).toBeCloseTo(first.heldOut[rule].likelihood, 6)
      expect(second.heldOut[rule].accuracy).toBeCloseTo(first.heldOut[rule].accuracy, 6)
    }
  })

  it('gives no member a weight against itself', () => {
    // The second member is the first turned round.
    const against = drawn(60, 7, [1]).map((each): SolvedVisit => {
      const [prior = belief(), one = belief()] = each.beliefs
      const turned = normalised(new Map([...one].map(([answer, log]) => [answer, -log])))
      return { ...each, beliefs: [prior, one, turned] }
    })
    for (const weight of fitPool(against).fit.weights) expect(weight).toBeGreaterThanOrEqual(0)
  })

  it('pools as it was fitted', () => {
    const [visit] = drawn(1, 9, [1, 1])
    if (!visit) throw new RangeError('Nobody was drawn.')
    const [, one = belief(), two = belief()] = visit.beliefs
    const averaged = pooled({ rule: 'linear', prior: 0, weights: [0.5, 0.5] }, visit.beliefs)
    for (const answer of answers)
      expect(Math.exp(averaged.get(answer) ?? 0)).toBeCloseTo(
        (Math.exp(one.get(answer) ?? 0) + Math.exp(two.get(answer) ?? 0)) / 2,
      )
  })
})

const measurement = (rule: PoolRule): Calibration['ownWords'] => ({
  persons: 1,
  members: {},
  together: { offset: 0, slope: 1 },
  pools: [
    {
      members: ['one', 'two', 'three'],
      rule,
      prior: 0,
      weights: { one: 1 / 3, two: 1 / 3, three: 1 / 3 },
    },
  ],
})
const calibrationOf = (rule: PoolRule): Calibration => ({
  schema: 'consilium-calibration/2',
  setWordsFrom: 0.15,
  setWords: measurement(rule),
  ownWords: measurement(rule),
})

describe('measurements of a pool', () => {
  it('are read with their rule and refused without one', () => {
    const whole = calibrationOf('linear')
    expect(parseCalibration(structuredClone(whole), 'c.json')).toEqual(whole)
    const { rule: _, ...without } = whole.ownWords.pools[0] ?? { rule: '' }
    const altered = { ...whole, ownWords: { ...whole.ownWords, pools: [without] } }
    expect(() => parseCalibration(altered, 'c.json')).toThrow(/ownWords\.pools\.0\.rule/)
  })

  it('are found whatever the order of members, with equal shares for others', () => {
    const measured = measurement('linear')
    expect(poolWeights(measured, ['three', 'one', 'two']).rule).toBe('linear')
    expect(poolWeights(measured, ['one', 'four']).weights).toEqual({ one: 0.5, four: 0.5 })
  })
})

describe('members that reckon', () => {
  const base = openKnowledge(resourcesFolder())
  const named = ['gout', 'migraine', 'scabies']
  const reading: CaseReading = {
    persons: [{ age: 40, sex: 'male' }],
    evidence: [],
    mentions: [],
    reported: new Map(),
    clauses: [],
  }
  const question: PanelQuestion = {
    id: 'q',
    text: 'What is it?',
    kind: 'diagnosis',
    choices: [],
    patient: { age: 40, sex: 'male' },
    turns: [],
  }

  const held = (rule: PoolRule, asked: PanelQuestion) => {
    const tools = {
      base,
      reader: { read: () => Promise.resolve(reading) },
      calibration: calibrationOf(rule),
      readCondition: (text: string) => named.find((id) => id === text.toLowerCase()) ?? 'unreadable',
    } as unknown as ClinicalTools
    const member = (id: string, probabilities: readonly number[]): ReckoningMember => {
      const all = new Map([...base.conditions.keys()].map((condition) => [condition, Math.log(1e-9)]))
      for (const [at, probability] of probabilities.entries())
        all.set(named[at] ?? '', Math.log(Math.max(1e-9, probability)))
      const model = { name: id, hash: null, adapterHash: null, precision: null }
      return new ReckoningMember(described(id), model, tools, () => ({
        belief: normalised(all),
        evidence: [],
        cases: [],
      }))
    }
    return panelOf(
      [member('one', [0.65, 0.3, 0.05]), member('two', [0.6, 0.35, 0.05]), member('three', [0, 0.4, 0.6])],
      { question: asked, ...(asked.kind === 'diagnosis' ? { judge: readsNames() } : {}) },
    ).start()
  }
  const readsNames = () => ({
    read: (text: string) => text.toLowerCase(),
    name: (answer: string) => answer,
    check: () => Promise.resolve(null),
    reliability: () => Promise.resolve(null),
    conclude: () => Promise.resolve({ differential: [], mustNotMiss: null, askNext: [] }),
  })

  it('keep an answer that two give and one calls impossible where beliefs are averaged', async () => {
    const averaged = await held('linear', question)
    expect(averaged.rounds).toHaveLength(2)
    expect(averaged.verdict).toMatchObject({ by: 'consensus', answer: 'gout' })
    expect((await held('logarithmic', question)).verdict).toMatchObject({
      by: 'consensus',
      answer: 'migraine',
    })
  })

  it('average over the choices when choices are asked for', async () => {
    const { verdict, rounds } = await held('linear', {
      ...question,
      kind: 'choice',
      choices: ['Migraine', 'Gout', 'Scabies'],
    })
    expect(verdict).toMatchObject({ by: 'consensus', answer: 'B' })
    expect(rounds.at(-1)?.answers[2]?.opinion?.confidence).toBeCloseTo(1.25 / 3, 2)
  })
})
