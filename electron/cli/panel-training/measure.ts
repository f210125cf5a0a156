/** How often members are right on training persons, and how they are weighed together. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { KnowledgeBase } from '../../../models/knowledge/knowledge-base.ts'
import type { Calibration, Measurement, PoolWeights } from '../../../models/panel/calibration.ts'
import { priorBelief } from '../../../models/panel/clinical/beliefs.ts'
import { beliefOf, type LogBelief } from '../../../models/panel/clinical/pool.ts'
import { fitCurve } from '../../../models/panel/fitting/curve.ts'
import { fitPool, pooled, type PoolFit, type SolvedVisit } from '../../../models/panel/fitting/pool-rule.ts'
import type { Ask, PeerStatement } from '../../../models/panel/member.ts'
import { reckoningIds, type ReckoningId } from '../../../models/panel/members/clinical-members.ts'
import type { PanelQuestion } from '../../../models/panel/question.ts'
import { Stop } from '../../../models/panel/stop.ts'
import { bundledSources, calibrationFile, type PanelTools } from '../../panel-files.ts'
import { promptTokens, replyTokens } from '../brainstorm/options.ts'
import { reliabilityOf } from '../brainstorm/reliability.ts'
import { seat, type Seat } from '../brainstorm/seats.ts'
import { withModels } from '../open-models.ts'
import { personSeed } from './speech.ts'
import { onTraining, questions, type TrainingSet, type TrainingUse } from './training-sets.ts'

/** Every pair and all three. */
const panels: readonly (readonly ReckoningId[])[] = [
  ['knowledge', 'retrieval', 'guided'],
  ['knowledge', 'retrieval'],
  ['knowledge', 'guided'],
  ['retrieval', 'guided'],
]

const ask: Ask = {
  seed: personSeed,
  maxTokens: 0,
  maxPromptTokens: 0,
  signal: new Stop(),
  onText: () => undefined,
}

interface Measured {
  readonly visited: string
  readonly right: string
  readonly prior: LogBelief
  /** Alone. */
  readonly alone: Readonly<Record<ReckoningId, LogBelief>>
  /** The knowledge engine once it has taken up what others read, by the members of the panel. */
  readonly informed: ReadonlyMap<string, LogBelief>
}

/** A record in which a smaller share of the reports is in set words counts as one in own words. */
const setWordsFrom = 0.15
const blank: Measurement = { persons: 1, members: {}, together: { offset: 0, slope: 1 }, pools: [] }

const unmeasured: Calibration = {
  schema: 'consilium-calibration/2',
  setWordsFrom,
  setWords: blank,
  ownWords: blank,
}

/** The members that reckon; what was measured of members that speak stays until it is measured again. */
export const calibrate = (use: TrainingUse): Promise<Calibration> =>
  onTraining(use, unmeasured, async (own, set) => {
    const before = existsSync(join(use.resources, calibrationFile))
      ? bundledSources(use.resources, use.base).calibration
      : unmeasured
    const measured = async (training: TrainingSet, { members }: Measurement): Promise<Measurement> =>
      besideSpeakers(fitted(await measureAll(use.base, training)), members)
    return {
      ...unmeasured,
      ownWords: await measured(own, before.ownWords),
      setWords: await measured(set, before.setWords),
    }
  })

/** @param before what was measured of everybody; of members that reckon the new measurement counts */
export const besideSpeakers = (measurement: Measurement, before: Measurement['members']): Measurement => ({
  ...measurement,
  members: { ...before, ...measurement.members },
})

/** What was measured of the members that reckon, with members that speak beside them. */
export const withSpeakers = (use: TrainingUse, speakers: readonly Seat[]): Promise<Calibration> => {
  const before = bundledSources(use.resources, use.base).calibration
  return onTraining(use, before, (own, set) =>
    withModels({}, async (models, signal) => {
      const measured = async (measurement: Measurement, { tools, cases, file }: TrainingSet) => {
        const members = { ...measurement.members }
        for (const each of speakers)
          members[each.id] = await reliabilityOf(
            seat(each, tools, models, []),
            tools,
            questions(cases, file, tools.guide),
            { ...ask, maxTokens: replyTokens, maxPromptTokens: promptTokens, signal },
          )
        return { ...measurement, members }
      }
      return {
        ...before,
        ownWords: await measured(before.ownWords, own),
        setWords: await measured(before.setWords, set),
      }
    }),
  )
}

