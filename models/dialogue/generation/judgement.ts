/**
 * Lists of findings with the diagnosis that is right and, as a worse judgement, the one that lies nearest to it: what
 * visits brought out, shortened, and findings of drawn persons among what such visits misheard.
 */
import type { Message } from '../../decoding/language-model.ts'
import { shuffled, type Random } from '../../core/random.ts'
import { believe, type Evidence } from '../../knowledge/belief.ts'
import { applies, type KnowledgeBase, type Person } from '../../knowledge/knowledge-base.ts'
import { listToJudge } from '../doctor/note.ts'
import { rightly } from './chart.ts'
import { pick, simulatePerson } from './simulated-person.ts'

export interface Judgement {
  /** The list and the right judgement. */
  readonly messages: readonly Message[]
  /** The judgement that names the nearest other condition first. */
  readonly worse: string
}

/** What a visit brought out. */
export interface HeardList {
  readonly person: Person
  readonly heard: readonly Evidence[]
  readonly right: string
}

/** A list tells a condition only from this probability on; a judgement that it does not tell would teach guessing. */
const leastTold = 0.12
const unknownPersons = 0.05
/** As certain as what a list holds is taken to be. */
const certainty = 0.95

const fewestListed = 8
const mostListed = 24
/** Share of the findings that every other list loses. */
const lost = 0.15

/** @returns null where the list does not tell the condition */
export function heardJudgement(
  base: KnowledgeBase,
  random: Random,
  { person, heard, right }: HeardList,
): Judgement | null {
  const kept = random.uniform() < 0.5 ? heard : heard.filter(() => random.uniform() >= lost)
  const most = fewestListed + random.below(mostListed - fewestListed + 1)
  return judgement(base, random, { person, heard: kept, right }, most)
}

/** Findings that are there, what is heard though it is not, and what is denied: at most so many of each in a drawn list. */
const mostOwn = 9
const fewestOwn = 3
const mostMisheard = 5
const mostDenied = 6
const testedShare = 0.7

/**
 * @param misheard patients' findings that visits bring out, as often as they do
 * @returns null where the list does not tell the condition
 */
export function drawnJudgement(
  base: KnowledgeBase,
  random: Random,
  condition: string,
  misheard: readonly string[],
): Judgement | null {
  const { person, present } = simulatePerson(base, random, condition)
  const tested = random.uniform() < testedShare
  const usable = (id: string): boolean => {
    const finding = base.findings.get(id)
    return finding !== undefined && applies(finding, person) && (tested || finding.kind !== 'test')
  }
  const others = (count: number): readonly string[] =>
    Array.from({ length: misheard.length === 0 ? 0 : count }, () => pick(random, misheard)).filter(
      (id) => !present.has(id) && usable(id),
    )
  const own = shuffled(random, [...present].filter(usable)).slice(
    0,
    fewestOwn + random.below(mostOwn - fewestOwn + 1),
  )
  const there = new Set([...own, ...others(random.below(mostMisheard + 1))])
  const marks = base.conditions.get(condition)?.mimics.flatMap(({ toldApartBy }) => toldApartBy) ?? []
  const denied = shuffled(random, [...new Set([...marks, ...others(mostDenied)])])
    .filter((id) => usable(id) && !present.has(id) && !there.has(id))
    .slice(0, random.below(mostDenied + 1))
  const heard = [
    ...shuffled(random, [...there]).map((finding) => ({ finding, present: true, certainty })),
    ...denied.map((finding) => ({ finding, present: false, certainty })),
  ]
  return judgement(base, random, { person, heard, right: condition }, mostListed)
}

function judgement(
  base: KnowledgeBase,
  random: Random,
  { person, heard, right }: HeardList,
  most: number,
): Judgement | null {
  const list = listToJudge(base.findings, heard, most)
  if (list.length < 2) return null
  const ranked = believe(
    base,
    person,
    heard.map((item) => ({ ...item, certainty })),
  )
  const nearest = ranked.find(({ condition }) => condition !== right)
  const told = ranked.find(({ condition }) => condition === right)
  if (!nearest || !told || told.probability < leastTold) return null
  const shown = random.uniform() < unknownPersons ? {} : person
  const messages = rightly(base, shown, list, right, ranked)
  const worse = rightly(base, shown, list, nearest.condition, ranked)?.at(-1)
  return messages && worse ? { messages, worse: worse.content } : null
}
