/** Decisions that could have stood in place of a plan's, each with what is wrong with it. */
import { shuffled, type Random } from '../../core/random.ts'
import type { KnowledgeBase } from '../../knowledge/knowledge-base.ts'
import { lowered } from '../lowered.ts'
import { aboutThemes } from '../guide/guided-step.ts'
import { listedThemes, type ListedTheme } from '../guide/listed-themes.ts'
import { writeStep, type PlannedStep } from '../doctor/plan.ts'
import { pick } from './simulated-person.ts'
import type { Fault } from './worse-turns.ts'

export interface WorseStep {
  readonly flaw: Fault
  readonly step: PlannedStep
}

/** Where a decision stands. */
export interface Decision {
  readonly step: PlannedStep
  readonly before: PlannedStep | null
  /** Ids of the conditions that it may be, the likeliest first. */
  readonly suspected: readonly string[]
  /** Turns taken, and the most there may be. */
  readonly taken: number
  readonly budget: number
}

/** Turns at the end of a visit in which concluding and ordering are not early any more. */
const lateTurns = 3
const fewestListed = 2
const mostListed = 4
const mostOrdered = 3

/** Findings that matter for a condition. */
const matteringFor = (base: KnowledgeBase, condition: string | undefined): ReadonlySet<string> =>
  new Set(Object.keys(base.conditions.get(condition ?? '')?.findings ?? {}))

/** Symptoms of one region of which none matters for what is suspected. */
export function idleThemes(
  base: KnowledgeBase,
  random: Random,
  suspected: readonly string[],
): { readonly themes: readonly ListedTheme[]; readonly step: PlannedStep } {
  const mattering = suspected.map((condition) => matteringFor(base, condition))
  const idle = listedThemes.filter(
    ({ findings }) => !findings.some((id) => mattering.some((known) => known.has(id))),
  )
  const region = pick(random, pick(random, idle).regions)
  const themes = shuffled(
    random,
    idle.filter(({ regions }) => regions.includes(region)),
  ).slice(0, fewestListed + random.below(mostListed - fewestListed + 1))
  return { themes, step: { kind: 'ask', about: aboutThemes(themes.map(({ id }) => id)) } }
}

/** What is examined and tested for a condition. */
function orderFor(base: KnowledgeBase, random: Random, condition: string): PlannedStep | null {
  const names = (kind: 'sign' | 'test'): readonly string[] => {
    const orders = [...matteringFor(base, condition)].flatMap((id) => {
      const finding = base.findings.get(id)
      return finding?.kind === kind && 'order' in finding ? [lowered(finding.order)] : []
    })
    return shuffled(random, [...new Set(orders)]).slice(0, mostOrdered)
  }
  const [examinations, tests] = [names('sign'), names('test')]
  return examinations.length + tests.length > 0 ? { kind: 'order', examinations, tests } : null
}

/** Orders for a condition that nobody suspects, of the kinds that the better step orders. */
function straying(
  base: KnowledgeBase,
  random: Random,
  better: Extract<PlannedStep, { kind: 'order' }>,
  suspected: readonly string[],
): PlannedStep | null {
  const others = [...base.conditions.keys()].filter((id) => !suspected.includes(id))
  const other = orderFor(base, random, pick(random, others))
  if (other?.kind !== 'order') return null
  const examinations = better.examinations.length > 0 ? other.examinations : []
  const tests = better.tests.length > 0 ? other.tests : []
  return examinations.length + tests.length > 0 ? { kind: 'order', examinations, tests } : null
}

export function worseSteps(
  base: KnowledgeBase,
  random: Random,
  { step, before, suspected, taken, budget }: Decision,
): readonly WorseStep[] {
  const early = taken < budget - lateTurns
  const candidates: readonly (readonly [Fault, PlannedStep | null])[] = [
    ['premature', early && step.kind !== 'conclude' ? { kind: 'conclude' } : null],
    ['repetitive', before],
    ['uninformative', step.kind === 'ask' ? idleThemes(base, random, suspected).step : null],
    ['misordered', step.kind === 'order' ? straying(base, random, step, suspected) : null],
    ['endless', step.kind === 'ask' ? null : idleThemes(base, random, suspected).step],
  ]
  const said = writeStep(step)
  return candidates.flatMap(([flaw, worse]) =>
    worse && writeStep(worse) !== said ? [{ flaw, step: worse }] : [],
  )
}
