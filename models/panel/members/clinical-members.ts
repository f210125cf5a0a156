/** The three members that reckon: with findings alone, with solved cases, and as the guided doctor does. */
import type { Evidence } from '../../knowledge/belief.ts'
import { attentiveBelief, evidenceBelief } from '../clinical/beliefs.ts'
import type { CaseReading } from '../clinical/case-reading.ts'
import type { NearCase, SolvedCases } from '../clinical/nearest.ts'
import type { LogBelief } from '../clinical/pool.ts'
import type { MemberDescription, MemberModel, MemberRole, SolvedCase } from '../member.ts'
import type { ClinicalTools } from '../clinical/tools.ts'
import { ReckoningMember, type Reckon, type Reckoning } from './reckoning.ts'

export const reckoningIds = ['knowledge', 'retrieval', 'guided'] as const
export type ReckoningId = (typeof reckoningIds)[number]

/** Names of the reckoning members and what they go by, in plain words. */
export const reckoningWords: Readonly<
  Record<ReckoningId, { readonly name: string; readonly goesBy: string }>
> = {
  knowledge: {
    name: 'Knowledge engine',
    goesBy: 'Findings that are plainly said, weighed exactly by the knowledge base.',
  },
  retrieval: {
    name: 'Solved cases',
    goesBy: 'The solved cases whose findings lie nearest to the words of the record, by sentence vectors.',
  },
  guided: {
    name: 'Guided doctor',
    goesBy: 'What the guided doctor makes of the record after its standard history, hints included.',
  },
}

const mostCases = 5
/** A clause says a finding when it is at least as likely as this. */
const readFrom = 0.3

/** What clauses say, each finding once, at its surest. */
export function readEvidence({ clauses }: Pick<CaseReading, 'clauses'>): readonly Evidence[] {
  const best = new Map<string, Evidence>()
  for (const { shares } of clauses)
    for (const { finding, present, share } of shares)
      if (share >= readFrom && share > (best.get(finding)?.certainty ?? 0))
        best.set(finding, { finding, present, certainty: share })
  return [...best.values()]
}

/** What hears nobody says the same in every round. */
function once(reckon: (reading: CaseReading) => Reckoning): Reckon {
  const known = new WeakMap<CaseReading, Reckoning>()
  return (reading) => {
    const found = known.get(reading) ?? reckon(reading)
    known.set(reading, found)
    return found
  }
}

const withKnowledge =
  (base: ClinicalTools['base']): Reckon =>
  (reading, heard) => {
    const known = new Set(reading.evidence.map(({ finding }) => finding))
    const evidence: readonly Evidence[] = [
      ...reading.evidence.map(({ finding, present, certainty }) => ({ finding, present, certainty })),
      ...heard.filter(({ finding }) => !known.has(finding)),
    ]
    return { belief: evidenceBelief(base, reading, evidence), evidence, cases: [] }
  }

const asGuided = (base: ClinicalTools['base']): Reckon =>
  once((reading) => ({
    belief: attentiveBelief(base, reading),
    evidence: reading.evidence.map(({ finding, present, certainty }) => ({ finding, present, certainty })),
    cases: [],
  }))

const yearsOf = (age: number): string =>
  age < 2 ? `${Math.round(age * 12)} months` : `${Math.floor(age)} years`

const shown = ({ place, solved, likeness }: NearCase, nearest: number): SolvedCase => ({
  id: `solved-${place + 1}`,
  title: solved.title ?? `Generated person ${place + 1}, ${solved.sex}, ${yearsOf(solved.age)}`,
  answer: solved.condition,
  similarity: Math.exp(likeness - nearest),
})

const withCases = (cases: SolvedCases): Reckon =>
  once((reading) => {
    const sums = new Map<string, number>()
    let near: readonly NearCase[] = []
    for (const person of reading.persons) {
      near = cases.near(reading.clauses, person)
      for (const [condition, log] of cases.weigh(near))
        sums.set(condition, (sums.get(condition) ?? 0) + Math.exp(log) / reading.persons.length)
    }
    const belief: LogBelief = new Map([...sums].map(([condition, sum]) => [condition, Math.log(sum)]))
    const nearest = near[0]?.likeness ?? 0
    return {
      belief,
      evidence: readEvidence(reading),
      cases: near.slice(0, mostCases).map((each) => shown(each, nearest)),
    }
  })

/** How each of them reckons. */
export const reckonings = (
  base: ClinicalTools['base'],
  cases: SolvedCases,
): Readonly<Record<ReckoningId, Reckon>> => ({
  knowledge: withKnowledge(base),
  guided: asGuided(base),
  retrieval: withCases(cases),
})

/**
 * @param hashes sha256 of the knowledge base and of the solved cases, hex
 */
export function reckoningMember(
  id: ReckoningId,
  role: MemberRole,
  tools: ClinicalTools,
  reckon: Reckon,
  hashes: { readonly knowledge: string; readonly cases: string },
): ReckoningMember {
  const description: MemberDescription = {
    id,
    name: reckoningWords[id].name,
    kind: id,
    role,
    place: { kind: 'this-computer' },
    replayable: true,
  }
  const model: MemberModel = {
    name: reckoningWords[id].name,
    hash: id === 'retrieval' ? hashes.cases : hashes.knowledge,
    adapterHash: null,
    precision: null,
  }
  return new ReckoningMember(description, model, tools, reckon)
}