async function measureAll(
  base: KnowledgeBase,
  { tools, cases, file }: TrainingSet,
): Promise<readonly Measured[]> {
  const measured: Measured[] = []
  for await (const { question, right, visited } of questions(cases, file, tools.guide))
    measured.push({ visited, right, ...(await measure(base, tools, question)) })
  return measured
}

async function measure(
  base: KnowledgeBase,
  tools: PanelTools,
  question: PanelQuestion,
): Promise<Omit<Measured, 'visited' | 'right'>> {
  const conditions = [...base.conditions.keys()]
  const statements = new Map<ReckoningId, PeerStatement>()
  for (const id of reckoningIds) {
    const { opinion } = await tools.seat(id, 'physician').open(question, ask)
    const answer = opinion.alone[0]?.answer ?? ''
    statements.set(id, {
      member: id,
      name: id,
      role: 'physician',
      answer,
      answerName: answer,
      opinion,
      check: null,
      reliability: null,
    })
  }
  const beliefIn = (id: ReckoningId): LogBelief =>
    beliefOf(statements.get(id)?.opinion.alone ?? [], conditions)
  const informed = new Map<string, LogBelief>()
  for (const members of panels) {
    if (!members.includes('knowledge')) continue
    const peers = members.flatMap((id) => {
      const statement = statements.get(id)
      return statement && id !== 'knowledge' ? [statement] : []
    })
    const { opinion } = await tools.seat('knowledge', 'physician').reconsider(question, [], peers, ask)
    informed.set(members.join(' '), beliefOf(opinion.alone, conditions))
  }
  return {
    prior: priorBelief(base, await tools.reader.read(question)),
    alone: {
      knowledge: beliefIn('knowledge'),
      retrieval: beliefIn('retrieval'),
      guided: beliefIn('guided'),
    },
    informed,
  }
}

/** The prior first, then the members as they are once they have heard each other. */
const beliefsIn = (members: readonly ReckoningId[], each: Measured): readonly LogBelief[] => [
  each.prior,
  ...members.map((id) =>
    id === 'knowledge' ? (each.informed.get(members.join(' ')) ?? each.alone.knowledge) : each.alone[id],
  ),
]

interface FittedPool {
  readonly weights: PoolWeights
  readonly fit: PoolFit
}

function fittedPool(members: readonly ReckoningId[], measured: readonly Measured[]): FittedPool {
  const solved: readonly SolvedVisit[] = measured.map((each) => ({
    visited: each.visited,
    beliefs: beliefsIn(members, each),
    right: each.right,
  }))
  const { fit, heldOut } = fitPool(solved)
  for (const [rule, { likelihood, accuracy }] of Object.entries(heldOut))
    process.stderr.write(
      `${members.join(', ')}, ${rule} pool, cases left out: ${accuracy.toFixed(3)} right, log-likelihood ${likelihood.toFixed(3)}\n`,
    )
  return {
    fit,
    weights: {
      members: [...members],
      rule: fit.rule,
      prior: fit.prior,
      weights: Object.fromEntries(members.map((id, at) => [id, fit.weights[at] ?? 0])),
    },
  }
}

const surest = (belief: LogBelief): readonly [string, number] =>
  [...belief].toSorted((a, b) => b[1] - a[1])[0] ?? ['', Number.NEGATIVE_INFINITY]

function fitted(measured: readonly Measured[]): Measurement {
  const told = (beliefs: readonly LogBelief[]) =>
    beliefs.map((belief, at) => {
      const [answer, log] = surest(belief)
      return { confidence: Math.exp(log), right: answer === measured[at]?.right }
    })
  const pools = panels.map((members) => ({ members, ...fittedPool(members, measured) }))
  const [all] = pools
  const together = all ? measured.map((each) => pooled(all.fit, beliefsIn(all.members, each))) : []
  return {
    persons: measured.length,
    members: Object.fromEntries(
      reckoningIds.map((id) => {
        const answers = told(measured.map(({ alone }) => alone[id]))
        return [
          id,
          {
            accuracy: answers.filter(({ right }) => right).length / answers.length,
            persons: answers.length,
            alone: fitCurve(answers),
          },
        ]
      }),
    ),
    together: fitCurve(told(together)),
    pools: pools.map(({ weights }) => weights),
  }
}
